"""How Alembic finds our tables and the connection that `database.migrate` hands it."""

from alembic import context

from campaigns.schema import metadata


def run() -> None:
    """Apply the revisions on the connection we were given."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
