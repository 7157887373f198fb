"""The catalogue: what is sold at which price, add, edit, retire."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import AfterValidator, BaseModel, Field

from campaigns import clock
from campaigns.errors import BadFile, Conflict
from campaigns.promotions import catalogue, diary, pricing, queries, repricing, shelf
from campaigns.promotions.files import Cents, PackageEntry
from campaigns.promotions.models import Package
from campaigns.web import desk, forms
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.offers import price_line
from campaigns.web.pages.offers.offer_words import checked_code, typed
from campaigns.web.staff import SignedIn
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk")

HOME = "/desk/packages"


class Sold(BaseModel):
    """What is sold under a code."""

    name: str = Field(max_length=120)
    category: str = Field(max_length=120)
    visits: int = Field(ge=1, le=365)
    minutes_per_visit: int = Field(ge=5, le=1440)
    validity_months: int | None = Field(None, ge=1, le=120)
    published: bool = False
    bookable: bool = False
    terms: str = Field("", max_length=4000)


class NewPackage(Sold):
    """A package that is not there yet."""

    code: Annotated[str, AfterValidator(checked_code)]
    price: Cents


class EditedPackage(Sold):
    """A package as someone saw it, with what they changed."""

    seen: int = 0


@router.get("/packages")
def show(visit: Visit) -> Response:
    """Everything that is sold, and what was."""
    return visit.page("desk/offers/packages.html", items=shelf.items(visit.session))


@router.get("/packages/new")
def new(visit: Visit) -> Response:
    """The form of a new package."""
    blank = forms.blank(published="yes", bookable="yes", visits=1, minutes_per_visit=60)
    return _form(visit, blank)


@router.post("/packages")
def add(visit: Visit, posted: Posted) -> Response:
    """Take a new package in."""
    form = forms.read(NewPackage, posted)
    if form.model is None:
        return _form(visit, form, status=422)
    given = form.model
    entry = PackageEntry(**given.model_dump() | {"price": typed(given.price)})
    try:
        made = catalogue.add(visit.session, entry, actor=visit.user)
    except BadFile as error:
        form.refuse(error.field or "form", str(error))
        return _form(visit, form, status=422)
    return desk.moved(f"{HOME}/{made.code}", say=f"{made.name} is in the catalogue.")


@router.get("/packages/{code}")
def one(visit: Visit, code: str) -> Response:
    """One package with its price history and its promotions."""
    package = queries.package(visit.session, code)
    now = clock.now(visit.session)
    prices = queries.prices(visit.session, package)
    windows = queries.windows_on(visit.session, package)
    regular = queries.regular_cents(visit.session, at=now).get(package.id)
    return visit.page(
        "desk/offers/package.html",
        package=package,
        regular=regular,
        prices=prices,
        planned=repricing.planned(visit.session, package),
        drawing=price_line.draw(prices, windows, now) if prices else None,
        size=(price_line.WIDTH, price_line.HEIGHT),
        promotions=[
            (promotion, shelf.how(offer, regular or 0))
            for offer, promotion in queries.offers_on(visit.session, package)
        ],
    )


@router.get("/packages/{code}/edit")
def editing(visit: Visit, code: str) -> Response:
    """The form of a package as it is."""
    package = queries.package(visit.session, code)
    values = {name: getattr(package, name) for name in Sold.model_fields}
    return _form(visit, forms.blank(**values, seen=package.version), package)


@router.post("/packages/{code}")
def edit(visit: Visit, posted: Posted, code: str) -> Response:
    """Save a package; never over what someone else saved meanwhile."""
    package = queries.package(visit.session, code)
    form = forms.read(EditedPackage, posted)
    if form.model is None:
        return _form(visit, form, package, status=422)
    given = form.model
    price = typed(pricing.regular_cents(visit.session, package))
    entry = PackageEntry(code=code, price=price, **_sold(given))
    try:
        report = catalogue.edit(visit.session, entry, actor=visit.user, seen=given.seen)
    except Conflict as error:
        form.refuse("form", str(error))
        return _form(visit, form, package, status=409)
    told = "Saved." if report.changed else "Nothing was different, so nothing changed."
    return desk.moved(f"{HOME}/{code}", say=told, tone="good" if report.changed else "info")


@router.post("/packages/{code}/retire")
def retire(session: InTransaction, user: SignedIn, code: str) -> Response:
    """Offer it to nobody any more; bookings stay."""
    package = queries.package(session, code)
    catalogue.show(session, package, actor=user, sold=False)
    return desk.moved(
        f"{HOME}/{code}",
        say=f"{package.name} is retired: nobody is offered it, and nobody can book it.",
        undo=("Bring it back", f"{HOME}/{code}/return"),
    )


@router.post("/packages/{code}/return")
def bring_back(session: InTransaction, user: SignedIn, code: str) -> Response:
    """Sell it again."""
    package = queries.package(session, code)
    catalogue.show(session, package, actor=user, sold=True)
    return desk.moved(f"{HOME}/{code}", say=f"{package.name} is sold again.")


def _sold(given: EditedPackage) -> dict[str, Any]:
    return given.model_dump(exclude={"seen"})


def _form(
    visit: Visit,
    form: Form[Any],
    package: Package | None = None,
    *,
    status: int = 200,
) -> Response:
    return visit.page(
        "desk/offers/package_form.html",
        status=status,
        form=form,
        package=package,
        categories=diary.categories(visit.session),
    )
