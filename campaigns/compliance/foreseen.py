"""What the gate will say of a campaign at a moment to come: its start, or when it goes on."""

from collections.abc import Sequence

from campaigns import clock
from campaigns.compliance import approval
from campaigns.compliance.findings import Finding
from campaigns.contacts.facts import Fact, Rule
from campaigns.database import Session, remembered
from campaigns.planning import queries as planning
from campaigns.planning import timing
from campaigns.planning.models import Campaign
from campaigns.promotions import queries as catalogue


def check_resume(
    session: Session, campaign: Campaign, *, rules: Sequence[Rule], facts: Sequence[Fact]
) -> list[Finding]:
    """What stands against a paused campaign when it goes on; before its start, that is its start.

    Keeps its promotions still, as `approval.check_start` does.
    """
    catalogue.stand_still(session, planning.promotion_ids(session, campaign))
    at = timing.goes_on_at(session, campaign)
    return approval.against(session, campaign, rules=rules, facts=facts, at=at)


def at_its_start(
    session: Session, campaign: Campaign, *, rules: Sequence[Rule], facts: Sequence[Fact]
) -> list[Finding]:
    """What will keep a scheduled campaign from starting, by what is known now."""
    at = max(campaign.scheduled_at or clock.now(session), clock.now(session))

    def look() -> list[Finding]:
        return approval.against(session, campaign, rules=rules, facts=facts, at=at)

    return remembered(session, ("at its start", campaign.id, campaign.revision, at), look)
