"""Which page takes which permission: one table; a route without a row answers nobody."""

from collections.abc import Mapping
from enum import Enum

from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb, may, require
from campaigns.errors import NotAllowed


class Access(Enum):
    """Who may come in without a verb of the roles' table."""

    ANYONE = "anyone, signed in or not"
    SIGNED_IN = "everyone who works here"


ANYONE, SIGNED_IN = Access.ANYONE, Access.SIGNED_IN

ROUTES: Mapping[str, Verb | Access] = {
    # Signing in
    "GET /desk/login": ANYONE,
    "POST /desk/login": ANYONE,
    "POST /desk/logout": SIGNED_IN,
    # Today
    # Campaigns
    # Content
    # Who, offer, when
    # Check, review, live
    # Reports
    # Contacts and segments
    # Packages and promotions
    # Bookings
    # Sending (the operator)
    # First run
    # Settings: clinic, brand, senders
    # Settings: people, keys, audit
    # The API
}


def of(method: str, path: str) -> Verb | Access | None:
    """What this route takes; None where the table does not know it."""
    return ROUTES.get(f"{method} {path}")


def check(user: User, method: str, path: str) -> None:
    """Raise NotAllowed unless this person may use this route."""
    rule = of(method, path)
    if rule is None:
        raise NotAllowed("Nobody may use this page: it has no row in the table of permissions.")
    if isinstance(rule, Verb):
        require(user, rule)


def may_use(user: User, method: str, path: str) -> bool:
    """Whether this person may use this route, given by its pattern; for hiding what leads there."""
    rule = of(method, path)
    return may(user, rule) if isinstance(rule, Verb) else rule is not None
