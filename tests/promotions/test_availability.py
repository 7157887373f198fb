"""Places: never more are taken than there are, however many ask at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from campaigns import clock, database
from campaigns.accounts.models import Organisation
from campaigns.database import Session, Sessions
from campaigns.errors import NotInState, OfferEnded, SlotFull
from campaigns.promotions import availability, limits, queries
from campaigns.promotions.availability import Window
from campaigns.promotions.models import Promotion, PromotionStatus, Slot
from tests.promotions import factories
from tests.promotions.factories import NOON, ZONE, make_package, make_promotion, make_slot, percent


def _taken(session: Session, slot: Slot) -> tuple[int, int]:
    session.refresh(slot)
    return slot.held, slot.confirmed


@pytest.fixture
def slot(session: Session, clinic: object) -> Slot:
    return make_slot(session)


def test_a_held_place_is_confirmed_or_given_back(session: Session, slot: Slot) -> None:
    availability.hold(session, slot.id)
    availability.hold(session, slot.id)
    assert _taken(session, slot) == (2, 0)
    availability.confirm(session, slot.id)
    availability.release(session, slot.id)
    assert _taken(session, slot) == (0, 1)
    availability.release(session, slot.id, confirmed=True)
    assert _taken(session, slot) == (0, 0)


def test_a_full_slot_refuses_and_a_past_one_too(session: Session, slot: Slot) -> None:
    past = make_slot(session, starts_at=NOON - timedelta(hours=1))
    availability.hold(session, slot.id)
    availability.hold(session, slot.id)
    for each in (slot, past):
        with pytest.raises(SlotFull, match="no longer free"):
            availability.hold(session, each.id)


def test_what_is_not_held_cannot_be_confirmed_or_released(session: Session, slot: Slot) -> None:
    with pytest.raises(NotInState, match="No place is held"):
        availability.confirm(session, slot.id)
    with pytest.raises(NotInState, match="No place is held"):
        availability.release(session, slot.id)
    with pytest.raises(NotInState, match="No place is confirmed"):
        availability.release(session, slot.id, confirmed=True)


@pytest.mark.parametrize("confirmed", [False, True])
@pytest.mark.parametrize("later_first", [False, True])
def test_a_place_moves_as_it_was(
    session: Session, slot: Slot, confirmed: bool, later_first: bool
) -> None:
    other = make_slot(session, starts_at=NOON + timedelta(days=2))
    old, new = (other, slot) if later_first else (slot, other)
    availability.hold(session, old.id)
    if confirmed:
        availability.confirm(session, old.id)
    availability.move(session, old.id, new.id, confirmed=confirmed)
    assert _taken(session, old) == (0, 0)
    assert _taken(session, new) == ((0, 1) if confirmed else (1, 0))


def test_the_free_slots_of_a_category_in_a_window_soonest_first(
    session: Session, slot: Slot
) -> None:
    later = make_slot(session, starts_at=NOON + timedelta(days=3))
    make_slot(session, starts_at=NOON + timedelta(days=2), held=1, confirmed=1)
    make_slot(session, starts_at=NOON + timedelta(days=2), category="consult")
    make_slot(session, starts_at=NOON - timedelta(days=1))
    window = Window(NOON - timedelta(days=9), NOON + timedelta(days=3, seconds=1))
    found = availability.free_slots(session, category="infusion", window=window)
    assert found == [slot, later]
    here = slot.location_id
    inside = availability.free_slots(session, category="infusion", window=window, location_id=here)
    elsewhere = availability.free_slots(
        session, category="infusion", window=window, location_id=here + 1
    )
    assert (inside, elsewhere) == (found, [])
    ends_before = Window(NOON, slot.starts_at)
    assert not availability.has_free_slot(session, category="infusion", window=ends_before)
    assert availability.has_free_slot(session, category="infusion", window=window)


def test_slots_open_on_the_weekdays_to_come_and_only_once(session: Session, clinic: object) -> None:
    place = factories.make_place("Plano")
    session.add(place)
    session.flush()

    def open_slots(**values: Any) -> int:
        return availability.make_slots(
            session,
            **{
                "location_id": place.id,
                "zone": ZONE,
                "category": "infusion",
                "times": [time(9), time(13, 30)],
                "days": 7,
                **values,
            },
        )

    # Noon of a Tuesday: Wednesday, Thursday, Friday, Monday, Tuesday.
    assert open_slots() == 10
    assert open_slots() == 0
    assert open_slots(weekdays=[]) == 0
    first = session.query(Slot).order_by(Slot.starts_at).first()
    assert first is not None
    assert clock.local_text(first.starts_at, ZONE) == "Wed 25 Nov 2026, 09:00 CST"


def test_a_promotion_gives_each_place_once(session: Session, clinic: object) -> None:
    promotion = make_promotion(session, max_redemptions=2, budget_cents=100)
    limits.hold(session, promotion, cents=60)
    with pytest.raises(OfferEnded) as refusal:
        limits.hold(session, promotion, cents=41)
    assert refusal.value.reason == "budget"
    limits.hold(session, promotion, cents=40)
    with pytest.raises(OfferEnded) as refusal:
        limits.hold(session, promotion, cents=0)
    assert refusal.value.reason == "exhausted"
    limits.capture(session, promotion, cents=60)
    limits.release(session, promotion, cents=40)
    kept = queries.counter(session, promotion)
    assert (kept.held, kept.held_cents, kept.captured, kept.captured_cents) == (0, 0, 1, 60)
    limits.rollback(session, promotion, cents=60)
    kept = queries.counter(session, promotion)
    assert (kept.captured, kept.captured_cents) == (0, 0)


@pytest.mark.parametrize("step", [limits.capture, limits.release, limits.rollback])
def test_what_was_never_set_aside_cannot_move(
    session: Session, clinic: object, step: Callable[..., None]
) -> None:
    with pytest.raises(NotInState, match="Nothing of that size"):
        step(session, make_promotion(session), cents=1)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (PromotionStatus.PAUSED, "This offer is paused at the moment. Please ask us."),
        (PromotionStatus.EXHAUSTED, "All places of this offer are taken."),
        (PromotionStatus.ENDED, "This offer ended on 15 Dec 2026."),
        (PromotionStatus.DRAFT, "This offer is not open yet."),
    ],
)
def test_a_promotion_that_is_not_open_says_why(
    session: Session, clinic: object, status: PromotionStatus, sentence: str
) -> None:
    promotion = make_promotion(session)
    session.query(Promotion).update({"status": status})
    with pytest.raises(OfferEnded) as refusal:
        limits.hold(session, promotion, cents=1)
    assert str(refusal.value) == sentence


def test_the_window_decides_not_the_tick(session: Session, clinic: object) -> None:
    promotion = make_promotion(
        session, starts_at=NOON + timedelta(days=1), ends_at=NOON + timedelta(days=2)
    )
    with pytest.raises(OfferEnded, match="has not begun yet"):
        limits.hold(session, promotion, cents=1)
    factories.stop_clock(session, NOON + timedelta(days=1))
    assert promotion.status is PromotionStatus.SCHEDULED
    limits.hold(session, promotion, cents=1)
    factories.stop_clock(session, NOON + timedelta(days=2))
    with pytest.raises(OfferEnded, match="ended on"):
        limits.hold(session, promotion, cents=1)


def _at_once(committed: Sessions, times: int, act: Callable[[Session], None]) -> int:
    """How many of so many simultaneous transactions succeeded."""

    def one(_number: int) -> bool:
        try:
            with database.transaction(committed) as session:
                act(session)
        except (SlotFull, OfferEnded):
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        return sum(pool.map(one, range(times)))


@pytest.fixture
def crowd(committed: Sessions) -> tuple[int, int]:
    """A slot with ten places and a promotion with ten redemptions, for everyone to see."""
    with database.transaction(committed) as session:
        moment: datetime = factories.stop_clock(session)
        factories.make_clinic(session)
        slot = make_slot(session, capacity=10, starts_at=moment + timedelta(days=1))
        package = make_package(session, has_slot=False)
        promotion = make_promotion(session, "ten", (package, percent(2600)), max_redemptions=10)
        return slot.id, promotion.id


def test_two_hundred_want_ten_places_and_ten_get_one(
    committed: Sessions, crowd: tuple[int, int]
) -> None:
    slot_id, _ = crowd
    got = _at_once(committed, 200, lambda session: availability.hold(session, slot_id))
    with database.transaction(committed) as session:
        slot = session.get_one(Slot, slot_id)
        assert (got, slot.held) == (10, 10)


def test_two_hundred_want_ten_redemptions_and_ten_get_one(
    committed: Sessions, crowd: tuple[int, int]
) -> None:
    _, promotion_id = crowd

    def hold(session: Session) -> None:
        limits.hold(session, queries.by_id(session, promotion_id), cents=66_300)

    got = _at_once(committed, 200, hold)
    with database.transaction(committed) as session:
        kept = queries.counter(session, queries.by_id(session, promotion_id))
        assert (got, kept.held, kept.held_cents) == (10, 10, 663_000)


def test_a_confirmed_place_becomes_a_held_one_again_and_no_other(
    session: Session, clinic: Organisation
) -> None:
    slot = factories.make_slot(session, capacity=1)
    availability.hold(session, slot.id)
    with pytest.raises(NotInState, match="No place is confirmed"):
        availability.reopen(session, slot.id)
    availability.confirm(session, slot.id)
    availability.reopen(session, slot.id)
    assert (slot.held, slot.confirmed) == (1, 0)
