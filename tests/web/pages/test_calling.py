"""The desk books for a caller who reads out a code, at the price that is promised."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from campaigns.accounts.models import Role
from campaigns.bookings.models import Booking, BookingStatus
from campaigns.promotions import codes, pricing
from campaigns.promotions.models import CodeMode, Offer, PromotionStatus
from tests.bookings import factories
from tests.web.pages.bookings import Inbox, make_inbox
from tests.web.pages.desk import Desk, Seat

CALL = "/desk/bookings/call"
CALLER = "/desk/bookings/caller"


@pytest.fixture
def inbox(desk: Desk) -> Inbox:
    return make_inbox(desk.sessions, code_mode=CodeMode.UNIQUE)


@pytest.fixture
def seat(desk: Desk, inbox: Inbox) -> Seat:
    """Dana at the telephone."""
    return desk.as_(Role.DESK)


@pytest.fixture
def word(inbox: Inbox) -> str:
    """Ada's own code."""
    with inbox.sessions.begin() as session:
        promotion = session.merge(inbox.clinic.promotion)
        codes.ensure_for(session, promotion, [inbox.clinic.contact.id])
        return codes.of_contact(promotion, inbox.clinic.contact.id)


@pytest.fixture
def shared(inbox: Inbox) -> str:
    """A word that everybody has."""
    with inbox.sessions.begin() as session:
        promotion = session.merge(inbox.clinic.promotion)
        promotion.code_mode = CodeMode.SHARED
        codes.share(session, promotion, "RENEW26")
    return "renew-26"


def chosen(inbox: Inbox, word: str, **changes: Any) -> dict[str, Any]:
    values = {
        "code": word,
        "package": "SER-6:188700",
        "slot": inbox.clinic.slots[0].id,
        "name": "Ada Example",
        "phone": "(555) 010-0123",
        "attest": "yes",
        "key": "form-1",
    }
    return values | changes


def bookings(inbox: Inbox) -> list[Booking]:
    with inbox.sessions() as session:
        return list(session.scalars(select(Booking)))


def test_a_code_shows_whose_it_is_and_the_promised_price(
    inbox: Inbox, seat: Seat, word: str
) -> None:
    assert "Find the offer" in seat.get(CALL).text
    page = seat.post(CALLER, data={"code": word.lower()}).text
    with inbox.sessions() as session:
        quote = pricing.price(
            session, inbox.clinic.package, promotion_ids=[inbox.clinic.promotion.id]
        )
    assert "belongs to Ada Example, ada@example.com" in page
    assert f"Package SER-6: {quote.price}" in page
    assert f"saves {quote.saving} ({quote.percent} %)" in page
    assert "25 of 25 left" in page
    assert 'value="Ada Example"' in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Enter the code"), ("NOSUCH", "No promotion"), ("a@b@c", "not an email")],
)
def test_a_code_that_nobody_knows_is_asked_for_again(seat: Seat, typed: str, said: str) -> None:
    for path in (CALLER, CALL):
        answer = seat.post(path, data={"code": typed})
        assert answer.status_code == 422
        if path == CALLER:
            assert said in answer.text
    assert f'value="{typed}"' in answer.text


def test_what_the_caller_chose_is_booked_and_can_be_undone(
    inbox: Inbox, seat: Seat, word: str
) -> None:
    answer = seat.post(CALL, data=chosen(inbox, word))
    page = seat.follow(answer).text
    (made,) = bookings(inbox)
    assert f"{made.reference} is confirmed: Ada Example" in page
    assert (made.status, made.price_cents) == (BookingStatus.CONFIRMED, 188_700)
    undo = re.search(r'action="([^"]+/undo/\d+)"', page)
    assert undo is not None
    seat.post(undo[1])
    assert bookings(inbox)[0].status is BookingStatus.HELD


