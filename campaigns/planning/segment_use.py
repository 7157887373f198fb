"""Which campaigns use a segment, and a change of it that none of them meets unawares."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import select

from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.contacts import conditions, segments
from campaigns.contacts.facts import Fact
from campaigns.contacts.models import Segment
from campaigns.database import Session
from campaigns.errors import Conflict
from campaigns.planning.models import Campaign, CampaignStatus

S = CampaignStatus
SIGNED = frozenset({S.IN_REVIEW, S.APPROVED, S.SCHEDULED})
"""Somebody saw this audience, or it goes out by itself: a change has to be agreed to."""


def users(session: Session, segment: Segment) -> list[Campaign]:
    """The campaigns that are meant for this segment, newest first (a scan of few rows)."""
    found = select(Campaign).where(Campaign.segment_id == segment.id)
    return list(session.scalars(found.order_by(Campaign.id.desc())))


def used_by(session: Session) -> dict[int, list[Campaign]]:
    """The campaigns of every segment by its id, newest first (a scan of few rows)."""
    found: dict[int, list[Campaign]] = {}
    for campaign in session.scalars(select(Campaign).order_by(Campaign.id.desc())):
        found.setdefault(campaign.segment_id, []).append(campaign)
    return found


def changing(campaigns: Iterable[Campaign]) -> list[Campaign]:
    """Those of the campaigns to which a change of their segment has to be agreed."""
    return [
        each
        for each in campaigns
        if each.status in SIGNED or (each.status is S.PAUSED and each.paused_from is S.SCHEDULED)
    ]


def change(
    session: Session,
    segment: Segment,
    *,
    title: str,
    rule: Any,
    facts: Iterable[Fact],
    actor: User,
    agreed: Collection[int] = (),
) -> Segment:
    """Save a segment's rule; campaigns that were signed or scheduled with it must be in `agreed`.

    Raises Conflict naming those that are not, and while an audience is being put together.
    """
    permissions.require(actor, Verb.EDIT_SEGMENTS)
    campaigns, known = users(session, segment), list(facts)
    if conditions.same(rule, segment.rule, facts=known):
        rule = segment.rule
    else:
        busy = [each.title for each in campaigns if each.status is S.PREPARING]
        if busy:
            raise Conflict(f"{busy[0]} is being put together with it. Try again in a minute.")
        silent = [each.title for each in changing(campaigns) if each.id not in agreed]
        if silent:
            raise Conflict(
                f"This changes who gets {' and '.join(f'“{each}”' for each in silent)}. "
                "Look at it below and say that you mean it."
            )
    return segments.save(
        session, name=segment.name, title=title, rule=rule, facts=known, actor=actor
    )


def remove(session: Session, segment: Segment, *, actor: User) -> None:
    """Take a segment away that no campaign ever used; raises Conflict naming one that did."""
    permissions.require(actor, Verb.EDIT_SEGMENTS)
    found = users(session, segment)
    if found:
        raise Conflict(f"“{found[0].title}” uses this segment, so it stays.")
    audit.record(
        session,
        actor=actor,
        verb="remove segment",
        subject=f"segment {segment.name}",
        before={"title": segment.title, "rule": segment.rule},
    )
    session.delete(segment)
    session.flush()
