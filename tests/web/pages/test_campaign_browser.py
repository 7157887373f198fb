"""The list, a new campaign and the steps Who, Offer and When, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from campaigns.accounts.models import Role
from campaigns.database import Sessions
from campaigns.planning import queries
from campaigns.planning.models import CampaignStatus
from tests.promotions.factories import NOON
from tests.web.pages import campaigns
from tests.web.pages.campaigns import Desked
from tests.web.pages.desk import Live, Scheme

pytestmark = pytest.mark.browser

LIST = "/desk/campaigns"
OFFERS = f"{LIST}/package-offers"
PAGES = [
    LIST,
    f"{LIST}?q=nothing+like+it",
    f"{LIST}/new",
    f"{LIST}/new?kind=starter&name=discount",
    f"{LIST}/new?from=package-offers",
    f"{OFFERS}/who?reason=no_consent",
    f"{OFFERS}/offer",
    f"{LIST}/autumn-letter/offer",
    f"{OFFERS}/when",
    f"{OFFERS}/rename",
    f"{OFFERS}/cancel",
]


@pytest.fixture
def clinic(live: Live, committed: Sessions) -> Desked:
    return campaigns.set_up(committed)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_every_page_is_accessible_and_calm(
    live: Live, clinic: Desked, width: int, scheme: Scheme
) -> None:
    page = live.as_(Role.COORDINATOR, path=LIST, width=width, scheme=scheme)
    for path in PAGES:
        page.goto(live.url + path)
        live.inspect(page)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (375, "light")])
def test_what_goes_wrong_is_accessible_too(
    live: Live, clinic: Desked, committed: Sessions, width: int, scheme: Scheme
) -> None:
    with committed.begin() as session:
        offers = queries.named(session, clinic.offers)
        offers.status = CampaignStatus.IN_REVIEW
        letter = queries.named(session, clinic.letter)
        letter.archived_at = NOON
    page = live.as_(Role.COORDINATOR, path=f"{OFFERS}/when", width=width, scheme=scheme)
    page.get_by_label("At a moment").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Choose the day and the time")).to_be_visible()
    expect(page.get_by_label("At a moment")).to_be_checked()
    faults = [each for each in live._faults[id(page)] if "422" not in each]
    live._faults[id(page)] = faults
    live.inspect(page)
    for path in (f"{OFFERS}/who", f"{OFFERS}/offer", f"{LIST}/autumn-letter/when"):
        page.goto(live.url + path)
        live.inspect(page)


def test_the_list_narrows_while_one_types_and_its_address_follows(
    live: Live, clinic: Desked
) -> None:
    page = live.as_(Role.COORDINATOR, path=LIST)
    expect(page.get_by_text("2 campaigns")).to_be_visible()
    page.get_by_label("Search").press_sequentially("letter", delay=20)
    expect(page.get_by_text("1 campaign found")).to_be_visible()
    expect(page.get_by_role("link", name="Autumn letter", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Package offers", exact=True)).to_have_count(0)
    expect(page).to_have_url(f"{live.url}{LIST}?q=letter&state=&topic=")
    page.reload()
    expect(page.get_by_label("Search")).to_have_value("letter")
    page.get_by_label("Kind").select_option("offers")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    live.inspect(page)


def test_the_menu_of_a_campaign_opens_and_closes_by_keyboard(live: Live, clinic: Desked) -> None:
    page = live.as_(Role.COORDINATOR, path=f"{OFFERS}/who")
    menu = page.locator("details.deeds")
    summary = menu.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    live.inspect(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Rename")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
    summary.click()
    page.get_by_role("heading", name="Package offers").click()
    expect(menu).not_to_have_attribute("open", "")


def steps_by_hand(page: Page, live: Live) -> None:
    """From the list to the review, with what every browser can do."""
    page.get_by_role("link", name="New campaign").click()
    page.get_by_role("link", name="Discount newsletter").click()
    page.get_by_label("Title").fill("Savings before the holidays")
    page.get_by_label("Segment 1").or_(page.get_by_label("Everyone who agreed")).first.check()
    page.get_by_label("Autumn savings").check()
    page.get_by_role("button", name="Begin the draft").click()
    page.goto(f"{live.url}{LIST}/savings-before-the-holidays/who")
    expect(page.get_by_role("heading", name="Savings before the holidays")).to_be_visible()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("“save up to 26%”")).to_be_visible()
    page.get_by_role("link", name="When").click()
    page.get_by_label("At a moment").check()
    page.get_by_label("Day", exact=True).fill("2026-11-25")
    page.get_by_label("Time", exact=True).fill("09:30")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("dd", has_text="Wed 25 Nov 2026, 09:30 CST")).to_be_visible()


def test_a_campaign_is_planned_without_scripts(
    live: Live, clinic: Desked, committed: Sessions
) -> None:
    steps_by_hand(live.as_(Role.COORDINATOR, path=LIST, scripts=False), live)
    with committed.begin() as session:
        made = queries.named(session, "savings-before-the-holidays")
        assert made.wished_local is not None
        assert len(queries.promotion_ids(session, made)) == 1


def test_a_campaign_is_planned_by_keyboard_alone(
    live: Live, clinic: Desked, committed: Sessions
) -> None:
    page = live.as_(Role.COORDINATOR, path=f"{OFFERS}/when")
    page.get_by_label("As soon as it is approved").focus()
    expect(page.get_by_label("Day", exact=True)).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Day", exact=True)).to_be_visible()
    page.get_by_label("Day", exact=True).focus()
    page.keyboard.type("11252026")
    page.keyboard.press("Tab")
    page.get_by_label("Time", exact=True).focus()
    page.keyboard.type("0930AM")
    page.get_by_label("Messages a minute").focus()
    page.keyboard.type("60")
    page.get_by_role("button", name="Save", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved. It is scheduled on the review")).to_be_visible()
    with committed.begin() as session:
        offers = queries.named(session, clinic.offers)
        assert f"{offers.wished_local:%Y-%m-%d %H:%M}" == "2026-11-25 09:30"
        assert offers.pace_per_minute == 60


def test_archiving_is_undone_with_one_press(
    live: Live, clinic: Desked, committed: Sessions
) -> None:
    page = live.as_(Role.COORDINATOR, path=f"{OFFERS}/who")
    page.locator("details.deeds summary").click()
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_text("Package offers is archived.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.goto(live.url + LIST)
    expect(page.get_by_role("link", name="Package offers", exact=True)).to_be_visible()
    with committed.begin() as session:
        assert queries.named(session, clinic.offers).archived_at is None
