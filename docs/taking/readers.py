"""Pictures of readers' pages and of the inbox."""

import re

from playwright.sync_api import Browser

from campaigns.local.reader import Inbox
from docs.taking.camera import SCREENS, keep, keep_on_every_screen, open_page

ADA, BEN = "ada@example.com", "ben@example.com"


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
