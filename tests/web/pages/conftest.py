"""The desk over the test's database, as a browser without a screen and as a real one."""

from collections.abc import Iterator

import pytest
import redis
from playwright.sync_api import Browser as Chromium

from campaigns import settings
from campaigns.database import Sessions
from campaigns.settings import Settings
from campaigns.web.app import create_app
from tests.factories import make_organisation
from tests.journeys.serving import served
from tests.web.pages.desk import Desk, Live


@pytest.fixture(autouse=True)
def attempts_forgotten(test_settings: Settings) -> None:
    """No test is throttled for what another did."""
    with redis.Redis.from_url(test_settings.redis_url.replace("redis+socket", "unix")) as known:
        for key in known.scan_iter(f"{settings.current().redis_prefix}throttle*"):
            known.delete(key)


@pytest.fixture
def desk(committed: Sessions) -> Desk:
    """The desk of a clinic that is set up; `desk.as_(Role.COORDINATOR)` sits down at it."""
    with committed.begin() as session:
        make_organisation(session)
    return Desk(committed)


@pytest.fixture
def live(committed: Sessions, chromium: Chromium) -> Iterator[Live]:
    """The same desk served on a port of its own, for Chromium."""
    with committed.begin() as session:
        make_organisation(session)
    with served(create_app(committed)) as url:
        made = Live(url, committed, chromium)
        yield made
        made.close()
