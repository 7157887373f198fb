"""The ledger of what promotions gave away, and that it always equals the counters."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from campaigns.bookings import lifecycle, queries, redemption
from campaigns.bookings.models import Booking, BookingStatus, Redemption, RedemptionKind
from campaigns.contacts.models import Contact
from campaigns.database import Session, Sessions
from campaigns.delivery.models import Delivery
from campaigns.errors import BedsideError, NotInState, OfferEnded, SlotFull
from campaigns.promotions.models import Promotion, PromotionCounter, Slot
from tests.bookings import factories
from tests.bookings.factories import Clinic

K = RedemptionKind
S = BookingStatus


def ask(session: Session, clinic: Clinic, **changes: Any) -> Booking:
    return lifecycle.request(
        session,
        delivery=clinic.delivery,
        wish=factories.make_wish(clinic, **changes),
        key="form",
    )


def steps(session: Session) -> list[RedemptionKind]:
    return list(session.scalars(select(Redemption.kind).order_by(Redemption.id)))


def counted(session: Session, promotion: Promotion) -> tuple[int, int, int, int]:
    counter = session.get_one(PromotionCounter, promotion.id)
    return counter.held, counter.held_cents, counter.captured, counter.captured_cents


def test_a_request_holds_its_saving_and_a_confirmation_captures_it(session: Session) -> None:
    clinic = factories.make_clinic(session)

    booking = ask(session, clinic)
    assert counted(session, clinic.promotion) == (1, 66_300, 0, 0)
    lifecycle.confirm(session, booking, actor=clinic.desk)

    assert counted(session, clinic.promotion) == (0, 0, 1, 66_300)
    assert steps(session) == [K.HOLD, K.CAPTURE]


def test_what_was_held_is_released_and_what_was_captured_is_rolled_back(session: Session) -> None:
    clinic = factories.make_clinic(session)
    booking = ask(session, clinic)
    lifecycle.decline(session, booking, actor=clinic.desk, reason="")
    assert steps(session) == [K.HOLD, K.RELEASE]

    again = lifecycle.request(
        session, delivery=clinic.delivery, wish=factories.make_wish(clinic), key="again"
    )
    lifecycle.confirm(session, again, actor=clinic.desk)
    lifecycle.cancel(session, again)

    assert steps(session)[2:] == [K.HOLD, K.CAPTURE, K.ROLLBACK]
    assert counted(session, clinic.promotion) == (0, 0, 0, 0)


def test_without_an_offer_the_ledger_stays_empty(session: Session) -> None:
    clinic = factories.make_clinic(session)

    booking = ask(session, clinic, at_regular_price=True)
    lifecycle.confirm(session, booking, actor=clinic.desk)
    lifecycle.cancel(session, booking)

    assert steps(session) == []


def test_no_step_is_taken_out_of_turn(session: Session) -> None:
    clinic = factories.make_clinic(session)
    booking = ask(session, clinic)
    redemption.give_back(session, booking)

    with pytest.raises(NotInState, match="its offer is release"):
        redemption.capture(session, booking)
    with pytest.raises(NotInState, match="holds nothing"):
        redemption.give_back(session, booking)


def test_no_step_is_written_twice(session: Session) -> None:
    clinic = factories.make_clinic(session)
    booking = ask(session, clinic)

    with pytest.raises(IntegrityError, match="idempotency_key"):
        redemption.hold(session, booking)


def test_a_spent_budget_refuses_and_leaves_nothing_half_done(session: Session) -> None:
    clinic = factories.make_clinic(session, budget_cents=66_300)
    ask(session, clinic)
    other = factories.make_contact(session, "ben@example.com")
    clinic.delivery = factories.make_delivery(session, clinic.campaign, other)

    with pytest.raises(OfferEnded, match="All places of this offer are taken"):
        ask(session, clinic, slot_id=clinic.slots[1].id)

    assert clinic.slots[1].held == 0
    assert queries.ledger_differences(session) == []


def test_differences_name_what_does_not_add_up(session: Session) -> None:
    clinic = factories.make_clinic(session)
    booking = ask(session, clinic)
    assert queries.ledger_differences(session) == []

    session.execute(update(Slot).where(Slot.id == clinic.slots[1].id).values(confirmed=1))
    session.execute(update(PromotionCounter).values(captured_cents=5))
    session.execute(update(Booking).values(status=S.EXPIRED))

    slots, lost, promotion, life = sorted(
        queries.ledger_differences(session),
        key=lambda each: ("slot", "prom", "book").index(each[:4]),
    )
    assert f"slot {clinic.slots[0].id} counts 1 held and 0 confirmed, its bookings 0 and 0" == slots
    assert "0 held and 1 confirmed" in lost
    assert f"promotion {clinic.promotion.code} counts 1 held (66300 cents)" in promotion
    assert f"booking {booking.reference} is expired, but its ledger holds 1" in life


def test_of_many_who_want_the_last_place_one_gets_it(committed: Sessions) -> None:
    clinic, deliveries = _crowd(committed, 8)

    results = _all_at_once(committed, clinic, deliveries)

    assert [each for each in results if each == "held"] == ["held"]
    assert results.count(SlotFull.__name__) == 7
    with committed() as session:
        assert queries.ledger_differences(session) == []


def test_of_many_who_want_the_last_redemption_one_gets_it(committed: Sessions) -> None:
    clinic, deliveries = _crowd(committed, 8, capacity=50, max_redemptions=1)

    results = _all_at_once(committed, clinic, deliveries)

    assert results.count("held") == 1
    assert results.count(OfferEnded.__name__) == 7
    with committed() as session:
        assert queries.ledger_differences(session) == []


def test_one_person_who_clicks_many_times_has_one_booking(committed: Sessions) -> None:
    clinic, deliveries = _crowd(committed, 1, capacity=50)

    results = _all_at_once(committed, clinic, deliveries * 8)

    assert results == ["held"] * 8
    with committed() as session:
        assert len(session.scalars(select(Booking)).all()) == 1
        assert queries.ledger_differences(session) == []


def _crowd(
    committed: Sessions, size: int, *, capacity: int = 1, **promotion: Any
) -> tuple[Clinic, list[int]]:
    with committed.begin() as session:
        clinic = factories.make_clinic(session, **promotion)
        clinic.slots[0].capacity = capacity
        contacts = [
            factories.make_contact(session, f"reader{each}@example.com") for each in range(size)
        ]
        deliveries = [
            factories.make_delivery(session, clinic.campaign, each).id for each in contacts
        ]
    return clinic, deliveries


def _all_at_once(committed: Sessions, clinic: Clinic, deliveries: list[int]) -> list[str]:
    ready = Barrier(len(deliveries))
    wish = factories.make_wish(clinic)

    def go(delivery_id: int) -> str:
        with committed() as session:
            delivery = session.get_one(Delivery, delivery_id)
            ready.wait(timeout=20)
            try:
                booking = lifecycle.request(session, delivery=delivery, wish=wish, key="form")
                session.commit()
            except BedsideError as refused:
                session.rollback()
                return type(refused).__name__
            return booking.status.value

    with ThreadPoolExecutor(len(deliveries)) as crowd:
        return list(crowd.map(go, deliveries))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    moves=st.lists(
        st.tuples(
            st.sampled_from(["ask", "plain", "confirm", "decline", "cancel", "move", "wait"]),
            st.integers(0, 2),
            st.integers(0, 2),
        ),
        max_size=14,
    )
)
def test_whatever_happens_counters_equal_ledger_and_bookings(
    session: Session, moves: list[tuple[str, int, int]]
) -> None:
    with session.begin_nested() as world:
        session.info.clear()
        clinic = factories.make_clinic(session, max_redemptions=2)
        people = [
            clinic.contact,
            factories.make_contact(session, "ben@example.com"),
            factories.make_contact(session, "cleo@example.com"),
        ]
        for number, (move, person, slot) in enumerate(moves):
            try:
                with session.begin_nested():
                    _play(session, clinic, people[person], (move, slot, number))
            except BedsideError:
                pass
            assert queries.ledger_differences(session) == []
        world.rollback()
    session.expunge_all()


def _play(session: Session, clinic: Clinic, person: Contact, step: tuple[str, int, int]) -> None:
    move, slot, number = step
    slot_id = clinic.slots[slot].id
    if move in {"ask", "plain"}:
        delivery = _delivery(session, clinic, person)
        wish = factories.make_wish(clinic, slot_id=slot_id, at_regular_price=move == "plain")
        lifecycle.request(session, delivery=delivery, wish=wish, key=f"form-{number}")
        return
    if move == "wait":
        factories.move_clock(session, hours=20)
        return
    booking = session.scalars(
        select(Booking).where(Booking.contact_id == person.id).order_by(Booking.id.desc())
    ).first()
    if booking is None:
        return
    if move == "confirm":
        lifecycle.confirm(session, booking, actor=clinic.desk)
    elif move == "decline":
        lifecycle.decline(session, booking, actor=clinic.desk, reason="")
    elif move == "cancel":
        lifecycle.cancel(session, booking)
    else:
        lifecycle.change(session, booking, slot_id=slot_id)


def _delivery(session: Session, clinic: Clinic, person: Contact) -> Delivery:
    known = session.scalars(select(Delivery).where(Delivery.contact_id == person.id)).first()
    return known or factories.make_delivery(session, clinic.campaign, person)
