"""Scheduling and starting: checked against the facts of that moment."""

from datetime import datetime, timedelta

import pytest

from campaigns import clock
from campaigns.accounts.models import Organisation
from campaigns.clock import Moment
from campaigns.compliance import approval, preflight
from campaigns.compliance.checked import Facts
from campaigns.compliance.findings import Finding
from campaigns.contacts.models import Contact, Segment, Topic
from campaigns.database import Session
from campaigns.errors import Blocked, Invalid, NotInState
from campaigns.jobs import Job
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign, CampaignApproval, CampaignStatus
from campaigns.promotions import lifecycle, limits
from campaigns.promotions.models import Package, Promotion
from tests.compliance.conftest import EVERYTHING, Clinic, approved
from tests.promotions.factories import (
    NOON,
    ZONE,
    add_price,
    make_promotion,
    make_slot,
    percent,
    stop_clock,
)

DAY = timedelta(days=1)


def _moment(session: Session, *, after: timedelta) -> Moment:
    local = (clock.now(session) + after).astimezone(clock.zone(ZONE)).replace(tzinfo=None)
    return clock.moment(local, ZONE)


def _schedule(
    session: Session, clinic: Clinic, campaign: Campaign, *, after: timedelta = DAY
) -> None:
    moment = _moment(session, after=after)
    approval.schedule(session, campaign, actor=clinic.cora, moment=moment, **EVERYTHING)


def _against(session: Session, campaign: Campaign) -> list[str]:
    found: list[Finding] = approval.check_start(session, campaign, **EVERYTHING)
    return sorted({each.rule for each in found})


def test_an_approved_campaign_is_scheduled_as_the_person_meant_it(
    session: Session, clinic: Clinic, offer: Campaign
) -> None:
    approved(session, clinic, offer)
    _schedule(session, clinic, offer)
    assert offer.status is CampaignStatus.SCHEDULED
    assert offer.local_time == datetime(2026, 11, 25, 12)  # noqa: DTZ001 - a wall clock
    assert (offer.zone, offer.scheduled_at) == (ZONE, NOON + DAY)
    assert offer.send_not_after == NOON + DAY + timedelta(hours=72)
    assert approval.check_start(session, offer, **EVERYTHING) == []


def test_nothing_leaves_after_the_offer_has_ended(
    session: Session, clinic: Clinic, offer: Campaign
) -> None:
    approved(session, clinic, offer)
    make_slot(session, starts_at=clinic.savings.ends_at - timedelta(hours=1))
    _schedule(session, clinic, offer, after=20 * DAY)
    assert offer.send_not_after == clinic.savings.ends_at


def test_start_is_a_schedule_for_this_very_moment(
    session: Session, clinic: Clinic, letter: Campaign
) -> None:
    approved(session, clinic, letter)
    approval.start(session, letter, actor=clinic.cora, **EVERYTHING)
    assert (letter.status, letter.scheduled_at) == (CampaignStatus.SCHEDULED, NOON)
    assert (Job.START_DUE, ()) in session.info["bedside.jobs"]


def test_the_past_is_refused_with_the_time_of_day(
    session: Session, clinic: Clinic, letter: Campaign
) -> None:
    approved(session, clinic, letter)
    with pytest.raises(Invalid) as refusal:
        _schedule(session, clinic, letter, after=-timedelta(hours=1))
    assert str(refusal.value) == (
        "Tue 24 Nov 2026, 11:00 CST is in the past: it is now Tue 24 Nov 2026, 12:00 CST."
    )


def test_a_draft_cannot_be_scheduled(session: Session, clinic: Clinic, letter: Campaign) -> None:
    with pytest.raises(NotInState, match="it is draft, not approved"):
        _schedule(session, clinic, letter)


def _no_audience(session: Session, clinic: Clinic) -> None:
    session.query(Segment).update({"rule": {"region": ["XX"]}})
    session.query(Contact).update({"region": "US-TX"})


def _no_postal_address(session: Session, clinic: Clinic) -> None:
    session.query(Organisation).update({"postal_address": ""})


def _paused(session: Session, clinic: Clinic) -> None:
    lifecycle.pause(session, clinic.savings, actor=clinic.cora)


