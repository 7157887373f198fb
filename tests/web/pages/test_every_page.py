"""Every page of the desk with the demo's data: nothing for axe, no error, nothing foreign."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from campaigns import database
from campaigns.database import Sessions
from campaigns.local import sample
from docs.taking import desk as pictures
from tests.web.pages.desk import Live, Scheme

pytestmark = pytest.mark.browser
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@pytest.fixture
def clinic(live: Live, committed: Sessions, monkeypatch: pytest.MonkeyPatch) -> Live:
    """The sample clinic at the desk."""
    sample.load(committed)
    monkeypatch.setattr(database, "sessions", lambda: committed)
    return live


def windows(live: Live, *, width: int) -> Iterator[tuple[str, Page]]:
    """Every pictured page, each in a window of who looks at it."""
    opened: dict[str, Page] = {}
    for each in pictures.shots():
        if each.person not in opened:
            page = opened[each.person] = live.nobody(width=width)
            pictures.enter(page, each.person)
        opened[each.person].goto(each.path)
        yield each.path, opened[each.person]


@pytest.mark.parametrize("width", [1280, 375])
def test_no_page_of_the_demo_has_a_fault(clinic: Live, width: int) -> None:
    faults = {}
    for path, page in windows(clinic, width=width):
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            try:
                clinic.inspect(page)
            except AssertionError as error:
                faults[path, scheme] = str(error)[:600]
    assert faults == {}
