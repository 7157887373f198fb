"""How Alembic finds our tables and the connection that `database.migrate` hands it."""

from alembic import context
from sqlalchemy import text

from campaigns.schema import metadata


def run() -> None:
    """Apply the revisions on the connection we were given."""
    connection = context.config.attributes["connection"]
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