def test_a_double_press_is_one_booking(inbox: Inbox, seat: Seat, word: str) -> None:
    for _ in range(2):
        seat.post(CALL, data=chosen(inbox, word))
    assert len(bookings(inbox)) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"package": ""}, "Choose a package."),
        ({"slot": ""}, "Choose a time."),
        ({"slot": "soon"}, "Enter a whole number"),
        ({"name": ""}, "Enter the caller&#39;s name."),
        ({"name": "x" * 120}, "Enter your name in 100 letters or fewer"),
        ({"phone": "call me"}, "Enter a phone number"),
        ({"attest": ""}, "Ask whether they will pay"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_the_rest_is_kept(
    inbox: Inbox, seat: Seat, word: str, wrong: dict[str, str], said: str
) -> None:
    answer = seat.post(CALL, data=chosen(inbox, word, **wrong))
    (field,) = wrong
    assert answer.status_code == 422
    found = re.search(rf'id="{field}-error">.*?</svg>(.*?)</p>', answer.text, re.DOTALL)
    assert found is not None
    assert said in found[1]
    assert field == "phone" or 'value="(555) 010-0123"' in answer.text
    assert bookings(inbox) == []


def test_a_shared_word_needs_an_address_and_says_why(inbox: Inbox, seat: Seat, shared: str) -> None:
    page = seat.post(CALLER, data={"code": shared}).text
    assert "This is a word that everyone may use." in page
    assert "Without an address they cannot have this offer by phone." in page
    missing = seat.post(CALL, data=chosen(inbox, shared))
    assert "Ask for their email address" in missing.text
    wrong = seat.post(CALL, data=chosen(inbox, shared, address="not an address"))
    assert "is not an email address" in wrong.text
    assert bookings(inbox) == []

    seat.post(CALL, data=chosen(inbox, shared, address="nia@example.com", name="Nia New"))
    assert [each.name for each in bookings(inbox)] == ["Nia New"]


def test_a_time_that_was_taken_meanwhile_is_said_at_the_times(
    inbox: Inbox, seat: Seat, word: str
) -> None:
    with inbox.sessions.begin() as session:
        session.merge(inbox.clinic.slots[0]).confirmed = 1
    answer = seat.post(CALL, data=chosen(inbox, word))
    assert answer.status_code == 409
    assert "no longer free" in answer.text


def test_a_price_that_rose_meanwhile_is_shown_first(inbox: Inbox, seat: Seat, word: str) -> None:
    answer = seat.post(CALL, data=chosen(inbox, word, package="SER-6:100000"))
    assert answer.status_code == 409
    assert "The price has changed to $1,887." in answer.text
    assert bookings(inbox) == []


def test_an_offer_that_is_over_gives_nothing_and_says_so(
    inbox: Inbox, seat: Seat, word: str
) -> None:
    with inbox.sessions.begin() as session:
        promotion = session.merge(inbox.clinic.promotion)
        factories.set_status(session, promotion, PromotionStatus.PAUSED)
    page = seat.post(CALLER, data={"code": word}).text
    assert "They are given nothing now" in page
    assert "This offer is paused at the moment." in page
    refused = seat.post(CALL, data=chosen(inbox, word))
    assert refused.status_code == 410


def test_packages_of_two_kinds_have_times_of_their_own(inbox: Inbox, seat: Seat, word: str) -> None:
    with inbox.sessions.begin() as session:
        promotion = session.merge(inbox.clinic.promotion)
        promotion.max_redemptions = None
        consult = inbox.clinic.consult.id
        session.add(Offer(promotion_id=promotion.id, package_id=consult, amount_cents=5_000))
    page = seat.post(CALLER, data={"code": word}).text
    assert "Times for infusion" in page
    assert "No time for consult is free." in page
    assert "no limit" in page


def test_a_caller_without_a_code_is_booked_by_their_address(inbox: Inbox, seat: Seat) -> None:
    with inbox.sessions.begin() as session:
        session.merge(inbox.clinic.promotion).code_mode = CodeMode.NONE
    page = seat.post(CALLER, data={"code": "ada@example.com"}).text
    assert "The newest message with an offer" in page
    assert "Package SER-6: $1,887" in page
    answer = seat.post(CALL, data=chosen(inbox, "ada@example.com"))
    assert "is confirmed: Ada Example" in seat.follow(answer).text


def test_times_end_with_the_last_day_on_which_the_offer_can_be_used(
    inbox: Inbox, seat: Seat, word: str
) -> None:
    with inbox.sessions.begin() as session:
        session.merge(inbox.clinic.promotion).use_by = date(2026, 11, 26)
    page = seat.post(CALLER, data={"code": word}).text
    assert f'value="{inbox.clinic.slots[1].id}"' in page
    assert f'value="{inbox.clinic.slots[2].id}"' not in page
