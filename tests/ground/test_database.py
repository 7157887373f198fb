"""One transaction at each edge: kept whole, undone whole, and honest when PostgreSQL is away."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, delete, func, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from campaigns import database
from campaigns.accounts.models import Location
from campaigns.database import Session, Sessions
from campaigns.delivery.models import Heartbeat
from campaigns.errors import BedsideError, Invalid, Misconfigured, Unavailable


def make_location() -> Location:
    return Location(name="Allen", zone="America/Chicago", postal_address="100 Example Plaza")


def how_many(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count(Location.id))) or 0


@pytest.fixture
def empty_database(database_url: str) -> Iterator[str]:
    """The address of a database without any table."""
    name = f"bedside_empty_{uuid4().hex[:8]}"
    owner = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
    yield make_url(database_url).set(database=name).render_as_string(hide_password=False)
    with owner.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    owner.dispose()


def test_a_transaction_is_committed_at_its_end(committed: Sessions) -> None:
    with database.transaction(committed) as session:
        session.add(make_location())
        session.flush()
        assert how_many(committed) == 0
    assert how_many(committed) == 1


def test_a_refusal_undoes_the_whole_transaction(committed: Sessions) -> None:
    def refuse() -> None:
        with database.transaction(committed) as session:
            session.add(make_location())
            session.flush()
            raise Invalid("not like this")

    with pytest.raises(Invalid, match="not like this"):
        refuse()
    assert how_many(committed) == 0


def test_a_database_that_is_away_is_said_so_and_trying_again_can_help() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"postgresql+psycopg://nobody@127.0.0.1:{taken.getsockname()[1]}/bedside"
        sessions = database.make_sessions(database.make_engine(url))
        with (
            pytest.raises(Unavailable, match="database does not answer") as refusal,
            database.transaction(sessions) as session,
        ):
            session.add(make_location())
        assert refusal.value.may_retry
        assert refusal.value.status == 503


def test_a_connection_lost_on_the_way_is_said_so_and_the_next_transaction_works(
    committed: Sessions,
) -> None:
    def lose_it() -> None:
        with database.transaction(committed) as session:
            session.add(make_location())
            session.flush()
            pid = session.scalar(text("SELECT pg_backend_pid()"))
            with committed.begin() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            session.execute(text("SELECT 1"))

    with pytest.raises(Unavailable, match="Nothing was changed"):
        lose_it()
    assert how_many(committed) == 0


def test_a_pool_without_a_free_connection_is_said_so(database_url: str) -> None:
    engine = create_engine(database_url, pool_size=1, max_overflow=0, pool_timeout=0.1)
    sessions = database.make_sessions(engine)
    with database.transaction(sessions) as holding:
        holding.connection()
        with pytest.raises(Unavailable), database.transaction(sessions) as waiting:
            waiting.connection()
    engine.dispose()


def test_without_an_address_the_person_is_told_what_to_do() -> None:
    with pytest.raises(Misconfigured, match="start `make demo`, or set DATABASE_URL"):
        database.make_engine("")


def test_two_that_migrate_at_once_do_it_once(empty_database: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        for outcome in [pool.submit(database.migrate, empty_database) for _ in range(2)]:
            outcome.result()
    engine = create_engine(empty_database)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
        assert connection.scalar(text("SELECT count(*) FROM campaign")) == 0
    engine.dispose()


def test_migrating_a_database_that_is_away_is_said_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unavailable, match="it could not be migrated"):
            database.migrate(f"postgresql+psycopg://127.0.0.1:{taken.getsockname()[1]}/bedside")


def test_migrating_again_changes_nothing(empty_database: str) -> None:
    database.migrate(empty_database)
    engine = create_engine(empty_database)
    sessions = database.make_sessions(engine)
    with sessions.begin() as session:
        session.add(make_location())
    database.migrate(empty_database)
    assert how_many(sessions) == 1
    engine.dispose()


def test_the_database_names_what_it_refuses(committed: Sessions) -> None:
    """Constraints have names of their own, so that later migrations can find them."""
    with committed() as session:
        names = session.scalars(
            text(
                "SELECT conname FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace"
                " WHERE n.nspname = 'public' AND contype IN ('p', 'u', 'f', 'c', 'x')"
                " AND conrelid::regclass::text <> 'alembic_version'"
            )
        ).all()
    assert names
    assert [
        each for each in names if each.partition("_")[0] not in {"pk", "uq", "fk", "ck", "ex"}
    ] == []


def test_every_refusal_has_its_sentence_and_its_status() -> None:
    def leaves(kind: type[BedsideError]) -> Iterator[type[BedsideError]]:
        yield kind
        for each in kind.__subclasses__():
            yield from leaves(each)

    for kind in leaves(BedsideError):
        assert str(kind("Because.")).startswith("Because.")
        assert 400 <= kind.status < 600
        assert kind.__doc__
    assert str(Invalid()) == "What was given cannot be taken."


class Reads:
    """Counts how often it is asked, and reads how many there are."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return self.session.scalar(select(func.count()).select_from(Heartbeat)) or 0


