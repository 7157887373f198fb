"""When a campaign is wished to go out: the moment, its last day and its pace, kept before approval.

A wish binds nobody: `compliance.approval.schedule` checks at the moment it is made true, with
`moment` as what was wished for. No signature covers it, so changing it voids none. Where a campaign
is paused before its start, the wish moves that start, which holds once somebody resumes it.
"""

from datetime import date, datetime, time, timedelta

from campaigns import clock, settings
from campaigns.accounts import audit, permissions
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.clock import Moment
from campaigns.database import Session
from campaigns.errors import Conflict, Invalid, NotInState
from campaigns.planning import queries
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.promotions import queries as promotions

S = CampaignStatus

CHANGEABLE = frozenset({S.DRAFT, S.RENDERING, S.IN_REVIEW, S.APPROVED, S.PAUSED})
MOST_PER_MINUTE = 100_000


def wish(
    session: Session,
    campaign: Campaign,
    *,
    actor: User,
    local: datetime | None,
    not_after: date | None,
    pace_per_minute: int,
    seen: str | None = None,
) -> None:
    """Keep when it shall go out on the clinic's clock: `local` None is as soon as it is let go.

    `seen` is the `mark` of the wish that this person was shown; another one raises Conflict.
    Raises Invalid for a moment that is past, a last day before it begins, or a pace that is none.
    """
    permissions.require(actor, Verb.EDIT_CAMPAIGNS)
    session.refresh(campaign, with_for_update=True)
    if campaign.status not in CHANGEABLE or campaign.archived_at is not None:
        state = "archived" if campaign.archived_at else campaign.status
        raise NotInState(
            f"The time of {campaign.title} cannot be changed: it is {state}. "
            "Take it off the schedule first, or pause it."
        )
    if not 0 <= pace_per_minute <= MOST_PER_MINUTE:
        raise Invalid(f"The pace is 0 (no limit) to {MOST_PER_MINUTE:,} messages a minute.")
    refused = why_not_moment(session, local) or why_not_last_day(session, not_after, local=local)
    if refused:
        raise Invalid(refused)
    if seen is not None and seen != mark(campaign):
        raise Conflict(
            "Meanwhile somebody saved another time for it, shown beside. Nothing of yours is saved "
            "yet: save once more if it shall still be so."
        )
    before = _recorded(campaign)
    campaign.wished_local, campaign.wished_not_after = local, not_after
    campaign.zone = accounts.organisation(session).zone
    campaign.pace_per_minute = pace_per_minute
    if is_held_before_start(campaign):
        _move_start(session, campaign)
    session.flush()
    audit.record(
        session,
        actor=actor,
        verb="wish for a time",
        subject=f"campaign {campaign.name}",
        before=before,
        after=_recorded(campaign),
    )


def mark(campaign: Campaign) -> str:
    """What tells this wish from another."""
    return "|".join(str(each) for each in (campaign.zone, *_recorded(campaign).values()))


def is_wished(campaign: Campaign) -> bool:
    """Whether somebody said when it shall go out, be it only "as soon as it is let go"."""
    return campaign.zone != ""


def moment(session: Session, campaign: Campaign) -> Moment:
    """The moment wished for; now, where none was: what `compliance.approval.schedule` takes."""
    zone = campaign.zone or accounts.organisation(session).zone
    if campaign.wished_local is not None:
        return clock.moment(campaign.wished_local, zone)
    now = clock.now(session)
    return Moment(_on_the_wall(now, zone), zone, now, "")


def is_held_before_start(campaign: Campaign) -> bool:
    """Whether it was scheduled and is paused, so that nobody has it yet."""
    return campaign.status is S.PAUSED and campaign.paused_from is S.SCHEDULED


def goes_on_at(session: Session, campaign: Campaign) -> datetime:
    """When a paused campaign goes on if it is resumed now: at its start, if that is to come."""
    now = clock.now(session)
    return max(campaign.scheduled_at or now, now) if is_held_before_start(campaign) else now


def is_too_late(session: Session, campaign: Campaign) -> bool:
    """Whether what is wished for has passed already: the moment, or the last day."""
    now = clock.now(session)
    if campaign.wished_local is not None and moment(session, campaign).instant < now:
        return True
    last = last_moment(campaign)
    return last is not None and last <= now


def last_moment(campaign: Campaign) -> datetime | None:
    """The end of the last day on which it may go out, None where nobody chose one."""
    if campaign.wished_not_after is None:
        return None
    after = datetime.combine(campaign.wished_not_after + timedelta(days=1), time.min)
    return clock.moment(after, campaign.zone).instant


def hours_to_send() -> int:
    """For how many hours after its start a message may still leave."""
    return settings.current().send_within_hours


def latest_end(session: Session, campaign: Campaign, starts_at: datetime) -> datetime:
    """The latest end that may be chosen: some hours after its start, never past an offer's end."""
    latest = starts_at + timedelta(hours=hours_to_send())
    carried = promotions.by_ids(session, queries.promotion_ids(session, campaign))
    return min([latest, *(each.ends_at for each in carried)])


def ends(session: Session, campaign: Campaign, starts_at: datetime) -> datetime:
    """Until when a delivery may leave if it starts then; raises Invalid where that is before.

    Trying again what failed in a finished campaign is a decision of its own: a last day that is
    over does not forbid it.
    """
    latest, chosen = latest_end(session, campaign, starts_at), last_moment(campaign)
    if chosen is None or (chosen <= starts_at and campaign.status is S.FINISHED):
        return latest
    if chosen <= starts_at:
        last = f"{campaign.wished_not_after:%a %-d %b %Y}"
        raise Invalid(f"Its last day, {last}, is over by then: choose a later one, or none.")
    return min(latest, chosen)


def why_not_moment(session: Session, local: datetime | None) -> str:
    """Why it cannot begin when the clinic's clock shows this; empty where it can."""
    if local is None:
        return ""
    zone = accounts.organisation(session).zone
    now = clock.now(session)
    if clock.moment(local, zone).instant > now:
        return ""
    return f"That moment has passed: it is now {clock.local_text(now, zone)}."


def why_not_last_day(session: Session, last: date | None, *, local: datetime | None) -> str:
    """Why this cannot be the last day; empty where it can."""
    zone = accounts.organisation(session).zone
    begins = (local or _on_the_wall(clock.now(session), zone)).date()
    if last is None or last >= begins:
        return ""
    return f"That day is before it begins, which is on {begins:%a %-d %b %Y}."


def jump_text(wished: Moment) -> str:
    """What a person should know where the clocks change at the moment they named; else empty."""
    if wished.shift == "gap":
        starts = _on_the_wall(wished.instant, wished.zone)
        return (
            f"The clocks go forward and never show {wished.local:%H:%M} on that day; "
            f"it starts at {starts:%H:%M} instead."
        )
    if wished.shift == "overlap":
        return (
            f"The clocks go back and show {wished.local:%H:%M} twice on that day; "
            "it starts the first time."
        )
    return ""


def _move_start(session: Session, campaign: Campaign) -> None:
    """Its start is what is wished for; whoever resumes it has that moment checked."""
    start = moment(session, campaign)
    campaign.scheduled_at, campaign.local_time = start.instant, start.local


def _on_the_wall(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(clock.zone(zone)).replace(tzinfo=None)


def _recorded(campaign: Campaign) -> dict[str, str | int | None]:
    local, last = campaign.wished_local, campaign.wished_not_after
    return {
        "local": local.isoformat(sep=" ", timespec="minutes") if local else None,
        "not_after": last.isoformat() if last else None,
        "pace_per_minute": campaign.pace_per_minute,
    }
