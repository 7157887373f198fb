"""The desk answers requests: the shortest hold first, each answer once, half a minute to undo."""

import re

import pytest
from sqlalchemy import select

from campaigns.accounts.models import Role
from campaigns.bookings import lifecycle
from campaigns.bookings.models import BookingStatus
from campaigns.notices import Notice, NoticeStatus
from campaigns.promotions.models import Slot
from tests.web.pages.bookings import Inbox, make_inbox
from tests.web.pages.desk import Desk, Seat

S = BookingStatus


@pytest.fixture
def inbox(desk: Desk) -> Inbox:
    return make_inbox(desk.sessions)


@pytest.fixture
def seat(desk: Desk, inbox: Inbox) -> Seat:
    """Dana at the front desk."""
    return desk.as_(Role.DESK)


def undo_of(page: str) -> str:
    found = re.search(r'action="(/desk/bookings/[^"]+/undo/\d+)"', page)
    assert found is not None
    return found[1]


def test_the_inbox_shows_what_is_held_shortest_first_with_what_is_left_in_words(
    desk: Desk, inbox: Inbox
) -> None:
    inbox.ask("Late Lee", days=2)
    inbox.ask("Soon Sue", days=0)
    inbox.pass_time(hours=46)
    page = desk.as_(Role.DESK).get("/desk/bookings").text

    assert page.index("Soon Sue") < page.index("Late Lee")
    assert "<strong>Urgent:</strong> 2 h 0 min left" in page
    assert "1 day 2 h left" in page
    assert "$1,887 promised" in page
    assert "To answer (2)" in page


def test_an_empty_inbox_says_what_will_come(seat: Seat) -> None:
    for tray in ("answer", "offered", "coming", "over"):
        assert 'class="empty"' in seat.get(f"/desk/bookings?tray={tray}").text
    assert "Every request is answered" in seat.get("/desk/bookings?tray=nonsense").text


def test_the_inbox_is_narrowed_to_a_day(inbox: Inbox, seat: Seat) -> None:
    inbox.ask("Soon Sue", days=0)
    inbox.ask("Late Lee", days=2)
    page = seat.get("/desk/bookings?day=2026-11-27").text
    assert "Late Lee" in page
    assert "Soon Sue" not in page
    assert "Nothing on this day" in seat.get("/desk/bookings?day=2027-01-01").text
    assert "Enter a date" in seat.get("/desk/bookings?day=tomorrow").text


def test_confirming_tells_what_was_done_and_how_to_undo_it(inbox: Inbox, seat: Seat) -> None:
    reference = inbox.ask()
    back = "/desk/bookings?tray=answer"
    answer = seat.post(f"/desk/bookings/{reference}/confirm", data={"back": back})

    assert (answer.status_code, answer.headers["location"]) == (303, back)
    page = seat.follow(answer).text
    assert f"{reference} is confirmed: Ada Example, Wed 25 Nov 2026, 09:00 CST." in page
    assert "The letter leaves in 30 seconds." in page
    assert inbox.booking(reference).status is S.CONFIRMED

    undone = seat.post(undo_of(page))
    assert "no letter left" in seat.follow(undone).text
    assert inbox.booking(reference).status is S.HELD
    with inbox.sessions() as session:
        letter = session.scalars(select(Notice).where(Notice.kind == "booking_confirmed")).one()
        assert letter.status is NoticeStatus.WITHDRAWN


def test_too_late_to_undo_says_what_to_do_instead(inbox: Inbox, seat: Seat) -> None:
    reference = inbox.ask()
    answer = seat.post(f"/desk/bookings/{reference}/confirm")
    way = undo_of(seat.follow(answer).text)
    inbox.pass_time(seconds=31)
    page = seat.follow(seat.post(way)).text
    assert "Not undone." in page
    assert "Offer another time instead" in page
    assert inbox.booking(reference).status is S.CONFIRMED


def test_a_page_opened_anew_still_offers_to_undo(inbox: Inbox, seat: Seat) -> None:
    reference = inbox.ask()
    seat.post(f"/desk/bookings/{reference}/confirm")
    page = seat.get(f"/desk/bookings/{reference}").text
    assert "can be undone until" in page
    assert undo_of(page)
    inbox.pass_time(seconds=31)
    assert "can be undone until" not in seat.get(f"/desk/bookings/{reference}").text


def test_a_double_press_is_one_answer(inbox: Inbox, seat: Seat) -> None:
    reference = inbox.ask()
    for _ in range(2):
        answer = seat.post(f"/desk/bookings/{reference}/confirm")
        assert "is confirmed: Ada" in seat.follow(answer).text


