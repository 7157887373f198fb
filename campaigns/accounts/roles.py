"""Roles in plain words; what each may do is read from the table of permissions."""

from collections.abc import Mapping, Sequence

from campaigns.accounts.models import Role
from campaigns.accounts.permissions import ALLOWED, Verb
from campaigns.errors import Invalid

TITLES: Mapping[Role, str] = {
    Role.OWNER: "Owner",
    Role.COORDINATOR: "Coordinator",
    Role.CLINICAL: "Clinical approver",
    Role.LEGAL: "Legal approver",
    Role.DESK: "Front desk",
    Role.VIEWER: "Viewer",
}

SUMMARIES: Mapping[Role, str] = {
    Role.OWNER: "Everything but signing clinical content and legal questions; "
    "alone manages people and settings.",
    Role.COORDINATOR: "Looks after contacts, offers and bookings; writes campaigns, hands them in, "
    "and schedules what others approved.",
    Role.CLINICAL: "Reads campaigns and signs for clinical content.",
    Role.LEGAL: "Reads campaigns and signs for legal questions.",
    Role.DESK: "Looks after contacts and bookings, and sees reports.",
    Role.VIEWER: "Sees reports, and never a name or an address.",
}
"""Each role in a sentence; the table of permissions says it whole."""


def titles(roles: Sequence[str]) -> str:
    """Several roles as one line: `Coordinator, Front desk`."""
    return ", ".join(TITLES[each] for each in Role if each.value in roles)


def abilities(role: Role) -> list[str]:
    """What this role may do, in the words of the table."""
    return [verb.value for verb in Verb if role in ALLOWED[verb]]


def read(roles: Sequence[str]) -> list[Role]:
    """These words as roles, each once; raises Invalid naming the roles there are."""
    if not roles:
        raise Invalid(f"A user needs a role: {', '.join(Role)}.")
    try:
        return sorted({Role(each) for each in roles})
    except ValueError as error:
        raise Invalid(f"{error}. The roles are: {', '.join(Role)}.") from error
