"""Who asks by the API: the key behind the request, let through by the table of permissions."""

from typing import Annotated

from fastapi import Depends, Request

from campaigns.accounts import keys
from campaigns.accounts.models import ApiKey, User
from campaigns.accounts.permissions import Verb
from campaigns.errors import NoKey
from campaigns.web import permissions, staff, throttle
from campaigns.web.dependencies import InTransaction

_SCHEME = "bearer"
_MISSING = "Send a key with the request: Authorization: Bearer and the key. An owner makes one."
_WRONG = "This key does not hold: it is wrong, was revoked, or ended with the person who made it."


def read_key(request: Request, session: InTransaction) -> tuple[ApiKey, User]:
    """The living key of a request and its maker; raises NoKey, or TooMany for guesses."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != _SCHEME or not secret.strip():
        raise NoKey(_MISSING)
    found = keys.current(session, secret.strip())
    if found is None:
        throttle.check("api unknown", staff.client(request))
        raise NoKey(_WRONG)
    throttle.check("api", str(found[0].id))
    return found


def guard(request: Request, session: InTransaction) -> User:
    """Who acts by this request's key, with no more rights than the route takes."""
    key, maker = read_key(request, session)
    rule = permissions.of(request.method, str(request.scope["route"].path))
    assert isinstance(rule, Verb), "a route of the API takes a verb of the table of permissions"
    return keys.acting(key, maker, rule)


ByKey = Annotated[User, Depends(guard)]
"""The person in whose name a program asks."""
