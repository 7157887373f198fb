"""Who may do what: one table."""

from collections.abc import Mapping
from enum import StrEnum

from campaigns.accounts.models import Role, User
from campaigns.errors import NotAllowed


class Verb(StrEnum):
    """Everything that a person decides."""

    MANAGE_PEOPLE = "manage people and settings"
    IMPORT_CONTACTS = "import contacts"
    SEE_CONTACTS = "see contacts"
    EDIT_CONTACTS = "change a contact"
    LIFT_COMPLAINTS = "write again to someone who complained"
    SEE_OFFERS = "see packages and promotions"
    EDIT_OFFERS = "edit packages and promotions"
    EDIT_SEGMENTS = "edit segments"
    EDIT_CAMPAIGNS = "write campaigns"
    SUBMIT = "submit a campaign"
    SEND_TEST = "send a test message"
    APPROVE_CLINICAL = "sign for clinical content"
    APPROVE_LEGAL = "sign for legal questions"
    APPROVE = "approve a campaign"
    SCHEDULE = "schedule a campaign"
    STOP = "pause, resume or cancel a campaign"
    BOOKINGS = "confirm or decline bookings"
    SEE_REPORTS = "see reports"
    PAUSE_ALL = "pause all sending"
    MEND_SENDING = "watch and mend sending"


_O, _C, _K, _L, _D, _V = (
    Role.OWNER,
    Role.COORDINATOR,
    Role.CLINICAL,
    Role.LEGAL,
    Role.DESK,
    Role.VIEWER,
)

ALLOWED: Mapping[Verb, frozenset[Role]] = {
    Verb.MANAGE_PEOPLE: frozenset({_O}),
    Verb.IMPORT_CONTACTS: frozenset({_O, _C}),
    Verb.SEE_CONTACTS: frozenset({_O, _C, _D}),
    Verb.EDIT_CONTACTS: frozenset({_O, _C, _D}),
    Verb.LIFT_COMPLAINTS: frozenset({_O, _C}),
    Verb.SEE_OFFERS: frozenset({_O, _C, _K, _L}),
    Verb.EDIT_OFFERS: frozenset({_O, _C}),
    Verb.EDIT_SEGMENTS: frozenset({_O, _C}),
    Verb.EDIT_CAMPAIGNS: frozenset({_O, _C}),
    Verb.SUBMIT: frozenset({_O, _C}),
    Verb.SEND_TEST: frozenset({_O, _C, _K, _L}),
    Verb.APPROVE_CLINICAL: frozenset({_K}),
    Verb.APPROVE_LEGAL: frozenset({_L}),
    Verb.APPROVE: frozenset({_O, _K, _L}),
    Verb.SCHEDULE: frozenset({_O, _C}),
    Verb.STOP: frozenset({_O, _C}),
    Verb.BOOKINGS: frozenset({_O, _C, _D}),
    Verb.SEE_REPORTS: frozenset({_O, _C, _K, _L, _D, _V}),
    Verb.PAUSE_ALL: frozenset({_O, _C}),
    Verb.MEND_SENDING: frozenset({_O, _C}),
}


def may(user: User, verb: Verb) -> bool:
    """Whether this person may do this."""
    return user.disabled_at is None and not ALLOWED[verb].isdisjoint(user.roles)


def require(user: User, verb: Verb) -> None:
    """Raise NotAllowed, naming who may, unless this person may do this."""
    if not may(user, verb):
        who = ", ".join(sorted(ALLOWED[verb]))
        raise NotAllowed(f"{user.address} may not {verb}. It takes one of these roles: {who}.")
