"""A campaign moves only as its life allows, and of two that move it one does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from campaigns import clock
from campaigns.database import Session, Sessions
from campaigns.errors import NotInState
from campaigns.planning import lifecycle, queries
from campaigns.planning.models import Campaign
from campaigns.planning.models import CampaignStatus as S
from tests.factories import make_campaign

NINE = datetime.fromisoformat("2026-12-01T09:00")


def schedule(session: Session, campaign: Campaign) -> None:
    moment = clock.moment(NINE, "America/Chicago")
    until = moment.instant + timedelta(hours=72)
    lifecycle.schedule(session, campaign, moment=moment, send_not_after=until)


def prepare(session: Session, campaign: Campaign) -> bool:
    return lifecycle.prepare(session, campaign, version_id=7, content_hash="abc")


def refuse(session: Session, campaign: Campaign) -> bool:
    return lifecycle.refuse(session, campaign, reason="PR-07")


def send_back(session: Session, campaign: Campaign) -> None:
    lifecycle.send_back(session, campaign, reason="the price is old")


def pause(session: Session, campaign: Campaign) -> bool:
    return lifecycle.pause(session, campaign, reason="by a person")


Move = Callable[[Session, Campaign], bool | None]

MOVES: dict[str, tuple[Move, set[S], S]] = {
    "submit": (lifecycle.submit, {S.DRAFT}, S.RENDERING),
    "refuse": (refuse, {S.RENDERING}, S.DRAFT),
    "open_review": (lifecycle.open_review, {S.RENDERING}, S.IN_REVIEW),
    "approve": (lifecycle.approve, {S.IN_REVIEW}, S.APPROVED),
    "send_back": (send_back, {S.IN_REVIEW, S.APPROVED}, S.DRAFT),
    "schedule": (schedule, {S.APPROVED}, S.SCHEDULED),
    "unschedule": (lifecycle.unschedule, {S.SCHEDULED}, S.APPROVED),
    "prepare": (prepare, {S.SCHEDULED}, S.PREPARING),
    "begin_sending": (lifecycle.begin_sending, {S.PREPARING}, S.SENDING),
    "pause": (pause, {S.SCHEDULED, S.PREPARING, S.SENDING}, S.PAUSED),
    "cancel": (lifecycle.cancel, set(S) - {S.FINISHED, S.CANCELLED}, S.CANCELLED),
    "finish": (lifecycle.finish, {S.SENDING}, S.FINISHED),
}


BY_A_PERSON = {"submit", "approve", "send_back", "schedule", "unschedule", "cancel"}
"""These are refused; the others are answered, for a machine was faster."""


@pytest.mark.parametrize("start", S)
@pytest.mark.parametrize("name", MOVES)
def test_a_move_starts_only_where_it_may(session: Session, name: str, start: S) -> None:
    move, may_start, goal = MOVES[name]
    campaign = make_campaign(session, status=start)
    if start in may_start:
        assert move(session, campaign) is not False
        assert campaign.status is goal
        return
    if name in BY_A_PERSON:
        stands = start.replace("_", " ")
        with pytest.raises(NotInState, match=f"{campaign.title}” cannot be .*: it is {stands}"):
            move(session, campaign)
    else:
        assert move(session, campaign) is False
    assert campaign.status is start


@pytest.mark.parametrize("start", [S.SCHEDULED, S.PREPARING, S.SENDING])
def test_a_paused_campaign_returns_to_where_it_was(session: Session, start: S) -> None:
    campaign = make_campaign(session, status=start, failures_in_row=3)
    pause(session, campaign)
    assert (campaign.paused_from, campaign.status_reason) == (start, "by a person")
    lifecycle.resume(session, campaign)
    assert (campaign.status, campaign.paused_from, campaign.status_reason) == (start, None, "")
    assert campaign.failures_in_row == 0
    with pytest.raises(NotInState, match="cannot be resumed"):
        lifecycle.resume(session, campaign)


def test_a_schedule_keeps_what_the_person_meant_beside_the_instant(session: Session) -> None:
    campaign = make_campaign(session, status=S.APPROVED)
    schedule(session, campaign)
    assert (campaign.local_time, campaign.zone) == (NINE, "America/Chicago")
    assert campaign.scheduled_at == datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
    assert campaign.send_not_after == datetime(2026, 12, 4, 15, 0, tzinfo=UTC)
    lifecycle.unschedule(session, campaign)
    session.expire(campaign)
    assert campaign.local_time is None
    assert campaign.scheduled_at is None


def test_a_start_pins_the_approved_content(session: Session) -> None:
    campaign = make_campaign(session, status=S.SCHEDULED)
    prepare(session, campaign)
    assert (campaign.pinned_version_id, campaign.pinned_hash) == (7, "abc")
    assert campaign.started_at == clock.now(session)


def test_a_refusal_says_why(session: Session) -> None:
    campaign = make_campaign(session, status=S.RENDERING)
    refuse(session, campaign)
    assert campaign.status_reason == "PR-07"


@pytest.mark.parametrize("finish", [lifecycle.finish, lifecycle.cancel])
def test_an_end_has_its_moment(session: Session, finish: Move) -> None:
    campaign = make_campaign(session, status=S.SENDING)
    finish(session, campaign)
    assert campaign.finished_at == clock.now(session)


def status_of(campaign: Campaign) -> S:
    return campaign.status


def test_of_two_schedulers_one_starts_the_campaign(committed: Sessions) -> None:
    with committed.begin() as session:
        name = make_campaign(session, status=S.SCHEDULED).name
    with committed() as one, committed() as other:
        seen_by_one, seen_by_other = queries.named(one, name), queries.named(other, name)
        assert prepare(one, seen_by_one)
        one.commit()
        assert seen_by_other.status is S.SCHEDULED, "the other still believes it is scheduled"
        assert not prepare(other, seen_by_other)
        assert status_of(seen_by_other) is S.PREPARING


def test_a_pause_overtaken_by_the_end_changes_nothing(committed: Sessions) -> None:
    with committed.begin() as session:
        name = make_campaign(session, status=S.SENDING).name
    with committed() as one, committed() as other:
        seen_by_one, seen_by_other = queries.named(one, name), queries.named(other, name)
        lifecycle.finish(one, seen_by_one)
        one.commit()
        assert not pause(other, seen_by_other)
        assert seen_by_other.status is S.FINISHED
