"""Which campaigns use a segment, and a change of it that none of them meets unawares.

One uses it as its audience, or as what decides who is shown a block of its newest content.
"""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import JSONPATH

from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.contacts import conditions, segments
from campaigns.contacts.facts import Fact
from campaigns.contacts.models import Segment
from campaigns.database import Session
from campaigns.errors import Conflict
from campaigns.planning import drafting, lifecycle
from campaigns.planning.models import Campaign, CampaignStatus, CampaignVersion

S = CampaignStatus
SIGNED = frozenset({S.IN_REVIEW, S.APPROVED, S.SCHEDULED})
"""Somebody saw this audience: a change has to be agreed to, and takes the campaign back."""


def users(session: Session, segment: Segment) -> list[Campaign]:
    """The campaigns that are for this segment, or a part of them, newest first (few rows)."""
    found = select(Campaign).where(_uses(segment))
    return list(session.scalars(found.order_by(Campaign.id.desc())))


def used_by(session: Session) -> dict[int, list[Campaign]]:
    """The campaigns of every segment by its id, newest first (a scan of few rows)."""
    shown_to = func.jsonb_path_query_array(
        CampaignVersion.blocks, cast("$[*].visibility", JSONPATH)
    )
    rows = session.execute(
        select(Campaign, shown_to.label("shown_to"))
        .outerjoin(CampaignVersion, _is_newest())
        .order_by(Campaign.id.desc())
    )
    ids = {row.name: row.id for row in session.execute(select(Segment.id, Segment.name))}
    found: dict[int, list[Campaign]] = {}
    for row in rows:
        parts = {ids[name] for name in row.shown_to or () if name in ids}
        for segment_id in {row.Campaign.segment_id, *parts}:
            found.setdefault(segment_id, []).append(row.Campaign)
    return found


def _is_newest() -> ColumnElement[bool]:
    return and_(
        CampaignVersion.campaign_id == Campaign.id, CampaignVersion.revision == Campaign.revision
    )


def _uses(segment: Segment) -> ColumnElement[bool]:
    """Whether a campaign is for this segment, or a block of its newest content is."""
    block = exists().where(
        _is_newest(), CampaignVersion.blocks.contains([{"visibility": segment.name}])
    )
    return or_(Campaign.segment_id == segment.id, block)


def changing(campaigns: Iterable[Campaign]) -> list[Campaign]:
    """Those of the campaigns that a change of their segment takes back from review or schedule."""
    return [each for each in campaigns if each.status in SIGNED]


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
    """Save a segment's rule; campaigns handed in with it must be in `agreed` and go back to draft.

    Signatures stand under the audience that the signer was shown. Raises Conflict naming the
    campaigns that are not agreed to, and those that are about to go out.
    """
    permissions.require(actor, Verb.EDIT_SEGMENTS)
    known = list(facts)
    if conditions.same(rule, segment.rule, facts=known):
        rule = segment.rule
    else:
        _take_back(session, segment, agreed, actor)
    return segments.save(
        session, name=segment.name, title=title, rule=rule, facts=known, actor=actor
    )


def _take_back(session: Session, segment: Segment, agreed: Collection[int], actor: User) -> None:
    campaigns = _locked(session, segment)
    for each in campaigns:
        if each.status is S.PREPARING:
            raise Conflict(f"“{each.title}” is being put together with it. Try again in a minute.")
        if each.status is S.PAUSED and each.started_at is None:
            raise Conflict(f"“{each.title}” is paused before its start. Resume or cancel it first.")
    silent = [each.title for each in changing(campaigns) if each.id not in agreed]
    if silent:
        raise Conflict(
            f"This changes who gets {' and '.join(f'“{each}”' for each in silent)}. "
            "Look at it below and say that you mean it."
        )
    for each in changing(campaigns):
        if each.status is S.SCHEDULED:
            lifecycle.unschedule(session, each)
        drafting.reopen(session, each, actor=actor, why="audience changed")


def _locked(session: Session, segment: Segment) -> list[Campaign]:
    found = select(Campaign).where(_uses(segment)).order_by(Campaign.id)
    return list(
        session.scalars(
            found.with_for_update(of=Campaign).execution_options(populate_existing=True)
        )
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
