"""The migrated schema is what the models say, and migrations go up, down and up again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url

from campaigns import database, schema
from tests.rendering.picture_files import photograph

MIGRATIONS = Path(database.__file__).parent / "migrations"


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    """A database without any table."""
    name = f"bedside_house_{uuid4().hex[:8]}"
    owner = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
    engine = create_engine(make_url(database_url).set(database=name))
    yield engine
    engine.dispose()
    with owner.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    owner.dispose()


def move(engine: Engine, verb: Any, goal: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        verb(config, goal)
        connection.commit()


def differences(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, schema.metadata))


def constraints(engine: Engine) -> set[tuple[str, str]]:
    """Every check, exclusion and index as PostgreSQL spells it; autogenerate skips checks."""
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'x')"
                " UNION ALL SELECT indexname, indexdef FROM pg_indexes"
                " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            )
        )
        return {(row[0], row[1]) for row in rows}


def test_the_models_equal_the_migrated_schema(empty: Engine) -> None:
    move(empty, command.upgrade, "head")
    assert differences(empty) == []


def test_the_checks_and_indexes_equal_too(empty: Engine) -> None:
    move(empty, command.upgrade, "head")
    migrated = constraints(empty)
    move(empty, command.downgrade, "base")
    schema.metadata.create_all(empty)
    assert migrated == constraints(empty)
    schema.metadata.drop_all(empty)


def test_migrations_go_up_down_and_up(empty: Engine) -> None:
    move(empty, command.upgrade, "head")
    move(empty, command.downgrade, "base")
    assert set(inspect(empty).get_table_names()) <= {"alembic_version"}
    move(empty, command.upgrade, "head")
    assert set(inspect(empty).get_table_names()) == {
        "alembic_version",
        *schema.metadata.tables,
    }


def test_each_migration_has_one_before_it_and_a_name() -> None:
    files = sorted(file.stem for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert files
    assert [file.partition("_")[0] for file in files] == [
        f"{number:04d}" for number in range(1, len(files) + 1)
    ]


def test_a_logo_of_before_is_a_picture_after_and_a_logo_again_on_the_way_down(
    empty: Engine,
) -> None:
    move(empty, command.upgrade, "8d21c5f0a4e7")
    with empty.begin() as connection:
        connection.execute(
            text("INSERT INTO brand_file VALUES (:name, 'image/jpeg', :content, now())"),
            {"name": "a" * 20 + ".jpg", "content": photograph((90, 60))},
        )
    move(empty, command.upgrade, "head")
    with empty.begin() as connection:
        row = connection.execute(text("SELECT * FROM picture")).one()
    assert (row.name, row.width, row.height, row.was_logo) == ("a" * 20 + ".jpg", 90, 60, True)
    move(empty, command.downgrade, "8d21c5f0a4e7")
    with empty.begin() as connection:
        assert connection.execute(text("SELECT name FROM brand_file")).scalars().all() == [row.name]
