"""What pages and commands ask about findings."""

from sqlalchemy import select

from campaigns.compliance.models import Severity, StoredFinding
from campaigns.database import Session
from campaigns.planning.models import CampaignVersion


def of_version(session: Session, version: CampaignVersion) -> list[StoredFinding]:
    """What was found in a version when it was submitted (ix_finding_version_id), worst first."""
    query = select(StoredFinding).where(StoredFinding.version_id == version.id)
    order = list(Severity)
    found = session.scalars(query.order_by(StoredFinding.id))
    return sorted(found, key=lambda each: order.index(each.severity))
