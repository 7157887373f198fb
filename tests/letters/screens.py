"""A letter in a browser, as readers see it: wide or on a telephone, in light or in the dark."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route

from campaigns import web
from campaigns.rendering import shipped

LOGO = (Path(web.__file__).parent / "static" / "assets" / "logo.png").read_bytes()
NOT_OF_MAIL: Mapping[str, str] = {
    "landmark-one-main": "a mail program shows the letter inside a page with landmarks of its own",
    "page-has-heading-one": "a letter without an opening begins under the mail program's subject",
    "region": "its one landmark is the article that wraps all of it",
}
"""Rules of axe about whole pages, which a letter is not; each with its reason."""


@dataclass(frozen=True, slots=True)
class Look:
    """One width and one scheme."""

    width: int
    scheme: str

    @property
    def name(self) -> str:
        """How files and captions name it."""
        return f"{self.width}{'-dark' if self.scheme == 'dark' else ''}"

    @property
    def wide(self) -> int:
        """How wide the window is: a wide letter has some ground around it."""
        return 640 if self.width == 600 else self.width


LOOKS = tuple(Look(width, scheme) for width in (600, 375) for scheme in ("light", "dark"))


def answer(route: Route) -> None:
    """Serve our own pictures; anything else must not be asked for."""
    name = Path(unquote(urlsplit(route.request.url).path)).name
    drawing = shipped.named(name)
    assert drawing or route.request.url.endswith("/assets/logo.png"), route.request.url
    if drawing:
        route.fulfill(body=drawing.content, content_type=drawing.kind)
    else:
        route.fulfill(body=LOGO, content_type="image/png")


def show(page: Page, html: str, look: Look) -> None:
    """Open a letter, and hold what every letter has to keep to."""
    page.set_viewport_size({"width": look.wide, "height": 900})
    page.emulate_media(color_scheme="dark" if look.scheme == "dark" else "light")
    page.set_content(html)
    assert page.evaluate("document.documentElement.scrollWidth") <= look.wide
    assert page.evaluate("[...document.images].every(each => each.naturalWidth > 0)")
    assert violations(page) == []


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe has against a letter, but for what does not apply to mail."""
    return [
        (each["id"], [node["html"] for node in each["nodes"]])
        for each in Axe().run(page).response["violations"]
        if each["id"] not in NOT_OF_MAIL
    ]
