"""Take the pictures of readers' pages and of the inbox anew, from a demo of their own.

`make pictures` runs this. Nothing is drawn: real messages leave by real processes, and Debian's
Chromium shows what readers would see.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from campaigns.local import demo, sample
from campaigns.local.reader import Inbox

IMAGES = Path(__file__).parent / "images"
CAMPAIGN = "package-savings"
ADA, BEN = "ada@example.com", "ben@example.com"
TALLEST = 1500
PATIENCE_SECONDS = 60
SCREENS = (("", 1000, "light"), ("-375", 375, "light"), ("-375-dark", 375, "dark"))
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0"
"""A browser that calls itself headless would be taken for a machine."""


def bedside(*words: str, as_: str = "") -> Any:
    """Run a command as a person would, and read its JSON."""
    command = [sys.executable, "-m", "campaigns", *words, *(("--as", as_) if as_ else ()), "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603 - our own words
    return json.loads(done.stdout)


def until(look: Callable[[], Any]) -> Any:
    """Look again and again until something is there."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        if time.monotonic() > end:
            raise TimeoutError(f"nothing came within {PATIENCE_SECONDS} s")
        time.sleep(0.3)
    return found


def send() -> None:
    """Have the discount newsletter checked, signed and sent."""
    bedside("campaigns", "submit", CAMPAIGN, as_=sample.COORDINATOR)
    until(lambda: bedside("campaigns", "show", CAMPAIGN)["status"] == "in_review")
    reason = "Fictitious demo content."
    bedside("campaigns", "approve", CAMPAIGN, "--reason", reason, as_=sample.LEGAL)
    bedside("campaigns", "start", CAMPAIGN, as_=sample.COORDINATOR)
    until(lambda: bedside("report", CAMPAIGN)["status"] == "finished")


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
    page.screenshot(path=IMAGES / f"{name}.png")


def keep_on_every_screen(browser: Browser, url: str, name: str) -> None:
    """Wide, on a telephone, and there in the dark."""
    for suffix, width, scheme in SCREENS:
        page = open_page(browser, url, width=width, scheme=scheme)
        keep(page, name + suffix)
        page.context.close()


def book(browser: Browser, booking_page: str) -> str:
    """Ask for a visit; returns the address at which it can be changed."""
    page = open_page(browser, booking_page)
    page.get_by_role("radio", name=re.compile("Initial series")).check(force=True)
    page.locator("input[name=slot]").nth(1).check(force=True)
    page.locator("input[name=name]").fill("Ada Sample")
    page.locator("input[name=attest]").check(force=True)
    keep(page, "booking", height=2600)
    page.get_by_role("button", name="Request this visit").click()
    page.wait_for_load_state("networkidle")
    keep(page, "booked")
    return str(page.get_by_role("link", name="Change or cancel").get_attribute("href"))


def take(browser: Browser, inbox_url: str) -> None:
    """Go through the pages as readers meet them."""
    inbox = Inbox(inbox_url)
    [of_ada] = inbox.messages(to=ADA)
    page = open_page(browser, inbox_url)
    keep(page, "inbox", height=640)
    page.goto(f"{inbox_url}/messages/{of_ada['id']}", wait_until="networkidle")
    keep(page, "message", height=900)
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Book with this offer").click()
    booking_page = opened.value.url
    for suffix, width, scheme in SCREENS[1:]:
        keep(open_page(browser, booking_page, width=width, scheme=scheme), f"booking{suffix}")
    keep_on_every_screen(browser, book(browser, booking_page), "manage")
    [of_ben] = inbox.messages(to=BEN)
    headers = dict(inbox.message(of_ben["id"])["headers"])
    leave = headers["List-Unsubscribe"].partition("<")[2].partition(">")[0]
    keep_on_every_screen(browser, leave, "unsubscribe")
    keep_on_every_screen(browser, leave.replace("/u/", "/p/"), "preferences")


def main() -> None:
    """Start a demo, send, take the pictures, stop the demo."""
    with tempfile.TemporaryDirectory(prefix="bedside-pictures-") as folder:
        settings = demo.with_free_ports(demo.demo_settings(data_dir=Path(folder)))
        with demo.running(settings) as running, sync_playwright() as playwright:
            send()
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox"]
            )
            take(browser, running.inbox_url)
            browser.close()


if __name__ == "__main__":
    main()
