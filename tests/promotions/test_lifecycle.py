"""A promotion's life: time, use and people move it, and edits raise its epoch."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from campaigns.accounts.models import AuditEntry, Role, User
from campaigns.database import Session
from campaigns.errors import NotAllowed, NotInState
from campaigns.promotions import lifecycle, limits
from campaigns.promotions.models import Promotion, PromotionStatus
from tests.promotions.factories import (
    NOON,
    make_package,
    make_promotion,
    make_user,
    percent,
    stop_clock,
)

S = PromotionStatus
DAY = timedelta(days=1)


def _status(session: Session, promotion: Promotion) -> PromotionStatus:
    session.refresh(promotion)
    return promotion.status


@pytest.mark.parametrize(
    ("begins", "ends", "status"),
    [(-2 * DAY, DAY, S.ACTIVE), (DAY, 2 * DAY, S.SCHEDULED), (-2 * DAY, -DAY, S.ENDED)],
)
def test_a_new_promotion_stands_where_its_window_puts_it(
    session: Session, clinic: object, begins: timedelta, ends: timedelta, status: PromotionStatus
) -> None:
    window = {"starts_at": NOON + begins, "ends_at": NOON + ends}
    assert make_promotion(session, "shown", **window).status is status
    assert make_promotion(session, "draft", draft=True, **window).status is S.DRAFT


def test_time_begins_and_ends_a_promotion_at_the_exact_moment(
    session: Session, clinic: object
) -> None:
    promotion = make_promotion(session, starts_at=NOON + DAY, ends_at=NOON + 2 * DAY)
    assert lifecycle.tick(session) == 0
    stop_clock(session, NOON + DAY)
    assert lifecycle.tick(session) == 1
    assert _status(session, promotion) is S.ACTIVE
    stop_clock(session, NOON + 2 * DAY - timedelta(microseconds=1))
    assert lifecycle.tick(session) == 0
    stop_clock(session, NOON + 2 * DAY)
    assert lifecycle.tick(session) == 1
    assert _status(session, promotion) is S.ENDED


def test_a_promotion_missed_altogether_is_ended_and_never_begun(
    session: Session, clinic: object
) -> None:
    promotion = make_promotion(session, starts_at=NOON + DAY, ends_at=NOON + 2 * DAY)
    stop_clock(session, NOON + 3 * DAY)
    assert lifecycle.tick(session) == 1
    assert _status(session, promotion) is S.ENDED


@pytest.mark.parametrize("limit", [{"max_redemptions": 1}, {"budget_cents": 70_000}])
def test_used_up_is_exhausted_and_opens_again_when_a_place_comes_back(
    session: Session, clinic: object, limit: dict[str, int]
) -> None:
    large, small = make_package(session), make_package(session, "INF-1", 45_000)
    offers = [(large, percent(2600)), (small, percent(2600))]
    promotion = make_promotion(session, "savings", *offers, **limit)
    limits.hold(session, promotion, cents=66_300)
    assert lifecycle.tick(session) == 1
    assert _status(session, promotion) is S.EXHAUSTED
    assert lifecycle.tick(session) == 0
    limits.release(session, promotion, cents=66_300)
    assert lifecycle.tick(session) == 1
    assert _status(session, promotion) is S.ACTIVE


def test_the_rest_of_a_budget_still_serves_the_smallest_saving(
    session: Session, clinic: object
) -> None:
    large, small = make_package(session), make_package(session, "INF-1", 45_000)
    offers = [(large, percent(2600)), (small, percent(1000))]
    promotion = make_promotion(session, "savings", *offers, budget_cents=70_800)
    limits.hold(session, promotion, cents=66_300)
    assert lifecycle.tick(session) == 0
    limits.hold(session, promotion, cents=4_500)
    assert lifecycle.tick(session) == 1


def test_a_person_pauses_and_resumes_and_the_audit_says_so(
    session: Session, clinic: object, cora: User
) -> None:
    promotion = make_promotion(session)
    lifecycle.pause(session, promotion, actor=cora, reason="phones are down")
    assert _status(session, promotion) is S.PAUSED
    with pytest.raises(NotInState, match="cannot be paused: it is paused"):
        lifecycle.pause(session, promotion, actor=cora)
    lifecycle.resume(session, promotion, actor=cora)
    assert _status(session, promotion) is S.ACTIVE
    with pytest.raises(NotInState, match="cannot be resumed"):
        lifecycle.resume(session, promotion, actor=cora)
    verbs = [each.verb for each in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert verbs == ["pause promotion", "resume promotion"]


def test_ending_early_makes_today_the_last_day(
    session: Session, clinic: object, cora: User
) -> None:
    promotion = make_promotion(session)
    lifecycle.end(session, promotion, actor=cora, reason="sold out")
    assert (promotion.status, promotion.ends_at) == (S.ENDED, NOON)
    assert promotion.last_day.isoformat() == "2026-11-24"
    with pytest.raises(NotInState, match="cannot be ended"):
        lifecycle.end(session, promotion, actor=cora)


def test_a_promotion_that_begins_now_can_end_now(
    session: Session, clinic: object, cora: User
) -> None:
    promotion = make_promotion(session, starts_at=NOON)
    lifecycle.end(session, promotion, actor=cora)
    assert promotion.ends_at == NOON + timedelta(seconds=1)


@pytest.mark.parametrize("verb", [lifecycle.pause, lifecycle.resume, lifecycle.end])
def test_a_viewer_moves_nothing(session: Session, clinic: object, verb: Callable[..., Any]) -> None:
    with pytest.raises(NotAllowed, match="owner"):
        verb(session, make_promotion(session), actor=make_user(session, "vera", Role.VIEWER))


def test_an_edit_raises_the_epoch_and_follows_the_window(session: Session, clinic: object) -> None:
    promotion = make_promotion(session)
    lifecycle.edit(session, promotion, starts_at=NOON + DAY)
    assert (promotion.epoch, promotion.status) == (2, S.SCHEDULED)
    lifecycle.edit(session, promotion, starts_at=NOON - DAY)
    assert (promotion.epoch, promotion.status) == (3, S.ACTIVE)


def test_a_paused_promotion_stays_paused_through_an_edit(
    session: Session, clinic: object, cora: User
) -> None:
    promotion = make_promotion(session)
    lifecycle.pause(session, promotion, actor=cora)
    lifecycle.edit(session, promotion, name="New name")
    assert (promotion.status, promotion.name) == (S.PAUSED, "New name")


def test_what_has_ended_is_not_edited(session: Session, clinic: object) -> None:
    promotion = make_promotion(session, starts_at=NOON - 2 * DAY, ends_at=NOON - DAY)
    with pytest.raises(NotInState, match="has ended and is not edited any more"):
        lifecycle.edit(session, promotion, name="Once more")


def test_a_draft_is_published_once(session: Session, clinic: object) -> None:
    promotion = make_promotion(session, draft=True)
    lifecycle.publish(session, promotion)
    assert (promotion.status, promotion.epoch) == (S.ACTIVE, 2)
    with pytest.raises(NotInState, match="cannot be published"):
        lifecycle.publish(session, promotion)
