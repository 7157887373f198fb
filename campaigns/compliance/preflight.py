"""The run of all checks on one message, against the facts of one moment."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete

from campaigns import clock
from campaigns.compliance import (
    block_checks,
    crisis,
    deliverability,
    fields,
    health_claims,
    identity,
    lawful_basis,
    offer_terms,
    price_claims,
    readiness,
)
from campaigns.compliance.checked import Checked, checked, facts_of
from campaigns.compliance.findings import Finding
from campaigns.compliance.finished import checks as finished
from campaigns.compliance.models import Severity, StoredFinding
from campaigns.contacts.facts import Fact, Rule
from campaigns.database import Session
from campaigns.planning import audience, catalogue, content
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign, CampaignVersion
from campaigns.promotions import claims
from campaigns.rendering.message import Rendered

AS_OF_NOW = (
    "The text asks the promotion already, and was filled when it was handed in: take the prices "
    "and terms of now, which makes it a draft, and hand it in again."
)

Check = Callable[[Checked], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    *identity.CHECKS,
    *crisis.CHECKS,
    *health_claims.CHECKS,
    *lawful_basis.CHECKS,
    *price_claims.CHECKS,
    *offer_terms.CHECKS,
    *deliverability.CHECKS,
    *block_checks.CHECKS,
    *finished.CHECKS,
    *readiness.CHECKS,
)


def run(
    session: Session,
    campaign: Campaign,
    version: CampaignVersion,
    rendered: Rendered,
    *,
    rules: Sequence[Rule],
    facts: Sequence[Fact],
    at: datetime | None = None,
) -> list[Finding]:
    """Everything found in a rendered version, worst first.

    `at` is the moment it would be sent; without one, the first at which its promotions are open.
    """
    moment = at or claims.first_moment(session, planning.promotion_ids(session, campaign))
    held_against = facts_of(
        session,
        campaign,
        at=moment,
        language=version.language,
        waterfall=audience.waterfall(session, campaign, rules=rules, facts=facts),
    )
    asking = _asking(version)
    return [
        replace(each, mend=AS_OF_NOW) if each.rule == "PC-01" and each.place in asking else each
        for each in inspect(checked(session, campaign, rendered, held_against))
    ]


def _asking(version: CampaignVersion) -> set[str]:
    """The places that ask the promotion for the saving: by {saving}, or as a block about offers."""
    places = {"subject": version.subject, "preheader": version.preheader}
    asking = {place for place, words in places.items() if "{saving}" in words}
    blocks = content.raw(content.parse(version.blocks))
    return asking | {
        f"block {each['id']}"
        for each in blocks
        if "{saving}" in str(each) or each["type"] in catalogue.of_offers()
    }


def inspect(message: Checked) -> list[Finding]:
    """Everything found in a message, each thing once, worst first."""
    raw = dict.fromkeys(each for check in CHECKS for each in check(message))
    found = [fields.named(message, each) for each in raw]
    order = list(Severity)
    return sorted(found, key=lambda each: order.index(each.severity))


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Those that stop it."""
    return [each for each in findings if each.severity is Severity.BLOCK]


def store(session: Session, version: CampaignVersion, findings: Iterable[Finding]) -> None:
    """Keep the findings with the version, in place of those of an earlier run."""
    session.execute(delete(StoredFinding).where(StoredFinding.version_id == version.id))
    now = clock.now(session)
    for each in findings:
        session.add(
            StoredFinding(
                version_id=version.id,
                rule=each.rule,
                severity=each.severity,
                role=each.role,
                place=each.place,
                field=each.field,
                sentence=each.sentence,
                message=each.message,
                mend=each.mend,
                source=each.source,
                found_at=now,
            )
        )
    session.flush()
