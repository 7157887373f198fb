"""What the tests of the worker share: a database that is away."""

import socket
from collections.abc import Iterator

import pytest

from campaigns import database
from tests.ground.conftest import read_afresh


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A database that does not answer."""
    with monkeypatch.context() as patch, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        patch.setenv("DATABASE_URL", f"postgresql://127.0.0.1:{taken.getsockname()[1]}/bedside")
        _forget()
        yield
    _forget()


def _forget() -> None:
    if database.engine.cache_info().currsize:
        database.engine().dispose()
    read_afresh()
    database.engine.cache_clear()
    database.sessions.cache_clear()
