"""The moves of a campaign's status, each a conditional update that knows where it may start.

Pages, API and CLI never call `submit`, `approve` or `schedule` here: they go through the gate in
`compliance.approval`, which checks first.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import update

from campaigns import clock
from campaigns.clock import Moment
from campaigns.database import Session, changed
from campaigns.errors import NotInState
from campaigns.planning.models import Campaign, CampaignStatus

S = CampaignStatus
UNFINISHED = frozenset(S) - {S.FINISHED, S.CANCELLED}
EDITABLE = frozenset({S.DRAFT, S.IN_REVIEW, S.APPROVED})


def move(
    session: Session,
    campaign: Campaign,
    *,
    to: CampaignStatus,
    out_of: Collection[CampaignStatus],
    reason: str = "",
    **values: Any,
) -> bool:
    """Move the campaign if it stands in one of `out_of`; False where someone was faster."""
    result = session.execute(
        update(Campaign)
        .where(Campaign.id == campaign.id, Campaign.status.in_(list(out_of)))
        .values(status=to, status_reason=reason, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(campaign)
    return changed(result) == 1


def _must(moved: bool, campaign: Campaign, wish: str) -> None:
    if not moved:
        raise NotInState(f"“{campaign.title}” cannot be {wish}: it is {campaign.status.said}.")


def submit(session: Session, campaign: Campaign) -> None:
    """Hand the draft over to be rendered and checked; not out of the archive."""
    if campaign.archived_at is not None:
        raise NotInState(f"{campaign.title} is archived: bring it back before you hand it in.")
    _must(move(session, campaign, to=S.RENDERING, out_of={S.DRAFT}), campaign, "submitted")


def refuse(session: Session, campaign: Campaign, *, reason: str) -> bool:
    """Back to draft: a finding blocks it, or it could not be rendered."""
    return move(session, campaign, to=S.DRAFT, out_of={S.RENDERING}, reason=reason)


def open_review(session: Session, campaign: Campaign) -> bool:
    """Rendered and checked: wait for the signatures."""
    return move(session, campaign, to=S.IN_REVIEW, out_of={S.RENDERING})


def approve(session: Session, campaign: Campaign) -> None:
    """Every signature asked for is there."""
    _must(move(session, campaign, to=S.APPROVED, out_of={S.IN_REVIEW}), campaign, "approved")


def send_back(session: Session, campaign: Campaign, *, reason: str) -> None:
    """Back to its author; approvals of the old content no longer count."""
    moved = move(session, campaign, to=S.DRAFT, out_of={S.IN_REVIEW, S.APPROVED}, reason=reason)
    _must(moved, campaign, "sent back")


def schedule(
    session: Session, campaign: Campaign, *, moment: Moment, send_not_after: datetime
) -> None:
    """Set the moment at which it starts, kept as the person meant it and as an instant."""
    moved = move(
        session,
        campaign,
        to=S.SCHEDULED,
        out_of={S.APPROVED},
        local_time=moment.local,
        zone=moment.zone,
        scheduled_at=moment.instant,
        send_not_after=send_not_after,
    )
    _must(moved, campaign, "scheduled")


def unschedule(session: Session, campaign: Campaign) -> None:
    """Take it off the schedule; its approval stands."""
    moved = move(
        session, campaign, to=S.APPROVED, out_of={S.SCHEDULED}, scheduled_at=None, local_time=None
    )
    _must(moved, campaign, "unscheduled")


def prepare(session: Session, campaign: Campaign, *, version_id: int, content_hash: str) -> bool:
    """Start: pin the approved content; of many schedulers one moves it."""
    return move(
        session,
        campaign,
        to=S.PREPARING,
        out_of={S.SCHEDULED},
        pinned_version_id=version_id,
        pinned_hash=content_hash,
        started_at=clock.now(session),
    )


def begin_sending(session: Session, campaign: Campaign) -> bool:
    """The audience is frozen and its count matches: let it go out."""
    return move(session, campaign, to=S.SENDING, out_of={S.PREPARING})


def pause(session: Session, campaign: Campaign, *, reason: str) -> bool:
    """Hold it where it is; acts at the next intent."""
    for status in (S.SCHEDULED, S.PREPARING, S.SENDING):
        if move(session, campaign, to=S.PAUSED, out_of={status}, reason=reason, paused_from=status):
            return True
    return False


def resume(session: Session, campaign: Campaign) -> None:
    """Return to where it was paused."""
    came_from = campaign.paused_from
    moved = came_from is not None and move(
        session, campaign, to=came_from, out_of={S.PAUSED}, paused_from=None, failures_in_row=0
    )
    _must(moved, campaign, "resumed")


def cancel(session: Session, campaign: Campaign) -> None:
    """End it for good; what has not left will not."""
    moved = move(
        session, campaign, to=S.CANCELLED, out_of=UNFINISHED, finished_at=clock.now(session)
    )
    _must(moved, campaign, "cancelled")


def reopen(session: Session, campaign: Campaign, *, send_not_after: datetime) -> None:
    """Finished, and a person has some of it tried again until `send_not_after`."""
    moved = move(
        session,
        campaign,
        to=S.SENDING,
        out_of={S.FINISHED},
        finished_at=None,
        failures_in_row=0,
        send_not_after=send_not_after,
    )
    _must(moved, campaign, "sent again")


def finish(session: Session, campaign: Campaign) -> bool:
    """Said only after counting: no delivery is queued or in flight."""
    return move(
        session, campaign, to=S.FINISHED, out_of={S.SENDING}, finished_at=clock.now(session)
    )
