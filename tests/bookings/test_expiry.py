"""Requests that the desk did not answer in time are let go, each on its own."""

from sqlalchemy import select

from campaigns.bookings import lifecycle, queries
from campaigns.bookings.models import Booking, BookingStatus, Conversion
from campaigns.database import Sessions
from campaigns.notices import Notice
from campaigns.promotions.models import Slot
from tests.bookings import factories
from tests.bookings.factories import Clinic

S = BookingStatus


def _asked(sessions: Sessions) -> Clinic:
    with sessions.begin() as session:
        clinic = factories.make_clinic(session)
        factories.make_click(session, clinic.delivery, hours_ago=1)
        wish = factories.make_wish(clinic, slot_id=clinic.slots[2].id)
        lifecycle.request(session, delivery=clinic.delivery, wish=wish, key="form")
    return clinic


def test_a_request_is_let_go_when_its_hold_is_over_and_not_before(committed: Sessions) -> None:
    clinic = _asked(committed)
    assert lifecycle.expire_due(committed) == 0

    with committed.begin() as session:
        factories.move_clock(session, hours=72)
    assert lifecycle.expire_due(committed) == 1
    assert lifecycle.expire_due(committed) == 0

    with committed() as session:
        assert session.scalars(select(Booking.status)).one() is S.EXPIRED
        assert session.get_one(Slot, clinic.slots[2].id).held == 0
        assert session.scalars(select(Conversion.reversed_at)).one() is not None
        assert session.scalars(select(Notice.kind).order_by(Notice.id)).all() == [
            "booking_received",
            "booking_declined",
        ]
        assert queries.ledger_differences(session) == []


def test_what_was_confirmed_is_not_let_go(committed: Sessions) -> None:
    clinic = _asked(committed)
    with committed.begin() as session:
        booking = session.scalars(select(Booking)).one()
        lifecycle.confirm(session, booking, actor=clinic.desk)
        factories.move_clock(session, hours=90)

    assert lifecycle.expire_due(committed) == 0


def test_a_request_that_was_moved_while_the_sweep_looked_keeps_its_new_hold(
    committed: Sessions,
) -> None:
    _asked(committed)
    with committed() as session:
        booking_id = session.scalars(select(Booking.id)).one()

    assert lifecycle._expire(committed, booking_id) is False
