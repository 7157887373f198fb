"""Real servers for all tests: PostgreSQL and Valkey once, a database of its own for each worker."""

import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine, make_url

from campaigns import database, settings
from campaigns.database import Session, Sessions
from campaigns.local import servers
from campaigns.settings import Settings
from tests.browser import chromium

__all__ = ["chromium"]

_CHROMIUM = Path("/usr/bin/chromium")
_MIGRATIONS = Path(database.__file__).parent / "migrations" / "versions"


@dataclass(frozen=True)
class TestServers:
    """Where the servers of this run answer, and the database that workers clone."""

    __test__ = False

    database_url: str
    redis_url: str
    template: str


class Landlord:
    """Starts what the run needs, and leaves nothing behind."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._started: list[servers.RunningServer] = []
        try:
            self.servers = TestServers(
                database_url=os.environ.get("TEST_DATABASE_URL") or self._postgres(),
                redis_url=os.environ.get("TEST_REDIS_URL") or self._valkey(),
                template=f"bedside_template_{uuid4().hex[:8]}",
            )
            _create_database(self.servers, self.servers.template)
            _build_schema(_url_of(self.servers, self.servers.template))
        except BaseException:
            self._stop()
            raise

    def _home(self) -> Path:
        if self._folder is None:
            self._folder = servers.make_socket_dir()
            (self._folder / "data").mkdir()
            (self._folder / "pg").mkdir()
            self._folder.chmod(0o711)
        return self._folder

    def _postgres(self) -> str:
        home = self._home()
        server = servers.start_postgres(home / "data", home / "pg", durable=False)
        self._started.append(server)
        return server.url

    def _valkey(self) -> str:
        home = self._home()
        server = servers.start_valkey(home / "data", home / "data")
        self._started.append(server)
        return server.url

    def leave(self) -> None:
        """Drop the template and stop what was started."""
        _drop_database(self.servers, self.servers.template)
        self._stop()

    def _stop(self) -> None:
        for server in reversed(self._started):
            server.stop()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


_LANDLORD = pytest.StashKey[Landlord]()


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests away from the databases of the person who runs them; start ours."""
    if hasattr(config, "workerinput"):
        return
    for name in [each for each in os.environ if each.startswith("BEDSIDE_")]:
        if name not in ("BEDSIDE_REQUIRE_BROWSER", "BEDSIDE_SPAMASSASSIN"):
            del os.environ[name]
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("REDIS_URL", None)
    os.environ["BEDSIDE_MODE"] = "test"
    if not config.option.collectonly:
        config.stash[_LANDLORD] = Landlord()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers."""
    landlord = config.stash.get(_LANDLORD, None)
    if landlord:
        landlord.leave()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker where the servers are."""
    found = node.config.stash[_LANDLORD].servers
    node.workerinput["bedside"] = [found.database_url, found.redis_url, found.template]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave browser tests out where there is no Chromium, unless that is forbidden."""
    if _CHROMIUM.exists():
        return
    browsing = [item for item in items if item.get_closest_marker("browser")]
    if browsing and os.environ.get("BEDSIDE_REQUIRE_BROWSER") == "1":
        raise pytest.UsageError(f"{_CHROMIUM} is missing, and this run must not leave tests out.")
    for item in browsing:
        item.add_marker(pytest.mark.skip(reason="LEFT OUT: the browser tests need Chromium"))


@pytest.fixture(scope="session")
def test_servers(request: pytest.FixtureRequest) -> TestServers:
    """The servers that the controller started."""
    given = getattr(request.config, "workerinput", None)
    if given is not None:
        return TestServers(*given["bedside"])
    return request.config.stash[_LANDLORD].servers


@pytest.fixture(scope="session", autouse=True)
def database_url(test_servers: TestServers) -> Iterator[str]:
    """A database of this worker's own, with the whole schema; our settings name it."""
    name = f"bedside_test_{uuid4().hex[:8]}"
    _create_database(test_servers, name, template=test_servers.template)
    os.environ["DATABASE_URL"] = _url_of(test_servers, name)
    os.environ["REDIS_URL"] = test_servers.redis_url
    os.environ["BEDSIDE_REDIS_PREFIX"] = f"{name}:"
    settings.current.cache_clear()
    yield os.environ["DATABASE_URL"]
    _drop_database(test_servers, name)


@pytest.fixture(scope="session")
def redis_url(test_servers: TestServers) -> str:
    """The Redis of this run; keys of one worker share `test_settings.redis_prefix`."""
    return test_servers.redis_url


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """What a command did to the logs of this process is undone."""
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture
def test_settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    """The settings of a test: its worker's database, and a data folder of its own."""
    return settings.load(
        mode="test", database_url=database_url, redis_url=redis_url, data_dir=tmp_path / "data"
    )


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """The engine of this worker."""
    made = database.make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose work is undone afterwards, whatever it commits."""
    with engine.connect() as connection, connection.begin() as outer:
        with Session(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        ) as made:
            yield made
        outer.rollback()


@pytest.fixture
def committed(engine: Engine) -> Iterator[Sessions]:
    """Sessions that truly commit, for long verbs and processes; all tables are emptied after.

    Rows are numbered from one, also where a test that was undone has used numbers up.
    """
    _number_from_one(engine)
    yield database.make_sessions(engine)
    names = ", ".join(f'"{table.name}"' for table in _metadata_tables())
    with engine.begin() as connection:
        if names:
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


def _number_from_one(engine: Engine) -> None:
    used = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value > 0"
    with engine.begin() as connection:
        for name in connection.scalars(text(used)).all():
            connection.execute(text(f'ALTER SEQUENCE "{name}" RESTART'))


def _metadata_tables() -> list[Any]:
    from campaigns import schema

    return list(schema.metadata.sorted_tables)


def _build_schema(url: str) -> None:
    if any(_MIGRATIONS.glob("[!_]*.py")):
        database.migrate(url)
        return
    from campaigns import schema

    engine = database.make_engine(url)
    schema.metadata.create_all(engine)
    engine.dispose()


def _url_of(found: TestServers, name: str) -> str:
    return make_url(found.database_url).set(database=name).render_as_string(hide_password=False)


def _create_database(found: TestServers, name: str, *, template: str = "template0") -> None:
    _administer(found, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _drop_database(found: TestServers, name: str) -> None:
    _administer(found, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _administer(found: TestServers, statement: str) -> None:
    plain = make_url(found.database_url).set(drivername="postgresql")
    address = plain.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())
