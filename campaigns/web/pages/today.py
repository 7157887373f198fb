"""Today: what needs this person, what goes out now and this month, how the last campaigns did."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from campaigns import clock, settings
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb, may
from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.registry import FACTS, RULES
from campaigns.reporting import month, today
from campaigns.reporting.definitions import DEFINITIONS
from campaigns.reporting.month import Month
from campaigns.web import desk
from campaigns.web.dependencies import InTransaction
from campaigns.web.pages.campaigns import campaign_words
from campaigns.web.pages.setup import first_steps
from campaigns.web.pages.setup.first_steps import Step
from campaigns.web.staff import SignedIn

router = APIRouter(prefix="/desk")

_BOOKINGS_SHOWN = 5


@router.get("")
def show(
    request: Request,
    session: InTransaction,
    user: SignedIn,
    sheet_of: Annotated[str, Query(alias="month")] = "",
) -> Response:
    """The desk in the morning; `?month=2026-12` shows another month's calendar."""
    zone = accounts.organisation(session).zone
    sheet, not_shown = _sheet(session, text=sheet_of, zone=zone)
    needs = today.needs(session, user)
    return desk.page(
        request,
        session,
        user,
        "desk/today/show.html",
        hello=_hello(clock.now(session).astimezone(clock.zone(zone)).hour, user.name),
        needs=needs,
        setup=_setup(session, user),
        blocked=today.will_not_start(session, user, rules=RULES, facts=FACTS),
        bookings=needs.bookings[:_BOOKINGS_SHOWN],
        more_bookings=max(0, len(needs.bookings) - _BOOKINGS_SHOWN),
        going=today.going(session),
        sheet=sheet,
        not_shown=not_shown,
        last=today.last(session) if may(user, Verb.SEE_REPORTS) else [],
        beginning=today.beginning(session) if may(user, Verb.EDIT_CAMPAIGNS) else None,
        tz=clock.zone(zone),
        state=campaign_words.of,
        why=campaign_words.reason,
        means=DEFINITIONS,
    )


def _sheet(session: Session, *, text: str, zone: str) -> tuple[Month, str]:
    """The month that was asked for; else this one, and why."""
    try:
        return month.of(session, text=text, zone=zone, facts=FACTS), ""
    except Invalid as error:
        return month.of(session, text="", zone=zone, facts=FACTS), str(error)


def _setup(session: Session, user: User) -> list[Step]:
    """The steps of the setup that an owner has before them; none where all mail is a demo's."""
    if settings.current().mode == "demo" or not may(user, Verb.MANAGE_PEOPLE):
        return []
    return first_steps.needed(session)


def _hello(hour: int, name: str) -> str:
    first = name.removeprefix("Dr. ").split(" ", maxsplit=1)[0]
    part = "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    return f"Good {part}, {first}"
