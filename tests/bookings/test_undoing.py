"""An answer of the desk can be undone for half a minute, and its letter has not left by then."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from campaigns.accounts.models import AuditEntry, Role
from campaigns.bookings import lifecycle, offering, queries, steps, undoing
from campaigns.bookings.models import Booking, BookingStatus, Conversion, StepKind
from campaigns.database import Session
from campaigns.errors import NotAllowed, NotFound, NotInState, OfferEnded, SlotFull
from campaigns.notices import Notice, NoticeStatus
from campaigns.promotions.models import PromotionCounter, PromotionStatus
from tests.bookings import factories
from tests.bookings.factories import NOW, Clinic

S = BookingStatus
K = StepKind


@pytest.fixture
def clinic(session: Session) -> Clinic:
    return factories.make_clinic(session)


@pytest.fixture
def booking(session: Session, clinic: Clinic) -> Booking:
    return ask(session, clinic)


def ask(session: Session, clinic: Clinic, *, key: str = "form", **changes: Any) -> Booking:
    wish = factories.make_wish(clinic, **changes)
    return lifecycle.request(session, delivery=clinic.delivery, wish=wish, key=key)


def undo(session: Session, clinic: Clinic, booking: Booking) -> None:
    step = steps.last(session, booking)
    assert step is not None
    undoing.undo(session, booking, step_id=step.id, actor=clinic.desk)


def letters(session: Session) -> dict[str, NoticeStatus]:
    rows = session.execute(select(Notice.kind, Notice.status).order_by(Notice.id))
    return {each.kind: each.status for each in rows}


def counted(session: Session, clinic: Clinic) -> tuple[int, int]:
    counter = session.get_one(PromotionCounter, clinic.promotion.id)
    return counter.held, counter.captured


def test_an_undone_confirmation_is_a_request_again_and_its_letter_never_leaves(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    held_until = booking.hold_until
    lifecycle.confirm(session, booking, actor=clinic.desk, undoable=True)
    waiting = session.scalars(select(Notice).where(Notice.kind == "booking_confirmed")).one()
    assert waiting.next_at == NOW + timedelta(seconds=30)

    factories.move_clock(session, seconds=29)
    undo(session, clinic, booking)

    assert (booking.status, booking.hold_until, booking.confirmed_at) == (S.HELD, held_until, None)
    assert (clinic.slots[0].held, clinic.slots[0].confirmed) == (1, 0)
    assert counted(session, clinic) == (1, 0)
    assert letters(session)["booking_confirmed"] is NoticeStatus.WITHDRAWN
    assert queries.ledger_differences(session) == []
    verbs = session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs == ["confirm", "undo: confirmed"]
    assert [each.kind for each in steps.of_booking(session, booking)] == [
        K.REQUESTED,
        K.CONFIRMED,
        K.UNDONE,
    ]


def test_what_was_undone_can_be_done_and_undone_once_more(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    for _ in range(2):
        lifecycle.confirm(session, booking, actor=clinic.desk, undoable=True)
        undo(session, clinic, booking)
    lifecycle.confirm(session, booking, actor=clinic.desk)

    assert booking.status is S.CONFIRMED
    assert counted(session, clinic) == (0, 1)
    assert queries.ledger_differences(session) == []


def test_undoing_twice_is_undoing_once(session: Session, clinic: Clinic, booking: Booking) -> None:
    lifecycle.confirm(session, booking, actor=clinic.desk, undoable=True)
    step = steps.last(session, booking)
    assert step is not None
    for _ in range(2):
        undoing.undo(session, booking, step_id=step.id, actor=clinic.desk)
    assert booking.status is S.HELD
    assert counted(session, clinic) == (1, 0)


def test_after_half_a_minute_it_is_too_late(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    lifecycle.confirm(session, booking, actor=clinic.desk, undoable=True)
    factories.move_clock(session, seconds=30)

    with pytest.raises(NotInState, match="30 seconds to undo are over"):
        undo(session, clinic, booking)
    assert booking.status is S.CONFIRMED
    assert letters(session)["booking_confirmed"] is NoticeStatus.QUEUED


def test_a_letter_that_a_worker_has_begun_with_cannot_be_undone(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    lifecycle.confirm(session, booking, actor=clinic.desk, undoable=True)
    session.execute(update(Notice).where(Notice.kind == "booking_confirmed").values(attempts=1))

    with pytest.raises(NotInState, match="letter about booking"):
        undo(session, clinic, booking)

    session.refresh(booking)
    assert booking.status is S.CONFIRMED, "half an undo is none"
    assert counted(session, clinic) == (0, 1)


def test_what_was_confirmed_without_undo_stays(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    lifecycle.confirm(session, booking, actor=clinic.desk)
    assert steps.undoable(session, booking) is None
    with pytest.raises(NotInState, match="are over"):
        undo(session, clinic, booking)


def test_an_undone_decline_takes_place_offer_and_credit_back(
    session: Session, clinic: Clinic
) -> None:
    factories.make_click(session, clinic.delivery, hours_ago=1)
    booking = ask(session, clinic)
    lifecycle.decline(session, booking, actor=clinic.desk, reason="full", undoable=True)
    assert counted(session, clinic) == (0, 0)

    undo(session, clinic, booking)

    assert (booking.status, booking.ended_at) == (S.HELD, None)
    assert clinic.slots[0].held == 1
    assert counted(session, clinic) == (1, 0)
    assert session.scalars(select(Conversion.reversed_at)).one() is None
    assert letters(session)["booking_declined"] is NoticeStatus.WITHDRAWN
    assert queries.ledger_differences(session) == []


def test_a_declined_place_that_someone_else_took_is_not_taken_from_them(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    lifecycle.decline(session, booking, actor=clinic.desk, reason="full", undoable=True)
    other = factories.make_contact(session, "ben@example.com")
    clinic.delivery = factories.make_delivery(session, clinic.campaign, other)
    ask(session, clinic, key="other", name="Ben Example")

    with pytest.raises(SlotFull):
        undo(session, clinic, booking)
    session.refresh(booking)
    assert booking.status is S.DECLINED
    assert letters(session)["booking_declined"] is NoticeStatus.QUEUED


def test_a_declined_offer_that_was_the_last_may_be_gone(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    clinic.promotion.max_redemptions = 1
    session.flush()
    lifecycle.decline(session, booking, actor=clinic.desk, reason="full", undoable=True)
    other = factories.make_contact(session, "ben@example.com")
    clinic.delivery = factories.make_delivery(session, clinic.campaign, other)
    ask(session, clinic, key="other", slot_id=clinic.slots[1].id)

    with pytest.raises(OfferEnded, match="All places of this offer are taken"):
        undo(session, clinic, booking)
    session.refresh(clinic.slots[0])
    assert clinic.slots[0].held == 0


def test_a_person_who_used_the_offer_again_meanwhile_does_not_have_it_twice(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    lifecycle.decline(session, booking, actor=clinic.desk, reason="full", undoable=True)
    ask(session, clinic, key="again", slot_id=clinic.slots[1].id)

    with pytest.raises(NotInState, match="by another booking since"):
        undo(session, clinic, booking)


def test_an_offer_that_ended_in_those_seconds_is_still_held_again(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    lifecycle.decline(session, booking, actor=clinic.desk, reason="full", undoable=True)
    factories.set_status(session, clinic.promotion, PromotionStatus.ENDED)

    undo(session, clinic, booking)
    assert counted(session, clinic) == (1, 0)


def test_a_booking_without_an_offer_is_undone_too(session: Session, clinic: Clinic) -> None:
    booking = ask(session, clinic, at_regular_price=True)
    lifecycle.decline(session, booking, actor=clinic.desk, reason="full", undoable=True)
    undo(session, clinic, booking)
    assert booking.status is S.HELD


def test_an_undone_new_time_is_the_old_one_again(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    new = clinic.slots[1].id
    offering.offer_time(session, booking, slot_id=new, actor=clinic.desk, undoable=True)
    undo(session, clinic, booking)

    assert (booking.slot_id, booking.offered_at) == (clinic.slots[0].id, None)
    assert [(each.held, each.confirmed) for each in clinic.slots[:2]] == [(1, 0), (0, 0)]


def test_an_undone_agreement_is_a_request_at_the_old_time(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    new = clinic.slots[1].id
    offering.offer_time(
        session, booking, slot_id=new, actor=clinic.desk, agreed=True, undoable=True
    )
    assert booking.status is S.CONFIRMED
    undo(session, clinic, booking)

    assert (booking.status, booking.slot_id) == (S.HELD, clinic.slots[0].id)
    assert [(each.held, each.confirmed) for each in clinic.slots[:2]] == [(1, 0), (0, 0)]
    assert queries.ledger_differences(session) == []


def test_a_confirmed_visit_that_was_moved_goes_back_confirmed(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    lifecycle.confirm(session, booking, actor=clinic.desk)
    new = clinic.slots[1].id
    offering.offer_time(session, booking, slot_id=new, actor=clinic.desk, undoable=True)
    undo(session, clinic, booking)

    assert (booking.status, booking.slot_id) == (S.CONFIRMED, clinic.slots[0].id)
    assert booking.confirmed_at == NOW
    assert [(each.held, each.confirmed) for each in clinic.slots[:2]] == [(0, 1), (0, 0)]


def test_a_hold_that_ended_in_those_seconds_gives_the_desk_ten_minutes(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    session.execute(
        update(Booking)
        .where(Booking.id == booking.id)
        .values(hold_until=NOW + timedelta(seconds=5))
    )
    lifecycle.confirm(session, booking, actor=clinic.desk, undoable=True)
    factories.move_clock(session, seconds=20)
    undo(session, clinic, booking)
    assert booking.hold_until == NOW + timedelta(minutes=10, seconds=20)


def test_what_has_moved_on_is_not_undone_and_the_waiting_letter_never_contradicts_it(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    lifecycle.confirm(session, booking, actor=clinic.desk, undoable=True)
    confirmed = steps.last(session, booking)
    assert confirmed is not None
    lifecycle.cancel(session, booking)

    with pytest.raises(NotInState, match="has moved on since: it is cancelled"):
        undoing.undo(session, booking, step_id=confirmed.id, actor=clinic.desk)
    assert letters(session) == {
        "booking_received": NoticeStatus.QUEUED,
        "booking_confirmed": NoticeStatus.WITHDRAWN,
        "booking_cancelled": NoticeStatus.QUEUED,
    }


def test_only_the_desk_undoes_and_only_steps_of_this_booking(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    lifecycle.confirm(session, booking, actor=clinic.desk, undoable=True)
    step = steps.last(session, booking)
    assert step is not None
    viewer = factories.make_user(session, Role.VIEWER)
    with pytest.raises(NotAllowed):
        undoing.undo(session, booking, step_id=step.id, actor=viewer)
    with pytest.raises(NotFound, match="no such step"):
        undoing.undo(session, booking, step_id=step.id + 1, actor=clinic.desk)


def test_for_someone_erased_there_is_no_letter_to_withdraw(
    session: Session, clinic: Clinic
) -> None:
    clinic.contact.address = clinic.contact.canonical_address = None
    booking = ask(session, clinic)
    lifecycle.confirm(session, booking, actor=clinic.desk, undoable=True)
    undo(session, clinic, booking)
    assert booking.status is S.HELD


def test_nothing_stands_to_undo_where_nothing_was_answered(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    assert steps.undoable(session, booking) is None
    lifecycle.confirm(session, booking, actor=clinic.desk, undoable=True)
    assert steps.undoable(session, booking) is not None
    undo(session, clinic, booking)
    assert steps.undoable(session, booking) is None
