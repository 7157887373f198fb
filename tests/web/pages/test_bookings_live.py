"""The desk confirms from a telephone, by keyboard alone, and without any script."""

import pytest

from campaigns.accounts.models import Role
from campaigns.bookings.models import BookingStatus
from tests.web.pages.bookings import Inbox, make_inbox
from tests.web.pages.desk import Live

S = BookingStatus


@pytest.fixture
def inbox(live: Live) -> Inbox:
    return make_inbox(live.sessions)


@pytest.mark.browser
def test_a_thumb_confirms_and_undoes_on_a_telephone(live: Live, inbox: Inbox) -> None:
    reference = inbox.ask()
    page = live.as_(
        Role.DESK, path="/desk/bookings", width=375, height=740, touch=True, scheme="dark"
    )
    live.inspect(page)
    confirm = page.get_by_role("button", name="Confirm")
    box = confirm.bounding_box()
    assert box is not None
    assert box["height"] >= 44, "as large as a thumb"
    assert box["y"] + box["height"] < 740, "within the first screen"
    confirm.tap()
    page.get_by_text(f"{reference} is confirmed").wait_for()
    live.inspect(page)
    assert inbox.booking(reference).status is S.CONFIRMED

    page.get_by_role("button", name="Undo").tap()
    page.get_by_text("no letter left").wait_for()
    assert inbox.booking(reference).status is S.HELD
    live.inspect(page)


@pytest.mark.browser
def test_a_keyboard_declines_with_a_reason(live: Live, inbox: Inbox) -> None:
    reference = inbox.ask()
    page = live.as_(Role.DESK, path=f"/desk/bookings/{reference}/decline")
    live.inspect(page)
    page.get_by_role("radio", name="This time is no longer possible for us.").focus()
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("radio", name="We are closed at that time.").is_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text(f"{reference} is declined").wait_for()
    assert inbox.booking(reference).status is S.DECLINED


@pytest.mark.browser
def test_without_scripts_another_time_is_offered_and_undone(live: Live, inbox: Inbox) -> None:
    reference = inbox.ask()
    page = live.as_(Role.DESK, path="/desk/bookings", width=375, height=740, scripts=False)
    page.get_by_role("link", name="Other time").click()
    page.locator("label.time").first.click()
    page.get_by_role("button", name="Keep this time for them").click()
    page.get_by_text("has a new time").wait_for()
    assert inbox.booking(reference).slot_id == inbox.clinic.slots[1].id
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("no letter left").wait_for()
    assert inbox.booking(reference).slot_id == inbox.clinic.slots[0].id


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_every_page_of_the_bookings_can_be_used_by_everyone(
    live: Live, inbox: Inbox, width: int, scheme: str
) -> None:
    reference = inbox.ask()
    inbox.ask("Late Lee", days=2)
    inbox.pass_time(hours=45)
    page = live.as_(
        Role.COORDINATOR,
        path="/desk/bookings",
        width=width,
        scheme="dark" if scheme == "dark" else "light",
    )
    live.inspect(page)
    for path in (
        f"/desk/bookings/{reference}",
        f"/desk/bookings/{reference}/decline",
        f"/desk/bookings/{reference}/time",
        "/desk/bookings?tray=over",
        "/desk/bookings/call",
        "/desk/slots",
    ):
        page.goto(path)
        live.inspect(page)


@pytest.mark.browser
def test_a_caller_is_booked_on_a_telephone(live: Live, inbox: Inbox) -> None:
    page = live.as_(
        Role.DESK, path="/desk/bookings/call", width=375, height=740, touch=True, scheme="dark"
    )
    page.get_by_label("Promo code, or the email address").fill("ada@example.com")
    page.get_by_role("button", name="Find the offer").tap()
    page.get_by_role("heading", name="First visit").wait_for()
    live.inspect(page)
    page.locator("label.time").first.tap()
    page.get_by_label("They will pay for these visits themselves").check()
    page.get_by_role("button", name="Book and confirm").tap()
    page.get_by_text("is confirmed: Ada Example").wait_for()
    live.inspect(page)
