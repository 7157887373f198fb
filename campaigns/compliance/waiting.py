"""Which campaigns wait for a signature, and for whose."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import and_, select

from campaigns.accounts import permissions
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.compliance import queries, signing
from campaigns.compliance.models import Severity, StoredFinding
from campaigns.database import Session, remembered
from campaigns.planning.models import (
    Campaign,
    CampaignApproval,
    CampaignStatus,
    CampaignVersion,
)


@dataclass(frozen=True, slots=True)
class ToSign:
    """A campaign in review, and the roles for which this person may sign it."""

    campaign: Campaign
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InReview:
    """A campaign in review, the roles that have not signed it, and who wrote or planned it."""

    campaign: Campaign
    missing: tuple[str, ...]
    authors: frozenset[int]


def for_signature(session: Session, user: User) -> list[ToSign]:
    """What waits for this person, oldest first."""
    if not permissions.may(user, Verb.APPROVE):
        return []
    alone = not accounts.organisation(session).four_eyes
    found = []
    for each in in_review(session):
        mine = tuple(role for role in each.missing if signing.may_sign_as(user, role))
        if mine and (alone or user.id not in each.authors):
            found.append(ToSign(each.campaign, mine))
    return found


def in_review(session: Session) -> list[InReview]:
    """What waits for anybody, oldest first; in a handful of queries (index on status)."""
    return remembered(session, "waits for signatures", lambda: _in_review(session))


def _in_review(session: Session) -> list[InReview]:
    newest = and_(
        CampaignVersion.campaign_id == Campaign.id,
        CampaignVersion.revision == Campaign.revision,
    )
    rows = session.execute(
        select(Campaign, CampaignVersion)
        .join(CampaignVersion, newest)
        .where(Campaign.status == CampaignStatus.IN_REVIEW)
        .order_by(Campaign.id)
    ).all()
    if not rows:
        return []
    asked = _asked(session, [version.id for _, version in rows])
    signed = _signed(session, [campaign.id for campaign, _ in rows])
    authors = queries.authors(session, [campaign for campaign, _ in rows])
    found = []
    for campaign, version in rows:
        wanted = asked.get(version.id, {signing.ANY_APPROVER})
        lacking = wanted - signed[campaign.id, version.content_hash]
        by = frozenset(authors[campaign.id])
        found.append(InReview(campaign, tuple(sorted(lacking)), by))
    return found


def _asked(session: Session, version_ids: list[int]) -> dict[int, set[str]]:
    """The roles that findings ask for, by version (ix_finding_version_id)."""
    rows = session.execute(
        select(StoredFinding.version_id, StoredFinding.role)
        .where(StoredFinding.version_id.in_(version_ids), StoredFinding.severity == Severity.REVIEW)
        .distinct()
    )
    roles: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        roles[row.version_id].add(row.role)
    return dict(roles)


def _signed(session: Session, ids: list[int]) -> dict[tuple[int, str], set[str]]:
    """Who signed which content, by campaign (unique index on campaign, hash and role)."""
    found = session.execute(
        select(
            CampaignApproval.campaign_id, CampaignApproval.content_hash, CampaignApproval.role
        ).where(CampaignApproval.campaign_id.in_(ids))
    )
    signed: dict[tuple[int, str], set[str]] = defaultdict(set)
    for row in found:
        signed[row.campaign_id, row.content_hash].add(row.role)
    return signed
