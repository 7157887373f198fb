"""Who may see the figures of the machine: this machine itself, or a key for monitoring."""

import ipaddress

from fastapi import Request

from campaigns import database
from campaigns.accounts.models import KeyScope
from campaigns.errors import BedsideError, NotAllowed
from campaigns.web import staff
from campaigns.web.api import access
from campaigns.web.dependencies import factory

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def is_from_here(request: Request) -> bool:
    """Whether this machine asks, and not somebody through a proxy on it."""
    if any(each in request.headers for each in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(staff.client(request)).is_loopback
    except ValueError:
        return False


def require(request: Request) -> None:
    """Let this machine in, and keys for monitoring; raises NoKey or NotAllowed for others."""
    if is_from_here(request):
        return
    with database.transaction(factory(request)) as session:
        key, _ = access.read_key(request, session)
        if KeyScope.METRICS.value not in key.scopes:
            raise NotAllowed(f"The key “{key.name}” is not for monitoring. Make one that is.")


def is_one(request: Request) -> bool:
    """Whether this request may see details, asked without refusing it."""
    if is_from_here(request):
        return True
    if "authorization" not in request.headers:
        return False
    try:
        require(request)
    except BedsideError:
        return False
    return True
