"""Change a package's price from a moment on, after seeing what that does to its promotions."""

from datetime import date, datetime, time

from fastapi import APIRouter, Response
from pydantic import BaseModel, model_validator

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.errors import Conflict, Invalid
from campaigns.promotions import bona_fide, pricing, queries, repricing
from campaigns.promotions.files import Cents
from campaigns.promotions.models import Package
from campaigns.web import desk, forms, wording
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Form, Posted
from campaigns.web.staff import SignedIn
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk")


class NewPrice(BaseModel):
    """A regular price and the wall-clock moment from which it holds; none is now."""

    price: Cents
    day: date | None = None
    at: time | None = None

    @model_validator(mode="after")
    def _has_a_day(self) -> "NewPrice":
        if self.at is not None and self.day is None:
            raise ValueError("Say on which day, or leave the time empty too.")
        return self

    def moment(self, zone: str) -> datetime | None:
        """From when it holds; None is now."""
        if self.day is None:
            return None
        return clock.moment(datetime.combine(self.day, self.at or time.min), zone).instant


@router.get("/packages/{code}/price")
def foresee(visit: Visit, code: str) -> Response:
    """Ask for the new price, and say what it would do before anything is changed."""
    package = queries.package(visit.session, code)
    if "price" not in visit.request.query_params:
        return _page(visit, package, forms.blank())
    form = forms.read(NewPrice, dict(visit.request.query_params))
    return _page(visit, package, form, status=422 if form.errors else 200)


@router.post("/packages/{code}/price")
def change(visit: Visit, posted: Posted, code: str) -> Response:
    """Change it."""
    package = queries.package(visit.session, code)
    form = forms.read(NewPrice, posted)
    if form.model is None:
        return _page(visit, package, form, status=422)
    zone = accounts.organisation(visit.session).zone
    at, cents = form.model.moment(zone), form.model.price
    try:
        repricing.change(visit.session, package, cents=cents, actor=visit.user, at=at)
    except (Invalid, Conflict) as error:
        form.refuse("day" if at else "price", str(error))
        return _page(visit, package, form, status=error.status)
    since = f"from {clock.local_text(at, zone)}" if at else "from now on"
    told = f"{package.name} costs {wording.money(cents)} {since}."
    return desk.moved(f"/desk/packages/{code}", say=told)


@router.post("/packages/{code}/price/withdraw")
def withdraw(session: InTransaction, user: SignedIn, code: str) -> Response:
    """Take a planned price back before it begins."""
    package = queries.package(session, code)
    try:
        repricing.withdraw(session, package, actor=user)
    except Conflict as error:
        return desk.moved(f"/desk/packages/{code}", say=str(error), tone="bad")
    return desk.moved(f"/desk/packages/{code}", say="The planned price is taken back.")


def _page(
    visit: Visit,
    package: Package,
    form: Form[NewPrice],
    *,
    status: int = 200,
) -> Response:
    if "form" in form.errors:
        form.errors["day"] = form.errors.pop("form")
    zone = accounts.organisation(visit.session).zone
    given = form.model
    at = given.moment(zone) if given else None
    effects = repricing.foresee(visit.session, package, cents=given.price, at=at) if given else []
    return visit.page(
        "desk/offers/price.html",
        status=status,
        package=package,
        form=form,
        given=given,
        at=at,
        regular=pricing.regular_cents(visit.session, package),
        planned=repricing.planned(visit.session, package),
        effects=[
            (each, [bona_fide.sentence(doubt, package) for doubt in each.doubts])
            for each in effects
        ],
        comparable_after=repricing.comparable_after(at or clock.now(visit.session)),
    )
