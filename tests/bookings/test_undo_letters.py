"""What the desk can still undo, nobody has been told."""

from sqlalchemy import select

from campaigns.bookings import lifecycle, queries, steps, undoing
from campaigns.bookings.models import Booking
from campaigns.database import Sessions
from campaigns.delivery import notices as sending
from campaigns.delivery.transports.memory import Memory
from tests.bookings import factories
from tests.bookings.factories import Clinic


def confirmed(sessions: Sessions) -> Clinic:
    """A request that the desk has just confirmed; its first letter is out."""
    with sessions.begin() as session:
        clinic = factories.make_clinic(session)
        wish = factories.make_wish(clinic)
        lifecycle.request(session, delivery=clinic.delivery, wish=wish, key="form")
    assert sending.send_due(sessions, Memory()) == 1
    with sessions.begin() as session:
        booking = session.scalars(select(Booking)).one()
        lifecycle.confirm(session, booking, actor=clinic.desk, undoable=True)
    return clinic


def pass_time(sessions: Sessions, seconds: float) -> None:
    with sessions.begin() as session:
        factories.move_clock(session, seconds=seconds)


def test_a_letter_never_leaves_while_its_deed_can_be_undone(committed: Sessions) -> None:
    confirmed(committed)
    way = Memory()
    assert sending.send_due(committed, way) == 0
    pass_time(committed, 29)
    assert sending.send_due(committed, way) == 0
    pass_time(committed, 1)
    assert sending.send_due(committed, way) == 1
    assert b"Your visit is confirmed" in way.sent[0][1]


def test_a_letter_of_what_was_undone_never_leaves(committed: Sessions) -> None:
    clinic = confirmed(committed)
    with committed.begin() as session:
        booking = queries.by_id(session, 1)
        step = steps.undoable(session, booking)
        assert step is not None
        undoing.undo(session, booking, step_id=step.id, actor=clinic.desk)
    pass_time(committed, 3600)
    assert sending.send_due(committed, Memory()) == 0
