"""Another time, offered by the desk: held until the person says yes, or agreed by phone."""

import pytest
from sqlalchemy import select

from campaigns.accounts.models import Role
from campaigns.bookings import inbox, lifecycle, offering, queries
from campaigns.bookings.inbox import Tray
from campaigns.bookings.models import Booking, BookingStatus
from campaigns.database import Session
from campaigns.errors import Invalid, NotAllowed, NotInState, SlotFull
from campaigns.notices import Notice
from tests.bookings import factories
from tests.bookings.factories import NOW, Clinic

S = BookingStatus


@pytest.fixture
def clinic(session: Session) -> Clinic:
    return factories.make_clinic(session)


@pytest.fixture
def booking(session: Session, clinic: Clinic) -> Booking:
    wish = factories.make_wish(clinic)
    return lifecycle.request(session, delivery=clinic.delivery, wish=wish, key="form")


def last_letter(session: Session) -> Notice:
    return session.scalars(select(Notice).order_by(Notice.id.desc()).limit(1)).one()


def test_an_offered_time_is_held_and_the_letter_asks(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    offering.offer_time(
        session,
        booking,
        slot_id=clinic.slots[1].id,
        actor=clinic.desk,
        say="The clinician is away that morning.",
    )

    assert (booking.status, booking.offered_at) == (S.HELD, NOW)
    assert [each.held for each in clinic.slots[:2]] == [0, 1]
    assert booking.price_cents == 188_700, "the promised price stays"
    letter = last_letter(session)
    assert letter.kind == "booking_offered"
    assert letter.context["reason"] == "The clinician is away that morning."
    assert letter.context["when"] == "Thu 26 Nov 2026, 09:00 CST"
    assert letter.context["held_until"] == "Thu 26 Nov 2026, 09:00 CST"
    assert [each.booking.id for each in inbox.shown(session, Tray.OFFERED)] == [booking.id]
    assert inbox.shown(session, Tray.ANSWER) == []


def test_the_person_says_yes_and_it_is_confirmed_once(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    offering.offer_time(session, booking, slot_id=clinic.slots[1].id, actor=clinic.desk)
    for _ in range(2):
        offering.accept(session, booking)

    assert (booking.status, booking.offered_at) == (S.CONFIRMED, None)
    assert clinic.slots[1].confirmed == 1
    assert last_letter(session).kind == "booking_confirmed"
    assert queries.ledger_differences(session) == []


def test_nobody_confirms_their_own_request(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    with pytest.raises(NotInState, match="has not answered yet"):
        offering.accept(session, booking)
    lifecycle.cancel(session, booking)
    with pytest.raises(NotInState, match="it is cancelled"):
        offering.accept(session, booking)


def test_a_person_who_chooses_yet_another_time_waits_for_the_desk_again(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    offering.offer_time(session, booking, slot_id=clinic.slots[1].id, actor=clinic.desk)
    lifecycle.change(session, booking, slot_id=clinic.slots[2].id)
    assert booking.offered_at is None
    assert inbox.counts(session)[Tray.ANSWER] == 1


def test_a_time_agreed_by_phone_is_confirmed_with_one_letter(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    offering.offer_time(
        session, booking, slot_id=clinic.slots[1].id, actor=clinic.desk, agreed=True
    )
    assert booking.status is S.CONFIRMED
    kinds = session.scalars(select(Notice.kind).order_by(Notice.id)).all()
    assert kinds == ["booking_received", "booking_confirmed"]


def test_a_confirmed_visit_is_moved_and_stays_confirmed(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    lifecycle.confirm(session, booking, actor=clinic.desk)
    offering.offer_time(session, booking, slot_id=clinic.slots[1].id, actor=clinic.desk)
    assert (booking.status, booking.offered_at) == (S.CONFIRMED, None)
    assert last_letter(session).kind == "booking_changed"


def test_a_time_that_is_taken_or_the_same_is_not_offered(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    with pytest.raises(Invalid, match="has already"):
        offering.offer_time(session, booking, slot_id=booking.slot_id, actor=clinic.desk)
    clinic.slots[1].confirmed = 1
    session.flush()
    with pytest.raises(SlotFull):
        offering.offer_time(session, booking, slot_id=clinic.slots[1].id, actor=clinic.desk)
    assert booking.slot_id == clinic.slots[0].id


def test_who_is_not_at_the_desk_offers_nothing(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    viewer = factories.make_user(session, Role.VIEWER)
    with pytest.raises(NotAllowed):
        offering.offer_time(session, booking, slot_id=clinic.slots[1].id, actor=viewer)
