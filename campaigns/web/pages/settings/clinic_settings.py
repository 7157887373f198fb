"""Settings: who the clinic is, where visits take place, where it may write, who must approve."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Response

from campaigns.accounts import clinic, queries
from campaigns.accounts.clinic import Described, Place, Reach
from campaigns.accounts.models import Location, User
from campaigns.database import Session
from campaigns.errors import Conflict, NotFound
from campaigns.planning import queries as planning
from campaigns.planning import segment_use
from campaigns.web import desk, forms, staff
from campaigns.web.dependencies import InTransaction, Number
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.setup import first_steps
from campaigns.web.staff import SignedIn
from campaigns.web.visit import Visit

HERE = "/desk/settings"

router = APIRouter(prefix=HERE)

_NEAR = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Toronto",
    "Europe/London",
    "Europe/Berlin",
)


@router.get("")
def show(visit: Visit) -> Response:
    """Everything about the clinic on one page."""
    return page(visit)


@router.post("")
def describe(visit: Visit, posted: Posted) -> Response:
    """Save who the clinic is; the first run comes here too."""
    in_setup = posted.get("where") == "setup"
    form = forms.read(Described, posted)
    if form.model is None:
        return page(visit, described=form, in_setup=in_setup, status=422)
    clinic.describe(visit.session, form.model, actor=visit.user)
    to = first_steps.after("clinic") if in_setup else HERE
    return desk.moved(to, say="The clinic’s details are saved.")


@router.post("/regions")
def reach(visit: Visit, posted: Posted) -> Response:
    """Save where newsletters may go."""
    typed = str(posted.get("regions", ""))
    codes = [each.upper() for each in typed.replace(",", " ").split()]
    form: Form[Reach] = forms.read(Reach, {"regions": codes})
    if form.model is None:
        shown = forms.blank(regions=typed)
        shown.refuse("regions", "Write codes such as US, US-TX or CA-ON, with commas between.")
        return page(visit, reach=shown, status=422)
    clinic.write_to(visit.session, form.model, actor=visit.user)
    return desk.moved(HERE, say="Newsletters go to these regions only from now on.")


@router.post("/four-eyes")
def four_eyes(session: InTransaction, user: SignedIn, posted: Posted) -> Response:
    """Have a second person approve, or not."""
    is_on = posted.get("on") == "yes"
    clinic.ask_two(session, actor=user, four_eyes=is_on)
    said = (
        "From now on a second person must approve each campaign."
        if is_on
        else "One person may now approve alone. Every review says so."
    )
    return desk.moved(HERE, say=said, tone="good" if is_on else "info")


@router.get("/places/new")
def new_place(visit: Visit) -> Response:
    """The form for another place."""
    here = first_steps.organisation(visit.session)
    return _place_page(visit, forms.blank(zone=here.zone if here else _NEAR[1]))


@router.post("/places/new")
def add_place(visit: Visit, posted: Posted) -> Response:
    """Add a place."""
    return _save_place(visit, forms.read(Place, posted), None)


@router.get("/places/{location_id}")
def ask_place(visit: Visit, location_id: Number) -> Response:
    """The form of one place."""
    known = _place(visit.session, location_id)
    values = {name: getattr(known, name) for name in Place.model_fields}
    return _place_page(visit, forms.blank(**values), known=known)


@router.post("/places/{location_id}")
def change_place(visit: Visit, location_id: Number, posted: Posted) -> Response:
    """Change a place."""
    known = _place(visit.session, location_id)
    return _save_place(visit, forms.read(Place, posted), known)


def _place(session: Session, location_id: int) -> Location:
    places = queries.locations(session)
    found = next((each for each in places if each.id == location_id), None)
    if found is None:
        raise NotFound("There is no such place.")
    return found


def _save_place(visit: Visit, form: Form[Place], known: Location | None) -> Response:
    if form.model is not None:
        try:
            place = clinic.save_place(
                visit.session, form.model, actor=visit.user, location_id=known.id if known else None
            )
        except Conflict as error:
            form.refuse("name", str(error))
        else:
            return desk.moved(HERE, say=f"{place.name} is saved.")
    return _place_page(visit, form, known=known, status=422)


def _place_page(
    visit: Visit,
    form: Form[Any],
    *,
    known: Location | None = None,
    status: int = 200,
) -> Response:
    return visit.page(
        "desk/settings/place.html",
        status=status,
        form=form,
        known=known,
        zones=zones(),
    )


def page(
    visit: Visit,
    *,
    described: Form[Any] | None = None,
    reach: Form[Any] | None = None,
    in_setup: bool = False,
    status: int = 200,
) -> Response:
    """The settings of the clinic, or the step of the first run that asks for them."""
    here = first_steps.organisation(visit.session)
    return visit.page(
        "desk/setup/clinic.html" if in_setup else "desk/settings/clinic.html",
        status=status,
        form=described or _described(visit.session, visit.user),
        reach=reach or forms.blank(regions=", ".join(here.regions) if here else "US"),
        touched=planning.in_status(visit.session, *segment_use.SIGNED),
        places=queries.locations(visit.session),
        four_eyes=here.four_eyes if here else True,
        zones=zones(),
        steps=first_steps.steps(visit.session, current="clinic") if in_setup else [],
        skip=first_steps.after("clinic"),
        open_steps=first_steps.next_open(visit.session) != staff.HOME,
    )


def _described(session: Session, user: User) -> Form[Any]:
    here = first_steps.organisation(session)
    if here is None:
        return forms.blank(zone="America/Chicago", reply_address=user.address)
    return forms.blank(**{name: getattr(here, name) for name in Described.model_fields})


@cache
def zones() -> tuple[tuple[str, str], ...]:
    """Time zones to choose from, the likely ones first."""
    others = sorted(
        each
        for each in available_timezones()
        if each.partition("/")[0]
        in {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Pacific"}
        and each not in _NEAR
    )
    return tuple((each, each.replace("_", " ")) for each in (*_NEAR, *others))