def beat(name: str) -> Heartbeat:
    return Heartbeat(name=name, at=datetime(2026, 11, 24, tzinfo=UTC))


def test_a_read_is_made_once_while_nothing_changes(session: Session) -> None:
    reads = Reads(session)
    assert [database.remembered(session, "beats", reads) for _ in range(3)] == [0, 0, 0]
    assert database.remembered(session, "others", reads) == 0
    assert reads.times == 2


def test_a_read_is_made_again_after_every_kind_of_change(session: Session) -> None:
    reads = Reads(session)
    assert database.remembered(session, "beats", reads) == 0
    session.add(beat("one"))
    assert database.remembered(session, "beats", reads) == 1
    session.execute(insert(Heartbeat).values(name="two", at=datetime(2026, 1, 1, tzinfo=UTC)))
    assert database.remembered(session, "beats", reads) == 2
    session.execute(delete(Heartbeat).where(Heartbeat.name == "one"))
    assert database.remembered(session, "beats", reads) == 1
    savepoint = session.begin_nested()
    session.add(beat("three"))
    session.flush()
    assert database.remembered(session, "beats", reads) == 2
    savepoint.rollback()
    assert database.remembered(session, "beats", reads) == 1


def test_what_was_read_before_a_lock_is_read_again_under_it(
    committed: Sessions,
) -> None:
    with committed.begin() as session:
        session.add(beat("one"))
    with committed.begin() as session:
        reads = Reads(session)
        assert database.remembered(session, "beats", reads) == 1
        with committed.begin() as elsewhere:
            elsewhere.add(beat("two"))
        assert database.remembered(session, "beats", reads) == 1
        session.get_one(Heartbeat, "one", with_for_update=True)
        assert database.remembered(session, "beats", reads) == 2
    with committed.begin() as session:
        found = session.get_one(Heartbeat, "one")
        reads = Reads(session)
        database.remembered(session, "beats", reads)
        session.refresh(found, with_for_update=True)
        database.remembered(session, "beats", reads)
        assert reads.times == 2


def test_the_next_transaction_reads_for_itself(committed: Sessions) -> None:
    session = committed()
    reads = Reads(session)
    with session.begin():
        database.remembered(session, "beats", reads)
    with session.begin():
        database.remembered(session, "beats", reads)
    session.close()
    assert reads.times == 2


def test_the_text_of_an_error_never_holds_what_was_asked_with(database_url: str) -> None:
    engine = database.make_engine(database_url)
    with engine.connect() as connection, pytest.raises(DBAPIError) as failed:
        connection.execute(
            text("SELECT 1 / :none, :address"), {"none": 0, "address": "ada@example.com"}
        )
    engine.dispose()
    assert "ada@example.com" not in f"{failed.value!s}{failed.value!r}"