def _dearer(session: Session, clinic: Clinic) -> None:
    add_price(session, clinic.series, 256_000, since_days=0.001)


def _not_bookable(session: Session, clinic: Clinic) -> None:
    session.query(Package).filter_by(code="SER-6").update({"bookable": False})


def _used_up(session: Session, clinic: Clinic) -> None:
    session.query(Promotion).update({"max_redemptions": 1})
    session.expire_all()
    limits.hold(session, clinic.savings, cents=66_300)


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (_no_audience, ["GO-01"]),
        (_no_postal_address, ["CS-01"]),
        (_paused, ["GO-02", "PC-01"]),
        (_dearer, ["PC-01", "PC-17"]),
        (_not_bookable, ["PC-01", "PC-02"]),
        (_used_up, ["GO-02", "PC-01"]),
    ],
)
def test_what_changed_since_the_approval_stands_against_it(
    session: Session, clinic: Clinic, offer: Campaign, change: object, rules: list[str]
) -> None:
    approved(session, clinic, offer)
    assert callable(change)
    change(session, clinic)
    session.expire_all()
    assert set(rules) <= set(_against(session, offer))
    with pytest.raises(Blocked, match="cannot be scheduled") as refusal:
        _schedule(session, clinic, offer)
    assert any(rules[0] in each for each in refusal.value.findings)


def test_an_offer_that_will_be_over_by_then_is_refused_today(
    session: Session, clinic: Clinic, offer: Campaign
) -> None:
    approved(session, clinic, offer)
    with pytest.raises(Blocked, match="GO-02"):
        _schedule(session, clinic, offer, after=22 * DAY)


def test_a_promotion_that_begins_tomorrow_is_announced_tomorrow(
    session: Session, clinic: Clinic, offer: Campaign
) -> None:
    make_slot(session, starts_at=NOON + 2 * DAY)
    lifecycle.edit(session, clinic.savings, starts_at=NOON + DAY)
    approved(session, clinic, offer)
    assert "GO-02" in _against(session, offer)
    _schedule(session, clinic, offer)
    stop_clock(session, NOON + DAY)
    lifecycle.tick(session)
    assert approval.check_start(session, offer, **EVERYTHING) == []


def test_without_its_signatures_nothing_starts(
    session: Session, clinic: Clinic, offer: Campaign
) -> None:
    approved(session, clinic, offer)
    session.query(CampaignApproval).delete()
    assert _against(session, offer) == ["GO-03"]


def test_what_was_never_frozen_does_not_start(
    session: Session, clinic: Clinic, letter: Campaign
) -> None:
    assert _against(session, letter) == ["GO-03"]


def test_content_that_is_not_what_was_approved_does_not_start(
    session: Session, clinic: Clinic, letter: Campaign
) -> None:
    approved(session, clinic, letter)
    planning.newest_version(session, letter).content_hash = "another"
    session.flush()
    assert _against(session, letter) == ["GO-03"]


def test_an_audience_that_would_be_skipped_to_the_last_is_a_warning(
    session: Session, clinic: Clinic, letter: Campaign
) -> None:
    approved(session, clinic, letter)
    session.query(Contact).update({"region": "CA-ON"})
    session.expire_all()
    found = approval.check(session, letter, **EVERYTHING)
    assert [each.rule for each in found] == ["GO-04"]
    assert preflight.blocking(found) == []
    _schedule(session, clinic, letter)


def test_a_message_that_carries_two_promotions_is_held_against_both(
    session: Session, clinic: Clinic, offer: Campaign
) -> None:
    from campaigns.compliance.checked import facts_of
    from campaigns.planning import audience
    from campaigns.planning.models import CampaignPromotion

    second = make_promotion(session, "more", (clinic.series, percent(3000)))
    session.add(CampaignPromotion(campaign_id=offer.id, promotion_id=second.id))
    session.flush()
    counted = audience.waterfall(session, offer, **EVERYTHING)
    facts: Facts = facts_of(session, offer, at=NOON, language="en", waterfall=counted)
    assert [each.percent for each in facts.claims] == [30, 26, 30]
    assert (facts.topic, facts.audience, facts.to_send) == (Topic.OFFERS, 1, 1)
    assert Facts().claim.percent == 0
