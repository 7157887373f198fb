"""Write a promotion: its days, its limits, its codes, and what it gives on each package."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.database import Session
from campaigns.errors import BadFile, Conflict
from campaigns.planning import queries as planning
from campaigns.promotions import codes, occasions, queries, shelf
from campaigns.promotions.files import Cents, OfferEntry, PromotionEntry
from campaigns.promotions.models import CodeMode, Offer, Promotion, PromotionStatus
from campaigns.web import desk, forms
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.offers.offer_words import checked_code, typed
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk")

HOME = "/desk/promotions"
WAYS = (("percent", "% off"), ("amount", "$ off"), ("price", "$ fixed price"))


class Promised(BaseModel):
    """What a promotion promises, apart from its offers."""

    name: str = Field(max_length=120)
    starts: date
    last_day: date
    use_by: date | None = None
    max_redemptions: int | None = Field(None, ge=1, le=1_000_000)
    max_per_contact: int = Field(1, ge=1, le=1000)
    budget: Cents | None = None
    new_contacts_only: bool = False
    in_claims: bool = False
    codes: CodeMode = CodeMode.NONE
    shared_code: str = Field("", max_length=40)
    priority: int = Field(0, ge=-1000, le=1000)
    terms: str = Field(max_length=4000)
    seen: int = 0


class NewPromotion(Promised):
    """A promotion that is not there yet."""

    code: Annotated[str, AfterValidator(checked_code)]


@router.get("/promotions/new")
def new(visit: Visit) -> Response:
    """The form of a new promotion."""
    blank = forms.blank(max_per_contact=1, in_claims="yes", codes="none", priority=0)
    return _form(visit, blank)


@router.post("/promotions")
def add(visit: Visit, posted: Posted) -> Response:
    """Keep it as a draft; nobody is given anything until it is published."""
    form = forms.read(NewPromotion, posted)
    entry = _entry(form, form.value("code"), is_draft=True)
    if entry is None:
        return _form(visit, form, status=422)
    try:
        made = occasions.add(visit.session, entry, actor=visit.user)
    except BadFile as error:
        form.refuse(error.field or "form", str(error))
        return _form(visit, form, status=422)
    return desk.moved(
        f"{HOME}/{made.code}", say=f"{made.name} is a draft. Look at its figures, then publish it."
    )


@router.get("/promotions/{code}/edit")
def editing(visit: Visit, code: str) -> Response:
    """The form of a promotion as it is."""
    promotion = queries.named(visit.session, code)
    return _form(visit, forms.blank(**_values(visit.session, promotion)), promotion)


@router.post("/promotions/{code}")
def edit(visit: Visit, posted: Posted, code: str) -> Response:
    """Save it; campaigns that carry it are checked again."""
    promotion = queries.named(visit.session, code)
    form = forms.read(Promised, posted)
    entry = _entry(form, code, is_draft=promotion.status is PromotionStatus.DRAFT)
    if entry is None or form.model is None:
        return _form(visit, form, promotion, status=422)
    try:
        report = occasions.edit(visit.session, entry, actor=visit.user, seen=form.model.seen)
    except BadFile as error:
        form.refuse(error.field or "form", str(error))
        return _form(visit, form, promotion, status=422)
    except Conflict as error:
        form.refuse("form", str(error))
        return _form(visit, form, promotion, status=409)
    told = "Saved. Campaigns that carry it check it again before their next message."
    if not report.changed:
        told = "Nothing was different, so nothing changed."
    return desk.moved(f"{HOME}/{code}", say=told, tone="good" if report.changed else "info")


def _entry(form: Form[Any], code: str, *, is_draft: bool) -> PromotionEntry | None:
    """The same as a file would say it; None where a field says what is wrong."""
    given = form.model
    offers = _offers(form)
    if not offers and not any(name.startswith("value-") for name in form.errors):
        form.refuse("offers", "Say for at least one package what it gives.")
    if given is None:
        return None
    if (given.codes is CodeMode.SHARED) != bool(given.shared_code):
        form.refuse(
            "shared_code",
            "Write the word that everybody types."
            if given.codes is CodeMode.SHARED
            else "Only a promotion with one word for everybody has a word: leave this empty.",
        )
    if form.model is None:
        return None
    values = given.model_dump(exclude={"seen", "code", "budget"})
    budget = None if given.budget is None else typed(given.budget)
    return PromotionEntry(code=code, draft=is_draft, offers=offers, budget=budget, **values)


def _offers(form: Form[Any]) -> dict[str, OfferEntry]:
    """What was typed beside each package; an empty field is no offer."""
    found: dict[str, OfferEntry] = {}
    for name, text in list(form.values.items()):
        if not name.startswith("value-") or not text:
            continue
        code = name.removeprefix("value-")
        way = str(form.value(f"way-{code}")) or "percent"
        if way not in dict(WAYS):
            form.refuse(name, "Choose one of the list.")
            continue
        try:
            found[code] = OfferEntry.model_validate({way: str(text)})
        except ValidationError as error:
            form.refuse(name, forms.sentence(error.errors()[0]))
    return found


def _values(session: Session, promotion: Promotion) -> Mapping[str, Any]:
    """A promotion as its form shows it."""
    zone = clock.zone(accounts.organisation(session).zone)
    values: dict[str, Any] = {
        "name": promotion.name,
        "starts": promotion.starts_at.astimezone(zone).date(),
        "last_day": promotion.last_day,
        "use_by": promotion.use_by,
        "max_redemptions": promotion.max_redemptions,
        "max_per_contact": promotion.max_per_contact,
        "budget": typed(promotion.budget_cents) if promotion.budget_cents is not None else "",
        "new_contacts_only": promotion.new_contacts_only,
        "in_claims": promotion.in_claims,
        "codes": promotion.code_mode,
        "shared_code": codes.shared_word(session, promotion),
        "priority": promotion.priority,
        "terms": promotion.terms,
        "seen": promotion.epoch,
    }
    for offer, package in queries.offers(session, [promotion.id]):
        way, text = _way(offer)
        values |= {f"way-{package.code}": way, f"value-{package.code}": text}
    return values


def _way(offer: Offer) -> tuple[str, str]:
    if offer.percent_bp is not None:
        return "percent", f"{offer.percent_bp / 100:g}"
    if offer.amount_cents is not None:
        return "amount", typed(offer.amount_cents)
    assert offer.fixed_price_cents is not None
    return "price", typed(offer.fixed_price_cents)


def _form(
    visit: Visit,
    form: Form[Any],
    promotion: Promotion | None = None,
    *,
    status: int = 200,
) -> Response:
    carried = planning.carrying(visit.session, promotion.id) if promotion else []
    return visit.page(
        "desk/offers/promotion_form.html",
        status=status,
        form=form,
        promotion=promotion,
        items=[each for each in shelf.items(visit.session) if each.regular_cents],
        ways=WAYS,
        carried=carried,
        zone=accounts.organisation(visit.session).zone,
        is_draft=promotion is None or promotion.status is PromotionStatus.DRAFT,
    )
