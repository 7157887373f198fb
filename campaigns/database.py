"""Base, engine and sessions: one session for each request or job, committed at its edge."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import (
    BigInteger,
    CursorResult,
    Enum,
    Identity,
    MetaData,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import Connection, Engine, Result
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    UOWTransaction,
    mapped_column,
    sessionmaker,
)
from sqlalchemy.types import DateTime

from campaigns import settings
from campaigns.errors import Misconfigured, Unavailable

__all__ = ["Base", "Session", "Sessions", "WithId", "words"]

Sessions = sessionmaker[Session]
T = TypeVar("T")

_MIGRATION_LOCK = 7_240_311
_KNOWN = "bedside.known"

_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every table; times are aware and every constraint has a name."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute
        datetime: DateTime(timezone=True),
    }


class WithId:
    """A bigint identity as primary key."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)


def words(kind: type[StrEnum], name: str) -> Enum:
    """A column that holds one word of this enum, checked by the database as `name`."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=24,
        values_callable=lambda members: [each.value for each in members],
    )


def make_engine(url: str, *, pool_size: int = 5) -> Engine:
    """An engine for PostgreSQL; `pool_size` matches the threads that will use it."""
    if not url:
        raise Misconfigured(
            "No database is configured and the demo is not running: "
            "start `make demo`, or set DATABASE_URL."
        )
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=5,
        pool_pre_ping=True,
        hide_parameters=True,  # names and addresses never stand in the text of an error
        connect_args={"connect_timeout": 5},
    )


def make_sessions(engine: Engine) -> Sessions:
    """A factory of sessions; objects stay readable after commit."""
    return sessionmaker(engine, expire_on_commit=False)


@cache
def engine() -> Engine:
    """The engine of this process, made on first use."""
    return make_engine(settings.current().database_url, pool_size=40)


@cache
def sessions() -> Sessions:
    """The factory of sessions of this process."""
    return make_sessions(engine())


@contextmanager
def transaction(factory: Sessions) -> Iterator[Session]:
    """One transaction: committed at the end, rolled back by an exception.

    Raises Unavailable when PostgreSQL does not answer.
    """
    try:
        with factory.begin() as session:
            yield session
    except (OperationalError, PoolTimeout) as error:
        raise Unavailable(
            "The database does not answer. Nothing was changed; try again in a moment."
        ) from error


def remembered(session: Session, key: Hashable, look: Callable[[], T]) -> T:
    """What `look` reads, read once for as long as this transaction neither changes nor locks.

    For what one page asks many times over. `key` names the read and everything it depends on.
    """
    if session.new or session.dirty or session.deleted:
        return look()
    known: dict[Hashable, T] = session.info.setdefault(_KNOWN, {})
    if key not in known:
        known[key] = look()
    return known[key]


@event.listens_for(Session, "do_orm_execute")
def _forget_when_it_writes(state: ORMExecuteState) -> None:
    if not state.is_select or getattr(state.statement, "_for_update_arg", None) is not None:
        state.session.info.pop(_KNOWN, None)


@event.listens_for(Session, "after_flush")
def _forget_when_flushed(session: Session, _context: UOWTransaction) -> None:
    session.info.pop(_KNOWN, None)


@event.listens_for(Session, "after_transaction_end")
def _forget_when_over(session: Session, _transaction: SessionTransaction) -> None:
    session.info.pop(_KNOWN, None)


def changed(result: Result[Any]) -> int:
    """How many rows a statement changed."""
    return cast("CursorResult[Any]", result).rowcount


def migrate(url: str) -> None:
    """Bring the database to the newest schema, under an advisory lock so that one does it.

    Raises Unavailable when PostgreSQL does not answer.
    """
    owner = make_engine(url)
    try:
        with owner.connect() as connection, _alone(connection):
            _upgrade(connection)
    except OperationalError as error:
        raise Unavailable(
            "The database does not answer, so it could not be migrated; try again in a moment."
        ) from error
    finally:
        owner.dispose()


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Hold the lock of migrations; it falls with the connection at the latest."""
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _MIGRATION_LOCK})
        connection.commit()
