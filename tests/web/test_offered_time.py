"""A reader was offered another time, and says yes by the link of the letter."""

import pytest
from sqlalchemy import select

from campaigns.bookings import letters, lifecycle, offering, queries
from campaigns.bookings.models import Booking, BookingStatus
from campaigns.database import Sessions
from campaigns.notices import Notice
from tests.bookings import factories
from tests.bookings.factories import Clinic
from tests.web.browsing import Browser

S = BookingStatus


@pytest.fixture
def clinic(committed: Sessions) -> Clinic:
    with committed.begin() as session:
        made = factories.make_clinic(session)
        wish = factories.make_wish(made)
        lifecycle.request(session, delivery=made.delivery, wish=wish, key="form")
    return made


@pytest.fixture
def path(committed: Sessions, clinic: Clinic) -> str:
    """Where the letters lead."""
    with committed() as session:
        booking = session.scalars(select(Booking)).one()
        return f"/m/{letters.manage_token(queries.visit(session, booking))}"


def offer(sessions: Sessions, clinic: Clinic) -> None:
    with sessions.begin() as session:
        booking = session.scalars(select(Booking)).one()
        offering.offer_time(session, booking, slot_id=clinic.slots[1].id, actor=clinic.desk)


def status(sessions: Sessions) -> BookingStatus:
    with sessions() as session:
        return session.scalars(select(Booking.status)).one()


def test_the_page_asks_whether_the_offered_time_suits(
    browser: Browser, committed: Sessions, clinic: Clinic, path: str
) -> None:
    assert "Yes, keep this time" not in browser.get(path).text
    offer(committed, clinic)
    page = browser.get(path).text
    assert "Does it suit you?" in page
    assert "Yes, keep this time" in page
    assert "Thu 26 Nov 2026, 09:00 CST" in page
    assert status(committed) is S.HELD, "looking answers nothing"


def test_yes_confirms_it_and_a_letter_says_so(
    browser: Browser, committed: Sessions, clinic: Clinic, path: str
) -> None:
    offer(committed, clinic)
    for _ in range(2):
        answer = browser.post(path, data={"action": "accept"})
        assert answer.status_code == 200
        assert "This time is yours." in answer.text
    assert status(committed) is S.CONFIRMED
    with committed() as session:
        kinds = session.scalars(select(Notice.kind).order_by(Notice.id)).all()
    assert kinds == ["booking_received", "booking_offered", "booking_confirmed"]


def test_a_request_that_was_not_answered_cannot_be_confirmed_by_its_reader(
    browser: Browser, committed: Sessions, path: str
) -> None:
    answer = browser.post(path, data={"action": "accept"})
    assert answer.status_code == 409
    assert "has not answered yet" in answer.text
    assert status(committed) is S.HELD