def test_of_two_desks_the_second_is_told_who_was_faster(
    desk: Desk, inbox: Inbox, seat: Seat
) -> None:
    reference = inbox.ask()
    other = desk.as_(Role.DESK)
    other.post(f"/desk/bookings/{reference}/decline", data={"reason": "closed"})

    answer = seat.post(f"/desk/bookings/{reference}/confirm")
    assert other.user is not None
    page = seat.follow(answer).text
    assert f"cannot be confirmed: it is declined. {other.user.name} was faster." in page
    assert inbox.booking(reference).status is S.DECLINED


def test_a_hold_that_is_over_cannot_be_confirmed(desk: Desk, inbox: Inbox) -> None:
    reference = inbox.ask()
    inbox.pass_time(hours=47, minutes=59, seconds=59)
    seat = desk.as_(Role.DESK)
    assert "less than a minute left" in seat.get("/desk/bookings").text
    inbox.pass_time(seconds=1)
    assert "over" in seat.get("/desk/bookings").text
    page = seat.follow(seat.post(f"/desk/bookings/{reference}/confirm")).text
    assert "the time it was held for is over" in page


def test_a_declined_request_says_why_in_its_letter(inbox: Inbox, seat: Seat) -> None:
    reference = inbox.ask()
    assert "What the letter says" in seat.get(f"/desk/bookings/{reference}/decline").text
    words = "The machine is being repaired that day."
    answer = seat.post(f"/desk/bookings/{reference}/decline", data={"reason": "own", "own": words})
    assert f"{reference} is declined" in seat.follow(answer).text
    with inbox.sessions() as session:
        letter = session.scalars(select(Notice).where(Notice.kind == "booking_declined")).one()
        assert letter.context["reason"] == words
    page = seat.get(f"/desk/bookings/{reference}/decline").text
    assert "nothing to decline any more: this booking is declined" in page


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({}, "Choose what the letter says."),
        ({"reason": "own"}, "Write what the letter says."),
        ({"reason": "own", "own": "x" * 301}, "Use at most 300 characters."),
    ],
)
def test_a_decline_without_words_is_asked_for_them(
    inbox: Inbox, seat: Seat, posted: dict[str, str], said: str
) -> None:
    reference = inbox.ask()
    answer = seat.post(f"/desk/bookings/{reference}/decline", data=posted)
    assert answer.status_code == 422
    assert said in answer.text
    assert posted.get("own", "") in answer.text
    assert inbox.booking(reference).status is S.HELD


def test_another_time_is_offered_and_waits_for_them(inbox: Inbox, seat: Seat) -> None:
    reference = inbox.ask()
    page = seat.get(f"/desk/bookings/{reference}/time").text
    new = inbox.clinic.slots[1]
    assert f'value="{new.id}"' in page
    assert f'value="{inbox.clinic.slots[0].id}"' not in page, "the time it has is no other time"

    answer = seat.post(
        f"/desk/bookings/{reference}/time", data={"slot": new.id, "say": "We are sorry."}
    )
    assert "has a new time" in seat.follow(answer).text
    assert "Waiting for them (1)" in seat.get("/desk/bookings").text
    page = seat.get(f"/desk/bookings/{reference}").text
    assert "offered another time" in page
    assert "have not answered" in page


def test_a_time_agreed_by_phone_is_confirmed_at_once(inbox: Inbox, seat: Seat) -> None:
    reference = inbox.ask()
    new = inbox.clinic.slots[1]
    seat.post(f"/desk/bookings/{reference}/time", data={"slot": new.id, "agreed": "yes"})
    booking = inbox.booking(reference)
    assert (booking.status, booking.slot_id) == (S.CONFIRMED, new.id)


def test_no_time_or_a_taken_one_is_said_at_the_times(inbox: Inbox, seat: Seat) -> None:
    reference = inbox.ask()
    inbox.ask("Bea Faster", days=1)
    empty = seat.post(f"/desk/bookings/{reference}/time", data={"say": "We are sorry."})
    assert empty.status_code == 422
    assert "Choose a time." in empty.text
    assert "We are sorry." in empty.text
    long = seat.post(
        f"/desk/bookings/{reference}/time",
        data={"slot": inbox.clinic.slots[2].id, "say": "x" * 301},
    )
    assert long.status_code == 422
    assert "Use at most 300 characters." in long.text
    taken = seat.post(f"/desk/bookings/{reference}/time", data={"slot": inbox.clinic.slots[1].id})
    assert taken.status_code == 409
    assert "no longer free" in taken.text


