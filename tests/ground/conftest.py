"""An environment to change: settings and what hangs on them are read afresh, before and after."""

from collections.abc import Iterator

import pytest

from campaigns import jobs, settings, tokens


def read_afresh() -> None:
    """Forget every value that was read from the environment once."""
    settings.current.cache_clear()
    tokens._keys.cache_clear()
    jobs.publisher.cache_clear()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Set variables with it, then call `read_afresh`; everything is as before after the test."""
    with monkeypatch.context() as patch:
        read_afresh()
        yield patch
    read_afresh()
