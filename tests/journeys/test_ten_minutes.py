"""The coordinator's ten minutes in Chromium, through the real processes: from file to report."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from campaigns import database
from campaigns.accounts import passwords
from campaigns.local import demo, sample
from campaigns.local.reader import Inbox

PEOPLE = 50
PATIENCE_MS = 60_000


@contextmanager
def clinic(folder: Path) -> Iterator[tuple[str, Inbox]]:
    """A clinic with its people and offers, all processes running: its desk and its inbox."""
    own = demo.demo_settings(data_dir=folder, database_url="", redis_url="", mode="demo")
    with demo.running(demo.with_free_ports(own), quiet=True, with_sample=False) as running:
        with database.transaction(database.sessions()) as session:
            sample.set_up(session)
        yield running.settings.public_url, Inbox(running.inbox_url)


def sit_down(chromium: Browser, url: str, person: str) -> Page:
    """A window in which this person has signed in at the door."""
    page = chromium.new_context(base_url=url, viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(20_000)
    page.goto("/desk/login")
    page.get_by_label("Email address").fill(person)
    page.get_by_label("Password").fill(passwords.DEMO)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk")
    return page


def press(page: Page, name: str) -> None:
    """Press the button or the link of this name, and let its page come."""
    page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.click()
    page.wait_for_load_state()


def import_people(page: Page, file: Path) -> None:
    """Take fifty people in who agreed to hear about offers."""
    rows = [f"reader{each}@example.com,Reader{each},US-TX" for each in range(PEOPLE)]
    file.write_text("\n".join(["email,first name,region", *rows]))
    page.goto("/desk/contacts")
    press(page, "Import")
    page.get_by_label("File with contacts").set_input_files(file)
    press(page, "Upload and look at it")
    page.get_by_label("They agreed to hear from us").check()
    page.get_by_label("Offers", exact=False).check()
    page.get_by_label("Where and how did they agree").fill("Paper form at the front desk")
    page.get_by_label("Which words did they agree to").fill("Yes, email me about package offers.")
    press(page, "Show me the numbers")
    press(page, f"Import {PEOPLE} contacts")
    expect(page.get_by_text("What became of the rows")).to_be_visible(timeout=PATIENCE_MS)


def write(page: Page) -> str:
    """Begin from a starter, change a block and swap two; the campaign's address."""
    page.goto("/desk/campaigns/new")
    press(page, "Discount newsletter")
    page.get_by_label("Title").fill("Ten minutes")
    page.get_by_label("Everyone who may like an offer").check()
    page.get_by_label("Package savings", exact=False).check()
    press(page, "Begin the draft")
    page.wait_for_url("**/desk/campaigns/ten-minutes/content")
    address = page.url.removesuffix("/content")
    second = page.locator("[data-piece]").nth(2)
    moved = second.get_attribute("data-piece")
    second.get_by_role("button", name="down").click()
    expect(page.locator("[data-piece]").nth(3)).to_have_attribute("data-piece", moved or "")
    page.reload()
    expect(page.locator("[data-piece]").nth(3)).to_have_attribute("data-piece", moved or "")
    return address


def plan(page: Page, address: str) -> None:
    """Look who gets it, what it offers and what was found; four messages a second."""
    page.goto(f"{address}/who")
    expect(page.locator(".falls .total")).to_contain_text(str(PEOPLE))
    page.goto(f"{address}/offer")
    expect(page.get_by_role("heading", name="Package savings")).to_be_visible()
    page.goto(f"{address}/check")
    expect(page.get_by_text("stops it").first).to_be_visible()
    page.goto(f"{address}/when")
    page.get_by_label("Messages a minute").fill("240")
    press(page, "Save and go to the review")


def hand_in(page: Page, inbox: Inbox) -> None:
    """Send oneself a test and hand it in; a worker renders and checks it."""
    page.get_by_label("To which address").fill("cora@example.com")
    press(page, "Send the test")
    assert len(inbox.messages(to="cora@example.com")) == 1
    press(page, "Hand in for review")
    expect(page.get_by_text("It waits for").first).to_be_visible(timeout=PATIENCE_MS)


def approve(page: Page, address: str) -> None:
    """A second person reads it and signs, saying why."""
    page.goto(f"{address}/review")
    page.get_by_label("Why you sign").fill("Prices and terms read.")
    press(page, "Approve")


def send(page: Page, address: str) -> None:
    """Send it, hold it in the middle, let it go on, and see it end."""
    page.goto(f"{address}/review")
    press(page, "Send it now")
    page.goto(f"{address}/live")
    accepted = page.locator(".stat", has_text="Accepted").locator("dd")
    expect(accepted).not_to_have_text("0", timeout=PATIENCE_MS)
    press(page, "Pause")
    expect(page.get_by_text("and get nothing until somebody resumes it")).to_be_visible()
    page.wait_for_timeout(1500)
    page.reload()
    held = int(accepted.inner_text().split()[0])
    assert 0 < held < PEOPLE
    page.wait_for_timeout(1500)
    page.reload()
    assert int(accepted.inner_text().split()[0]) == held
    press(page, "Resume")
    expect(page.get_by_text("Finished").first).to_be_visible(timeout=PATIENCE_MS)


@pytest.mark.browser
@pytest.mark.processes
def test_fifty_people_get_a_checked_newsletter_once_each_and_the_report_adds_up(
    chromium: Browser, tmp_path: Path
) -> None:
    with clinic(tmp_path / "data") as (url, inbox):
        cora = sit_down(chromium, url, sample.COORDINATOR)
        import_people(cora, tmp_path / "people.csv")
        address = write(cora)
        plan(cora, address)
        hand_in(cora, inbox)
        leo = sit_down(chromium, url, sample.LEGAL)
        approve(leo, address)
        send(cora, address)
        press(cora, "Read its report")
        expect(cora.get_by_role("main")).to_contain_text(f"{PEOPLE}")
        got = [len(inbox.messages(to=f"reader{each}@example.com")) for each in range(PEOPLE)]
        assert got == [1] * PEOPLE
        for each in (cora, leo):
            each.context.close()
