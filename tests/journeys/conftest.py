"""A real browser with a telephone's screen, and the application it talks to."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from campaigns.database import Sessions
from campaigns.web.app import create_app
from tests.factories import make_organisation
from tests.journeys.serving import served
from tests.tracking.factories import NOW, PHONE, Reader, make_reader, stop_clock


@pytest.fixture
def site(committed: Sessions) -> Iterator[str]:
    """The address of the application over this test's database."""
    with served(create_app(committed)) as address:
        yield address


@pytest.fixture
def reader(committed: Sessions) -> Reader:
    """Someone with a message from the clinic; time stands still."""
    with committed.begin() as session:
        stop_clock(session, NOW)
        make_organisation(session, name="Renew Health", brand={"primary": "#1d5c63"})
        return make_reader(session)


@pytest.fixture(params=["light", "dark"])
def page(chromium: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page on a telephone, 375 px wide, by day and by night; its console must stay silent."""
    context = chromium.new_context(
        viewport={"width": 375, "height": 720},
        color_scheme=request.param,
        user_agent=PHONE,
        base_url=site,
    )
    opened = context.new_page()
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # A browser also notes that the page itself was a 404; a missing part of it is our fault.
        if message.location["url"] != opened.url:
            said.append(message.text)

    opened.on("console", hear)
    yield opened
    context.close()
    assert said == []
