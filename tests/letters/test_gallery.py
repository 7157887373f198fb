"""Every letter in a browser: wide, on a telephone, in the dark; `make pictures` keeps them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from campaigns import web
from campaigns.database import Session
from campaigns.rendering import notices
from campaigns.rendering.preview import preview
from tests import factories as people
from tests.rendering import factories
from tests.rendering.test_notices import KINDS, sample

pytestmark = pytest.mark.browser

LOGO = (Path(web.__file__).parent / "static" / "assets" / "logo.png").read_bytes()
SCREENS = [("600", 640, "light"), ("375", 375, "light"), ("375-dark", 375, "dark")]
KEPT_HEIGHT = 1500
"""A picture for the documentation shows the beginning."""


@pytest.fixture(params=SCREENS, ids=[each[0] for each in SCREENS])
def screen(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[tuple[str, Page]]:
    """A page of one width and one scheme, to which only our own logo answers."""
    name, width, scheme = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=True
    )
    page = context.new_page()
    page.route("**/*", answer)
    yield name, page
    context.close()


def answer(route: Route) -> None:
    """Serve the logo; anything else must not be asked for."""
    assert route.request.url.endswith("/assets/logo.png"), route.request.url
    route.fulfill(body=LOGO, content_type="image/png")


def look(page: Page, html: str, *, name: str, folder: Path) -> None:
    """Show a letter, check it, and keep its picture."""
    page.set_content(html)
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.images[0].naturalWidth") > 0
    picture = folder / f"{name}.png"
    kept = os.environ.get("GALLERY")
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        height = min(KEPT_HEIGHT, page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": width, "height": height})
        picture = Path(kept) / picture.name
    page.screenshot(path=picture, full_page=not kept)
    assert picture.stat().st_size > 5_000
    serious = [
        (each["id"], [node["html"] for node in each["nodes"]])
        for each in Axe().run(page).response["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    assert not serious


@pytest.mark.parametrize("name", ["education", "savings"])
def test_a_newsletter_is_good_to_read_on_every_screen(
    session: Session, screen: tuple[str, Page], tmp_path: Path, name: str
) -> None:
    size, page = screen
    version = factories.make_newsletter(session, name)
    ada = people.make_contact(session, "ada.l@example.com", first_name="Ada")
    look(page, preview(session, version, ada).html, name=f"{name}-{size}", folder=tmp_path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("screen", SCREENS[-1:], indirect=True, ids=["375-dark"])
def test_a_notice_is_good_to_read_on_a_telephone_in_the_dark(
    session: Session, screen: tuple[str, Page], tmp_path: Path, kind: str
) -> None:
    size, page = screen
    letter = notices.compose(
        factories.make_clinic(session), kind=kind, language="en", values=sample(kind)
    )
    look(page, letter.html, name=f"{kind}-{size}", folder=tmp_path)
