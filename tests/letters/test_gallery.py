"""Every starter, block and notice in a browser; `make gallery` keeps what was seen."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.planning import catalogue
from campaigns.promotions.models import CodeMode
from campaigns.rendering import notices, starters
from campaigns.rendering.preview import preview
from tests.letters import sheets, starting
from tests.letters.screens import LOOKS, Look, answer, show
from tests.letters.sheets import Shot
from tests.letters.test_blocks import sample as block_sample
from tests.rendering import factories
from tests.rendering.test_notices import KINDS, sample

pytestmark = pytest.mark.browser

KEPT = {"education", "discount"}
"""Starters whose beginning the documentation shows larger."""
KEPT_HEIGHT = 1500
THUMBNAIL = (480, 500)
THUMBNAILS = Path(starters.__file__).parents[1] / "web" / "static" / "starters"
_SMALL = {600: 328, 375: 205}
_SHEETS = 4
"""Over how many sheets the blocks are spread."""
FOLDER = os.environ.get("GALLERY")
"""Where pictures are kept; without it every screen is looked at, and none is pictured."""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A window to which only our own pictures answer."""
    context = chromium.new_context()
    opened = context.new_page()
    opened.route("**/*", answer)
    yield opened
    context.close()


@pytest.fixture(scope="module")
def album(chromium: Browser) -> Iterator[dict[str, dict[str, bytes]]]:
    """What the tests saw, by look and by name; put on sheets where GALLERY names a folder."""
    seen: dict[str, dict[str, bytes]] = {}
    yield seen
    if FOLDER and seen:
        lay_out(chromium, seen, Path(FOLDER))


@pytest.mark.parametrize("name", starting.NAMES)
def test_a_starter_is_good_to_read_on_every_screen(
    session: Session, page: Page, album: dict[str, dict[str, bytes]], name: str
) -> None:
    html = preview(session, starting.make_starter(session, name), first_name="Ada").html
    for look in LOOKS:
        show(page, html, look)
        if FOLDER:
            album.setdefault(f"starters {look.name}", {})[name] = page.screenshot(full_page=True)


def every_block() -> list[dict[str, Any]]:
    """The sample of every block, in the order in which a letter can have them."""
    names = [each for each in catalogue.kinds() if not catalogue.kind(each).stands_alone]
    return [block_sample(each) for each in names if each != "footer"]


def test_every_block_is_good_to_read_on_every_screen(
    session: Session, page: Page, album: dict[str, dict[str, bytes]]
) -> None:
    blocks = every_block()
    html = preview(session, factories.make_offer(session, *blocks, mode=CodeMode.UNIQUE)).html
    for look in LOOKS:
        show(page, html, look)
        pieces = page.locator(".letter > table")
        assert pieces.count() == len(blocks)
        for number, each in enumerate(blocks if FOLDER else ()):
            shot = pieces.nth(number).screenshot()
            album.setdefault(f"blocks {look.name}", {})[each["type"]] = shot


@pytest.mark.parametrize("kind", KINDS)
def test_a_notice_is_good_to_read_on_a_telephone_in_the_dark(
    session: Session, page: Page, kind: str
) -> None:
    letter = notices.compose(
        factories.make_clinic(session), kind=kind, language="en", values=sample(kind)
    )
    show(page, letter.html, Look(375, "dark"))


def lay_out(chromium: Browser, seen: dict[str, dict[str, bytes]], folder: Path) -> None:
    """Put everything on contact sheets, and keep the small pictures of the starters."""
    page = chromium.new_page()
    for look in LOOKS:
        letters = seen.get(f"starters {look.name}", {})
        if letters:
            lay_out_starters(page, letters, look, folder)
        for name in KEPT & letters.keys():
            if look.name != "600-dark":
                sheets.write(letters[name], folder / f"{name}-{look.name}.png", height=KEPT_HEIGHT)
    for name, png in seen.get("starters 600", {}).items():
        width, height = THUMBNAIL
        sheets.write(png, THUMBNAILS / f"{name}.png", width=width, height=height)
    lay_out_blocks(page, seen, folder)
    page.close()


def lay_out_starters(page: Page, letters: dict[str, bytes], look: Look, folder: Path) -> None:
    """The starters of each topic beside each other."""
    for topic in Topic:
        named = [
            (each.file.title, Shot(letters[each.name], _SMALL[look.width]))
            for each in starters.listed()
            if each.name in letters and each.file.topic is topic
        ]
        if named:
            sheet = sheets.columns(named)
            sheets.keep(page, sheet, folder / f"{topic.value}-starters-{look.name}.png")


def lay_out_blocks(page: Page, seen: dict[str, dict[str, bytes]], folder: Path) -> None:
    """The blocks in the order of the menu, each in all its looks."""
    if "blocks 600" not in seen:
        return
    names = list(seen["blocks 600"])
    each_has = -(-len(names) // _SHEETS)
    for number in range(_SHEETS):
        part = names[number * each_has : (number + 1) * each_has]
        named = [
            (
                catalogue.name_of(name),
                [Shot(seen[f"blocks {look.name}"][name], _SMALL[look.width]) for look in LOOKS],
            )
            for name in part
        ]
        heads = [f"{look.width}, {look.scheme}" for look in LOOKS]
        sheets.keep(
            page, sheets.rows(heads=heads, named=named), folder / f"blocks-{number + 1}.png"
        )
