"""From the door to the schedule at the sample clinic: by keyboard alone, and without scripts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from campaigns.accounts import passwords
from campaigns.compliance import approval
from campaigns.database import Sessions
from campaigns.local import sample
from campaigns.planning import queries
from campaigns.planning.models import CampaignStatus
from campaigns.registry import FACTS, RULES
from campaigns.web.app import create_app
from tests.journeys.serving import served

pytestmark = pytest.mark.browser

MOST_TABS = 150
FOCUSED = """() => {
  const at = document.activeElement;
  const name = at.getAttribute("aria-label") || at.labels?.[0]?.innerText || at.innerText || "";
  return name.replace(/\\s+/g, " ").trim();
}"""
SHOWN = """() => {
  let at = document.activeElement;
  for (let up = 0; at && up < 4; up += 1, at = at.parentElement) {
    if (getComputedStyle(at).outlineStyle !== "none") return true;
  }
  return false;
}"""
"""Whether the focused thing, or the card that it makes pressable, is outlined."""


@dataclass(frozen=True)
class Site:
    """The sample clinic's desk, and the browser that visits it."""

    url: str
    sessions: Sessions
    chromium: Browser

    def window(self, *, scripts: bool) -> Page:
        """A new window at the door."""
        context = self.chromium.new_context(
            base_url=self.url, java_script_enabled=scripts, viewport={"width": 1280, "height": 900}
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto("/desk/login")
        return page

    def render(self) -> None:
        """What the worker does with all that was handed in."""
        with self.sessions.begin() as session:
            waiting = approval.waiting(session)
        for each in waiting:
            approval.review(self.sessions, each, rules=RULES, facts=FACTS)

    def status(self, name: str) -> CampaignStatus:
        """Where a campaign stands."""
        with self.sessions.begin() as session:
            return queries.named(session, name).status


@pytest.fixture
def site(committed: Sessions, chromium: Browser) -> Iterator[Site]:
    """The desk of the sample clinic, in this process."""
    sample.load(committed)
    with served(create_app(committed)) as url:
        yield Site(url, committed, chromium)


def reach(page: Page, name: str) -> None:
    """Press Tab until the thing of this name has the focus, and see that one can see it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if str(page.evaluate(FOCUSED)).startswith(name):
            assert page.evaluate(SHOWN), f"{name} has the focus, and nothing shows it"
            return
    pytest.fail(f"no way to “{name}” by Tab on {page.url}")


def press(page: Page, name: str) -> None:
    """Reach it and press Enter; its page comes."""
    reach(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, name: str, text: str) -> None:
    """Reach the field and type."""
    reach(page, name)
    page.keyboard.type(text)


def test_a_campaign_is_begun_changed_checked_and_handed_in_by_keyboard_alone(site: Site) -> None:
    page = site.window(scripts=True)
    page.keyboard.type(sample.COORDINATOR)
    write(page, "Password", passwords.DEMO)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press(page, "Campaigns")
    press(page, "New campaign")
    press(page, "Good questions to ask")
    write(page, "Title", "Questions")
    reach(page, "Everyone")
    page.keyboard.press("Space")
    press(page, "Begin the draft")
    page.wait_for_url("**/questions/content")
    pieces = page.locator("[data-piece]")
    moved = pieces.nth(2).get_attribute("data-piece")
    reach(page, "Move Greeting down")
    page.keyboard.press("Enter")
    expect(pieces.nth(3)).to_have_attribute("data-piece", moved or "")
    page.wait_for_function("document.activeElement.innerText.includes('Move Greeting down')")
    for step in ("Who", "Offer", "Check", "When"):
        press(page, f"1 {step}" if step == "Content" else step_name(page, step))
    press(page, "Save and go to the review")
    press(page, "Hand in for review")
    site.render()
    assert site.status("questions") in {CampaignStatus.IN_REVIEW, CampaignStatus.APPROVED}
    page.context.close()


def step_name(page: Page, step: str) -> str:
    """What the step is called with its number, as it has the focus."""
    link = page.get_by_role("navigation", name="Steps of this campaign").get_by_role(
        "link", name=step
    )
    return str(link.evaluate("at => at.innerText.replace(/\\s+/g, ' ').trim()"))


def test_a_campaign_goes_from_the_door_to_the_schedule_without_scripts(site: Site) -> None:
    cora = site.window(scripts=False)
    sign_in(cora, sample.COORDINATOR)
    cora.get_by_role("link", name="Campaigns", exact=True).first.click()
    cora.get_by_role("link", name="Package savings", exact=True).click()
    cora.get_by_role("link", name=re.compile("Greeting.*edit")).click()
    cora.get_by_label("Text", exact=False).first.fill("A word of **welcome**.")
    cora.get_by_role("button", name="Save and close").click()
    expect(cora.locator("[data-piece=greeting]")).to_contain_text("A word of welcome.")
    cora.get_by_role("link", name="Review").click()
    cora.get_by_role("button", name="Hand in for review").click()
    site.render()
    leo = site.window(scripts=False)
    sign_in(leo, sample.LEGAL)
    leo.goto("/desk/campaigns/package-savings/review")
    leo.get_by_label("Why you sign").fill("Prices and terms read.")
    leo.get_by_role("button", name="Approve").click()
    cora.goto("/desk/campaigns/package-savings/review")
    cora.get_by_role("button", name="Send it now").click()
    assert site.status("package-savings") is CampaignStatus.SCHEDULED
    for page in (cora, leo):
        page.context.close()


def sign_in(page: Page, person: str) -> None:
    """Through the door, as everybody does."""
    page.get_by_label("Email address").fill(person)
    page.get_by_label("Password").fill(passwords.DEMO)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk")
