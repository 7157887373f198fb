"""The times at which visits can begin: open them, see what is free by day, close one."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field, field_validator

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Location
from campaigns.database import Session
from campaigns.errors import BadFile, Conflict, Invalid
from campaigns.promotions import diary, files
from campaigns.promotions.files import SlotsEntry
from campaigns.web import desk, forms
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Form, Posted
from campaigns.web.staff import SignedIn
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk")

HOME = "/desk/slots"
SHOWN_DAYS = 14
_FURTHEST = timedelta(days=3 * 366)
DAYS = (
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
)
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class View(BaseModel):
    """Which part of the diary is looked at."""

    category: str = ""
    location: str = ""
    day: str = Field("", alias="from")


class Opening(BaseModel):
    """Times to open on the coming days."""

    category: str = Field(max_length=120)
    location: str = Field("", max_length=200)
    days: int = Field(ge=1, le=366)
    weekdays: list[Weekday] = Field(default_factory=list, min_length=1, validate_default=True)
    times: str = Field(max_length=200)
    capacity: int = Field(ge=1, le=500)

    @field_validator("times")
    @classmethod
    def _are_times(cls, text: str) -> str:
        found = [_time(each) for each in text.replace(";", ",").split(",") if each.strip()]
        if not found or None in found:
            raise ValueError("Enter times of day such as 09:00, 13:30.")
        return ",".join(sorted({f"{each:%H:%M}" for each in found if each}))

    def entry(self) -> SlotsEntry:
        """The same as a file would say it."""
        return SlotsEntry(
            category=self.category,
            location=self.location,
            days=self.days,
            weekdays=tuple(self.weekdays),
            times=tuple(time.fromisoformat(each) for each in self.times.split(",")),
            capacity=self.capacity,
        )


@router.get("/slots")
def show(visit: Visit, view: Annotated[View, Query()]) -> Response:
    """Two weeks of one place's diary, and the form that opens times."""
    blank = forms.blank(
        category=view.category,
        location=view.location,
        days=30,
        weekdays=list(files.WEEKDAYS[:5]),
        times="",
        capacity=2,
    )
    return _page(visit, blank, view)


@router.post("/slots")
def open_times(visit: Visit, posted: Posted) -> Response:
    """Open these times; those that exist stay as they are."""
    form = forms.read(Opening, posted)
    if form.model is not None and form.model.category not in diary.categories(visit.session):
        form.refuse("category", "Choose one of the list.")
    given = form.model
    if given is None:
        return _page(visit, form, status=422)
    try:
        made = diary.open_times(visit.session, given.entry(), actor=visit.user)
    except BadFile as error:
        form.refuse(error.field or "form", str(error))
        return _page(visit, form, status=422)
    told = f"{made} new times are open." if made != 1 else "1 new time is open."
    if not made:
        told = "These times are open already: nothing changed."
    back = f"{HOME}?{urlencode({'category': given.category, 'location': given.location})}"
    return desk.moved(back, say=told, tone="good" if made else "info")


@router.post("/slots/{slot_id}/close")
def close(session: InTransaction, user: SignedIn, posted: Posted, slot_id: int) -> Response:
    """Close what is free of a time; who has booked it keeps it."""
    back = _back(posted)
    places = diary.taken(session, slot_id)
    before = diary.set_places(session, slot_id, places=places, actor=user)
    if before == places:
        return desk.moved(back, say="Nothing was free at this time any more.", tone="info")
    return desk.moved(
        back,
        say="This time is closed: nobody new can book it.",
        undo=("Undo", f"{HOME}/{slot_id}/places/{before}"),
    )


@router.post("/slots/{slot_id}/places/{places}")
def set_places(
    session: InTransaction, user: SignedIn, posted: Posted, slot_id: int, places: int
) -> Response:
    """Let so many begin at this time."""
    try:
        before = diary.set_places(session, slot_id, places=places, actor=user)
    except (Conflict, Invalid) as error:
        return desk.moved(_back(posted), say=str(error), tone="bad")
    if before == places:
        return desk.moved(_back(posted), say="Nothing changed.", tone="info")
    return desk.moved(_back(posted), say="This time is open again.")


def _page(
    visit: Visit,
    form: Form[Opening],
    view: View | None = None,
    *,
    status: int = 200,
) -> Response:
    asked_for = view or View(category=form.value("category"), location=form.value("location"))
    accounts.organisation(visit.session)
    known, places = diary.categories(visit.session), accounts.locations(visit.session)
    if not places:
        raise Conflict(
            "There is no place yet at which visits begin. An owner adds one in Settings."
        )
    chosen = asked_for.category if asked_for.category in known else next(iter(known), "")
    named = [each for each in places if each.name == asked_for.location]
    place = (named or places)[0]
    first = _first(visit.session, place, asked_for.day)
    shown = diary.look(
        visit.session, category=chosen, location=place, first=first, number=SHOWN_DAYS
    )
    asked = {"category": chosen, "location": place.name}
    step = timedelta(days=SHOWN_DAYS)
    return visit.page(
        "desk/bookings/slots.html",
        status=status,
        form=form,
        shown=shown,
        category=chosen,
        place=place,
        categories=[(each, each.capitalize()) for each in known],
        places=[(each.name, each.name) for each in places],
        weekdays=[(value, words, "") for value, words in DAYS],
        before=_at(asked, max(first - step, _today(visit.session, place)), first),
        after=_at(asked, first + step, first),
        back=_at(asked, first, None),
    )


def _at(asked: dict[str, str], day: date, first: date | None) -> str:
    """The diary from this day on; empty where that is what is shown."""
    return "" if day == first else f"{HOME}?{urlencode(asked | {'from': day.isoformat()})}"


def _first(session: Session, place: Location, text: str) -> date:
    today = _today(session, place)
    try:
        found = date.fromisoformat(text) if text else today
    except ValueError:
        return today
    return min(max(found, today), today + _FURTHEST)


def _today(session: Session, place: Location) -> date:
    return clock.now(session).astimezone(clock.zone(place.zone)).date()


def _time(text: str) -> time | None:
    for shape in ("%H:%M", "%H.%M", "%I:%M %p", "%I %p"):
        try:
            return datetime.strptime(text.strip().upper(), shape).time()  # noqa: DTZ007 - a time of day
        except ValueError:
            continue
    return None


def _back(posted: Posted) -> str:
    wished = str(posted.get("back", ""))
    return wished if wished.startswith(f"{HOME}?") else HOME
