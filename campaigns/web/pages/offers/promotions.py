"""Promotions: what runs and comes, one with its arithmetic, and what can be done to it."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from campaigns.accounts.models import User
from campaigns.database import Session
from campaigns.errors import Conflict, NotFound
from campaigns.planning import queries as planning
from campaigns.promotions import codes, lifecycle, occasions, queries, shelf
from campaigns.promotions.models import CodeMode, Promotion
from campaigns.promotions.standing import sentence, standing
from campaigns.web import desk, forms
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.offers import offer_words
from campaigns.web.pages.offers.offer_words import Deed
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk")

HOME = "/desk/promotions"


class Reason(BaseModel):
    """Why, for the records."""

    reason: str = Field("", max_length=300)


@router.get("/promotions")
def show(visit: Visit) -> Response:
    """Every promotion, by its state."""
    known = queries.listed(visit.session)
    groups = [
        (
            title,
            [(each, shelf.limits(visit.session, each)) for each in known if each.status in states],
        )
        for title, states in offer_words.GROUPS
    ]
    return visit.page(
        "desk/offers/promotions.html",
        groups=[(title, those) for title, those in groups if those],
        names=offer_words.STATUS,
    )


@router.get("/promotions/{code}")
def one(visit: Visit, code: str) -> Response:
    """One promotion: its arithmetic, its limits, its codes, and which campaigns carry it."""
    promotion = queries.named(visit.session, code)
    found = standing(visit.session, promotion)
    return visit.page(
        "desk/offers/promotion.html",
        promotion=promotion,
        state=offer_words.STATUS[promotion.status],
        told=sentence(found, promotion),
        sheet=shelf.sheet(visit.session, promotion),
        limits=shelf.limits(visit.session, promotion),
        codes=offer_words.CODES[promotion.code_mode],
        word=codes.shared_word(visit.session, promotion),
        handed_out=_handed_out(visit.session, promotion),
        carried=planning.carrying(visit.session, promotion.id),
        deeds=offer_words.deeds_of(promotion.status),
        is_over=promotion.status in lifecycle.OVER,
    )


@router.get("/promotions/{code}/{deed}")
def about(visit: Visit, code: str, deed: str) -> Response:
    """What happens, and to whom, if you press."""
    return _about(visit, _deed(deed), queries.named(visit.session, code))


@router.post("/promotions/{code}/{deed}")
def do(visit: Visit, posted: Posted) -> Response:
    """Do it."""
    code, deed = visit.request.path_params["code"], visit.request.path_params["deed"]
    promotion, wished = queries.named(visit.session, code), _deed(deed)
    form = forms.read(Reason, posted)
    if form.model is None:
        return _about(visit, wished, promotion, form=form, status=422)
    try:
        _do(visit.session, promotion, deed, visit.user, form.model.reason)
    except Conflict as error:
        return desk.moved(f"{HOME}/{code}", say=str(error), tone="bad")
    undo = ("Resume", f"{HOME}/{code}/resume") if deed == "pause" else None
    return desk.moved(f"{HOME}/{code}", say=f"{promotion.name} {wished.done}.", undo=undo)


def _deed(name: str) -> Deed:
    found = offer_words.DEEDS.get(name)
    if found is None:
        raise NotFound("There is no such page about a promotion.")
    return found


def _do(session: Session, promotion: Promotion, deed: str, actor: User, reason: str) -> None:
    if deed == "publish":
        return occasions.publish(session, promotion, actor=actor)
    verbs = {
        "pause": lifecycle.pause,
        "resume": lifecycle.resume,
        "withdraw": lifecycle.withdraw,
        "end": lifecycle.end,
    }
    return verbs[deed](session, promotion, actor=actor, reason=reason)


def _handed_out(session: Session, promotion: Promotion) -> int:
    if promotion.code_mode is not CodeMode.UNIQUE:
        return 0
    return codes.handed_out(session, promotion)


def _about(
    visit: Visit,
    deed: Deed,
    promotion: Promotion,
    *,
    form: Form[Reason] | None = None,
    status: int = 200,
) -> Response:
    return visit.page(
        "desk/offers/deed.html",
        status=status,
        deed=deed,
        promotion=promotion,
        state=offer_words.STATUS[promotion.status],
        is_possible=promotion.status in deed.out_of,
        carried=planning.carrying(visit.session, promotion.id),
        limits=shelf.limits(visit.session, promotion),
        form=form or forms.blank(),
    )