def test_without_another_free_time_the_page_leads_to_opening_some(inbox: Inbox, seat: Seat) -> None:
    reference = inbox.ask()
    with inbox.sessions.begin() as session:
        for each in session.scalars(select(Slot)):
            each.capacity = each.held
    page = seat.get(f"/desk/bookings/{reference}/time").text
    assert "No other time is free" in page
    assert "/desk/slots?category=infusion" in page


def test_what_is_over_is_not_moved(inbox: Inbox, seat: Seat) -> None:
    reference = inbox.ask()
    seat.post(f"/desk/bookings/{reference}/decline", data={"reason": "call"})
    assert "cannot be moved any more" in seat.get(f"/desk/bookings/{reference}/time").text


def test_one_booking_tells_its_history_with_its_letters(inbox: Inbox, seat: Seat) -> None:
    reference = inbox.ask()
    seat.post(f"/desk/bookings/{reference}/confirm")
    page = seat.get(f"/desk/bookings/{reference}").text
    assert "Ada Example asked for this visit" in page
    assert seat.user is not None
    assert f"{seat.user.name} confirmed it" in page
    assert "Letter is about to leave" in page
    assert "Letter waits until undo is over" in page
    assert "<strong>$1,887</strong>" in page
    assert "regular $2,550, saves $663" in page
    assert "sent <time" in page, "the message it came from"
    assert 'href="tel:5550100123"' in page or 'href="tel:555010-0123"' in page

    with inbox.sessions.begin() as session:
        letters = session.scalars(select(Notice).order_by(Notice.id)).all()
        letters[0].status, letters[0].error = NoticeStatus.FAILED, "550 no such user"
        letters[1].attempts = 1
    page = seat.get(f"/desk/bookings/{reference}").text
    assert "Letter not sent: 550 no such user" in page
    assert "tried again soon" in page
    with inbox.sessions.begin() as session:
        session.scalars(select(Notice).order_by(Notice.id)).all()[1].status = NoticeStatus.SENT
    assert "accepted by the mail server" in seat.get(f"/desk/bookings/{reference}").text


def test_a_request_that_nobody_answered_says_so(desk: Desk, inbox: Inbox) -> None:
    reference = inbox.ask()
    inbox.pass_time(days=2)
    lifecycle.expire_due(inbox.sessions)
    seat = desk.as_(Role.DESK)
    page = seat.get(f"/desk/bookings/{reference}").text
    assert "Nobody answered in time" in page
    assert "Not answered in time" in seat.get("/desk/bookings?tray=over").text


def test_a_booking_from_before_steps_were_kept_has_its_beginning(inbox: Inbox, seat: Seat) -> None:
    from campaigns.bookings.models import BookingStep

    reference = inbox.ask(at_regular_price=True)
    with inbox.sessions.begin() as session:
        session.delete(session.scalars(select(BookingStep)).one())
    page = seat.get(f"/desk/bookings/{reference}").text
    assert "asked for this visit" in page
    assert "none, the regular price" in page


def test_a_reference_that_nobody_has_is_not_found(seat: Seat) -> None:
    assert seat.get("/desk/bookings/BK-NONE1").status_code == 404


def test_a_way_back_leads_nowhere_else(inbox: Inbox, seat: Seat) -> None:
    reference = inbox.ask()
    answer = seat.post(
        f"/desk/bookings/{reference}/confirm", data={"back": "https://evil.example.com"}
    )
    assert answer.headers["location"] == f"/desk/bookings/{reference}"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLINICAL, Role.LEGAL])
def test_who_does_not_keep_the_bookings_sees_none(desk: Desk, inbox: Inbox, role: Role) -> None:
    reference = inbox.ask()
    other = desk.as_(role)
    for path in (
        "/desk/bookings",
        f"/desk/bookings/{reference}",
        f"/desk/bookings/{reference}/decline",
        f"/desk/bookings/{reference}/time",
        "/desk/bookings/call",
        "/desk/slots",
    ):
        assert other.get(path).status_code == 403, path
    for path in (
        f"/desk/bookings/{reference}/confirm",
        f"/desk/bookings/{reference}/decline",
        f"/desk/bookings/{reference}/time",
        f"/desk/bookings/{reference}/undo/1",
        "/desk/bookings/call",
        "/desk/bookings/caller",
        "/desk/slots",
        "/desk/slots/1/close",
        "/desk/slots/1/places/2",
    ):
        assert other.post(path).status_code == 403, path
    assert inbox.booking(reference).status is S.HELD
