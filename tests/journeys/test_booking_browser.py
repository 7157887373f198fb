"""A reader books, moves and cancels a visit on a telephone, without a line of script."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from campaigns import tokens
from campaigns.bookings import queries
from campaigns.bookings.models import Booking, BookingStatus
from campaigns.database import Sessions
from campaigns.promotions.models import PromotionStatus
from campaigns.tokens import Family
from tests.bookings import factories
from tests.bookings.factories import Clinic
from tests.journeys.test_reader_pages import expect_sound

pytestmark = pytest.mark.browser


@pytest.fixture
def clinic(committed: Sessions) -> Clinic:
    with committed.begin() as session:
        made = factories.make_clinic(session)
        for days in range(5, 12):
            factories.make_slot(session, made.location, days=days)
        factories.make_slot(session, made.location, days=3, category="consult")
        return made


def link(clinic: Clinic) -> str:
    delivery = clinic.delivery
    token = tokens.mint(Family.BOOK, campaign_id=delivery.campaign_id, delivery_id=delivery.id)
    return f"/b/{token}"


def bookings(committed: Sessions) -> int:
    with committed() as session:
        return session.scalar(select(func.count()).select_from(Booking)) or 0


def fill(page: Page, clinic: Clinic) -> None:
    page.get_by_label("Package SER-6").check()
    page.get_by_label("Wednesday 25 November, 09:00").check()
    page.get_by_label("I will pay for these visits myself.").check()


def follow_manage_link(page: Page) -> None:
    href = page.get_by_role("link", name="Change or cancel").get_attribute("href")
    assert href is not None
    page.goto("/m/" + href.rpartition("/")[2])


def test_a_visit_is_requested_moved_and_cancelled(
    page: Page, clinic: Clinic, committed: Sessions
) -> None:
    page.goto(link(clinic))
    expect_sound(page)
    fill(page, clinic)
    page.get_by_role("button", name="Request this visit").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("We have your request")
    expect(page.get_by_text("Wed 25 Nov 2026, 09:00 CST").first).to_be_visible()
    expect_sound(page)

    follow_manage_link(page)
    expect_sound(page)
    page.get_by_label("Thursday 26 November, 09:00").check()
    page.get_by_role("button", name="Move to this time").click()
    expect(page.get_by_role("status")).to_contain_text("has a new time")

    page.get_by_text("I will not come").click()
    page.get_by_role("button", name="Yes, cancel booking").click()
    expect(page.get_by_role("status")).to_contain_text("Your booking is cancelled")
    expect_sound(page)
    with committed() as session:
        assert session.scalars(select(Booking.status)).one() is BookingStatus.CANCELLED
        assert queries.ledger_differences(session) == []


def test_sending_the_form_twice_is_one_booking(
    page: Page, clinic: Clinic, committed: Sessions
) -> None:
    page.goto(link(clinic))
    fill(page, clinic)
    page.get_by_role("button", name="Request this visit").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("We have your request")
    assert bookings(committed) == 1

    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("We have your request")
    assert bookings(committed) == 1

    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You have used this offer")
    expect_sound(page)


def test_mistakes_are_listed_first_and_lead_to_their_fields(
    page: Page, clinic: Clinic, committed: Sessions
) -> None:
    page.goto(link(clinic))
    page.get_by_label("Your name").fill("")
    page.get_by_label("Package SER-6").check()
    page.get_by_role("button", name="Request this visit").click()

    problems = page.get_by_role("alert")
    expect(problems).to_be_focused()
    expect(problems).to_contain_text("Choose a time.")
    expect_sound(page)
    problems.get_by_role("link", name="Enter your name.").click()
    expect(page.get_by_label("Your name")).to_be_focused()
    expect(page.get_by_label("Your name")).to_have_accessible_description("Enter your name.")
    expect(page.get_by_label("Package SER-6")).to_be_checked()
    assert bookings(committed) == 0


def test_only_the_times_of_the_chosen_package_are_in_sight(page: Page, clinic: Clinic) -> None:
    page.goto(link(clinic) + "?regular=1")
    thursday = page.get_by_label("Thursday 26 November, 09:00")
    expect(page.get_by_text("Choose a package above to see its times.")).to_be_visible()
    expect(thursday.locator("visible=true")).to_have_count(0)

    page.get_by_label("Package CONSULT").check()

    expect(thursday.locator("visible=true")).to_have_count(1)
    expect_sound(page)


def test_an_ended_offer_leads_to_the_regular_price(
    page: Page, clinic: Clinic, committed: Sessions
) -> None:
    with committed.begin() as session:
        factories.set_status(session, clinic.promotion, PromotionStatus.ENDED)
    page.goto(link(clinic))
    expect(page.get_by_role("heading", level=1)).to_have_text("This offer ended on 12 Dec 2026.")
    expect_sound(page)

    page.get_by_role("link", name="Book at the regular price").click()

    expect(page.get_by_text("$2,550")).to_be_visible()
    expect_sound(page)
