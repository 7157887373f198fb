"""Two desks press at once: one answer stands, the other is told so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from campaigns.accounts.models import User
from campaigns.bookings import lifecycle, offering, queries
from campaigns.bookings.models import Booking, BookingStatus, BookingStep
from campaigns.database import Session, Sessions
from campaigns.errors import Conflict
from tests.bookings import factories
from tests.bookings.factories import Clinic

Deed = Callable[[Session, Booking, User, Clinic], None]


def confirm(session: Session, booking: Booking, actor: User, _clinic: Clinic) -> None:
    lifecycle.confirm(session, booking, actor=actor, undoable=True)


def decline(session: Session, booking: Booking, actor: User, _clinic: Clinic) -> None:
    lifecycle.decline(session, booking, actor=actor, reason="full", undoable=True)


def move(session: Session, booking: Booking, actor: User, clinic: Clinic) -> None:
    slot_id = clinic.slots[1].id
    offering.offer_time(session, booking, slot_id=slot_id, actor=actor, agreed=True)


@pytest.mark.parametrize("other", [confirm, decline, move])
def test_of_two_answers_at_once_one_stands(committed: Sessions, other: Deed) -> None:
    with committed.begin() as session:
        clinic = factories.make_clinic(session)
        wish = factories.make_wish(clinic)
        lifecycle.request(session, delivery=clinic.delivery, wish=wish, key="form")
    start = Barrier(2)

    def press(deed: Deed) -> str:
        with committed() as session:
            booking = session.scalars(select(Booking)).one()
            actor = session.merge(clinic.desk)
            start.wait(timeout=10)
            try:
                deed(session, booking, actor, clinic)
                session.commit()
            except Conflict as refused:
                return str(refused)
            return ""

    with ThreadPoolExecutor(2) as desks:
        told = sorted(desks.map(press, (confirm, other)))

    with committed() as session:
        booking = session.scalars(select(Booking)).one()
        answers = session.scalars(select(BookingStep).order_by(BookingStep.id)).all()[1:]
        assert queries.ledger_differences(session) == []
        if other is move and booking.slot_id == clinic.slots[1].id:
            # A visit that was confirmed first may still be moved: then both answers stand in turn.
            assert booking.status is BookingStatus.CONFIRMED
            return
        assert told[0] == ""
        assert f"Booking {booking.reference} cannot be" in told[1]
        assert len(answers) == 1
