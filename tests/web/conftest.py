"""An application over the test's database, a browser, and a reader who has a message."""

import pytest

from campaigns.database import Sessions
from campaigns.web.app import create_app
from tests.factories import make_organisation
from tests.tracking.factories import Reader, make_reader, stop_clock
from tests.web.browsing import Browser


@pytest.fixture
def browser(committed: Sessions) -> Browser:
    """A browser of the application over this test's database."""
    return Browser(create_app(committed))


@pytest.fixture
def reader(committed: Sessions) -> Reader:
    """Someone with a message from the clinic; time stands still."""
    with committed.begin() as session:
        stop_clock(session)
        make_organisation(session, name="Renew Health", brand={"primary": "#1d5c63"})
        return make_reader(session)
