"""Which roles have to sign a version, who of them has, and who may."""

from campaigns.accounts import permissions, roles
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Role, User
from campaigns.accounts.permissions import Verb
from campaigns.compliance import queries
from campaigns.compliance.models import Severity
from campaigns.database import Session
from campaigns.errors import NotAllowed
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign, CampaignVersion

ANY_APPROVER = "approver"
"""Asked for where no finding asks for a role: any person who may approve."""

_VERBS = {
    ANY_APPROVER: Verb.APPROVE,
    Role.CLINICAL.value: Verb.APPROVE_CLINICAL,
    Role.LEGAL.value: Verb.APPROVE_LEGAL,
}


def asked(session: Session, version: CampaignVersion) -> tuple[str, ...]:
    """The roles that the findings of a version ask for; any approver where they ask for none."""
    found = queries.of_version(session, version)
    roles = {each.role for each in found if each.severity is Severity.REVIEW}
    return tuple(sorted(roles)) or (ANY_APPROVER,)


def missing(session: Session, campaign: Campaign, version: CampaignVersion) -> tuple[str, ...]:
    """The roles that have not signed this content yet."""
    signed = {each.role for each in planning.approvals(session, campaign, version.content_hash)}
    return tuple(each for each in asked(session, version) if each not in signed)


def require_may_sign(
    session: Session, campaign: Campaign, version: CampaignVersion, actor: User
) -> tuple[str, ...]:
    """The missing roles that this person may sign for; raises NotAllowed saying why none."""
    permissions.require(actor, Verb.APPROVE)
    if is_own(session, campaign, actor) and accounts.organisation(session).four_eyes:
        raise NotAllowed(
            f"{actor.name} wrote or planned “{campaign.title}”: someone else has to approve it. "
            "A clinic of one person can switch four-eyes approval off."
        )
    wanted = missing(session, campaign, version)
    mine = tuple(each for each in wanted if may_sign_as(actor, each))
    if not mine:
        raise NotAllowed(
            f"“{campaign.title}” waits for {' and '.join(map(_signer, wanted))} to sign. "
            f"{actor.name} has none of these roles, or has signed already."
        )
    return mine


def _signer(role: str) -> str:
    return "any approver" if role == ANY_APPROVER else f"the {roles.titles([role]).lower()}"


def may_sign_as(user: User, role: str) -> bool:
    """Whether this person may sign for this role."""
    return permissions.may(user, _VERBS[role])


def is_own(session: Session, campaign: Campaign, actor: User) -> bool:
    """Whether this person began the campaign, wrote any of it, or chose its audience or offer."""
    return actor.id in queries.authors(session, [campaign])[campaign.id]
