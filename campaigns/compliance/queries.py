"""What pages and commands ask about findings."""

from collections.abc import Collection

from sqlalchemy import and_, or_, select

from campaigns.accounts.models import AuditEntry
from campaigns.compliance.models import Severity, StoredFinding
from campaigns.database import Session
from campaigns.planning.models import Campaign, CampaignVersion

_CHOOSING = ("choose segment", "choose offer")


def of_version(session: Session, version: CampaignVersion) -> list[StoredFinding]:
    """What was found in a version when it was submitted (ix_finding_version_id), worst first."""
    query = select(StoredFinding).where(StoredFinding.version_id == version.id)
    order = list(Severity)
    found = session.scalars(query.order_by(StoredFinding.id))
    return sorted(found, key=lambda each: order.index(each.severity))


def authors(session: Session, campaigns: Collection[Campaign]) -> dict[int, set[int]]:
    """Everyone who began each of these, wrote any version, or chose its audience or offer.

    (Unique index on campaign and revision; index on the audit's subject.)
    """
    found = {each.id: {each.author_id} for each in campaigns}
    by_subject = {f"campaign {each.name}": each.id for each in campaigns}
    written = select(CampaignVersion.campaign_id, CampaignVersion.created_by).where(
        CampaignVersion.campaign_id.in_(found)
    )
    for campaign_id, user_id in session.execute(written.distinct()):
        found[campaign_id].add(user_id)
    chosen = select(AuditEntry.subject, AuditEntry.user_id).where(
        AuditEntry.subject.in_(by_subject),
        or_(
            AuditEntry.verb.in_(_CHOOSING),
            and_(
                AuditEntry.verb == "take campaign back",
                AuditEntry.reason == "audience changed",
            ),
        ),
    )
    for subject, chooser in session.execute(chosen.distinct()):
        if chooser is not None:
            found[by_subject[subject]].add(chooser)
    return found
