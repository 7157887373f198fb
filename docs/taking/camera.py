"""A window of Debian's Chromium, and what it shows as a small picture."""

import io
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

IMAGES = Path(__file__).parents[1] / "pictures"
TALLEST = 1500
COLOURS = 160
SCREENS = (("", 1000, "light"), ("-375", 375, "light"), ("-375-dark", 375, "dark"))
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0"
"""A browser that calls itself headless would be taken for a machine."""


def open_page(browser: Browser, url: str, *, width: int = 1000, scheme: Any = "light") -> Page:
    """A browser window of its own at this address."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, user_agent=PERSON
    )
    page = context.new_page()
    page.goto(url, wait_until="networkidle")
    return page


def keep(page: Page, name: str, *, height: int = TALLEST) -> None:
    """Keep the beginning of what a window shows."""
    width = page.evaluate("innerWidth")
    whole = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(height, whole)})
    shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shown.quantize(COLOURS, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)


def keep_on_every_screen(browser: Browser, url: str, name: str) -> None:
    """Wide, on a telephone, and there in the dark."""
    for suffix, width, scheme in SCREENS:
        page = open_page(browser, url, width=width, scheme=scheme)
        keep(page, name + suffix)
        page.context.close()
