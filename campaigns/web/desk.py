"""The desk's pages: one frame, what each person may see of it, and what was just done."""

import base64
import json
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any, Literal, NamedTuple

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment

from campaigns import clock, settings
from campaigns.accounts import queries
from campaigns.accounts.models import Organisation, User
from campaigns.accounts.permissions import Verb, may
from campaigns.database import Session
from campaigns.errors import NotFound
from campaigns.web import permissions, templating, wording
from campaigns.web.dependencies import refuse
from campaigns.web.staff import HOME, is_own_page

_SAID = "bedside_said"
_SECONDS_KEPT = 60

Tone = Literal["good", "bad", "info"]


class Area(NamedTuple):
    """One entry of the menu."""

    key: str
    label: str
    path: str


AREAS = (
    Area("today", "Today", "/desk"),
    Area("campaigns", "Campaigns", "/desk/campaigns"),
    Area("contacts", "Contacts", "/desk/contacts"),
    Area("offers", "Offers", "/desk/promotions"),
    Area("bookings", "Bookings", "/desk/bookings"),
    Area("sending", "Sending", "/desk/sending"),
    Area("settings", "Settings", "/desk/settings/me"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What the last press did, told on the next page; `undo` is a button's label and address."""

    sentence: str
    tone: Tone = "good"
    undo: tuple[str, str] | None = None


def page(
    request: Request,
    session: Session,
    user: User | None,
    template: str,
    *,
    status: int = 200,
    **values: Any,
) -> HTMLResponse:
    """A whole page of the desk; what was said by `moved` is told once.

    A page that refuses (status 400 and more) undoes what its request has written.
    """
    if status >= HTTPStatus.BAD_REQUEST:
        refuse(session)
    said = _said(request)
    names = _names(request, session, user) | {"said": said} | values
    answer = HTMLResponse(_environment().get_template(template).render(**names), status)
    if said is not None:
        answer.delete_cookie(_SAID, path=HOME)
    return answer


def part(
    request: Request, session: Session, user: User | None, template: str, **values: Any
) -> HTMLResponse:
    """A piece of a page, for a browser that has the rest of it."""
    names = _names(request, session, user) | values
    return HTMLResponse(_environment().get_template(template).render(**names))


def is_partial(request: Request) -> bool:
    """Whether the page in the browser asks for a piece of itself."""
    return request.headers.get("hx-request-type") == "partial"


def moved(
    to: str, *, say: str = "", tone: Tone = "good", undo: tuple[str, str] | None = None
) -> RedirectResponse:
    """After something was done: show that page, and say there what was done."""
    answer = RedirectResponse(to, status_code=303)
    if say:
        kept = json.dumps([say, tone, undo]).encode()
        answer.set_cookie(
            _SAID,
            base64.urlsafe_b64encode(kept).decode(),
            max_age=_SECONDS_KEPT,
            path=HOME,
            secure=settings.current().public_url.startswith("https://"),
            httponly=True,
            samesite="lax",
        )
    return answer


def bare(template: str, *, organisation: Organisation | None, **values: Any) -> str:
    """A page without a look at the database or at who asks: for when something went wrong."""
    names = {"user": None, "organisation": organisation, "zone": "UTC", "said": None}
    return (
        _environment()
        .get_template(template)
        .render(mode=settings.current().mode, **names, **values)
    )


def _said(request: Request) -> Said | None:
    kept = request.cookies.get(_SAID)
    if not kept:
        return None
    try:
        sentence, tone, undo = json.loads(base64.urlsafe_b64decode(kept))
        label, path = map(str, undo or ("", HOME))
    except (ValueError, TypeError, RecursionError):
        return None
    return Said(str(sentence), tone, (label, path) if undo and is_own_page(path) else None)


@cache
def _environment() -> Environment:
    made = templating.environment().overlay()
    made.filters |= wording.FILTERS
    made.globals = dict(made.globals) | {"Verb": Verb}
    made.globals["ui"] = made.get_template("desk/ui.html").module
    return made


def _names(request: Request, session: Session, user: User | None) -> dict[str, Any]:
    try:
        organisation = queries.organisation(session)
    except NotFound:
        organisation = None
    return {
        "request": request,
        "user": user,
        "organisation": organisation,
        "zone": organisation.zone if organisation else "UTC",
        "now": clock.now(session),
        "areas": _areas(user),
        "may": lambda verb: user is not None and may(user, verb),
        "mode": settings.current().mode,
        "path": request.url.path,
    }


def _areas(user: User | None) -> list[Area]:
    if user is None:
        return []
    return [each for each in AREAS if permissions.may_use(user, "GET", each.path)]
