"""The desk's inbox: what waits for an answer first; and one booking with its history."""

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response

from campaigns import clock
from campaigns.bookings import inbox, lifecycle, queries, steps
from campaigns.bookings.inbox import Tray
from campaigns.bookings.models import BookingStatus
from campaigns.web.pages.bookings import booking_words
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk")

HOME = "/desk/bookings"


@router.get("/bookings")
def show(
    visit: Visit,
    tray: Annotated[str, Query()] = "",
    day: Annotated[str, Query()] = "",
) -> Response:
    """One tray of the inbox, of one day or of all."""
    chosen = Tray(tray) if tray in set(Tray) else Tray.ANSWER
    only = _day(day)
    now = clock.now(visit.session)
    visits = inbox.shown(visit.session, chosen, day=only)
    return visit.page(
        "desk/bookings/inbox.html",
        tray=chosen,
        day=only.isoformat() if only else "",
        wrong_day=bool(day) and only is None,
        visits=[(each, booking_words.left(each.booking.hold_until, now)) for each in visits],
        counts=inbox.counts(visit.session),
        names=booking_words.TRAYS,
        state_of=booking_words.status,
        most=inbox.MOST,
        back=_address(chosen, only),
    )


@router.get("/bookings/{reference}")
def one(visit: Visit, reference: str) -> Response:
    """One booking with its history."""
    booking = queries.by_reference(visit.session, reference)
    now = clock.now(visit.session)
    return visit.page(
        "desk/bookings/booking.html",
        visit=queries.visit(visit.session, booking),
        booking=booking,
        state=booking_words.status(booking),
        left=booking_words.left(booking.hold_until, now),
        promotion=queries.promotion_of(visit.session, booking),
        message=queries.message_of(visit.session, booking),
        history=booking_words.history(visit.session, booking),
        undoable=steps.undoable(visit.session, booking),
        may_answer=booking.status is BookingStatus.HELD,
        may_move=lifecycle.may_change(visit.session, booking),
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is None or 2000 <= found.year < 2200 else None


def _address(tray: Tray, day: date | None) -> str:
    asked = {"tray": tray.value} | ({"day": day.isoformat()} if day else {})
    return f"{HOME}?{urlencode(asked)}"
