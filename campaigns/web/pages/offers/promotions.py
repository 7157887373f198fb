"""Promotions: what runs and comes, one with its arithmetic, and what can be done to it."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from campaigns.accounts.models import User
from campaigns.database import Session
from campaigns.errors import Conflict, NotFound
from campaigns.planning import queries as planning
from campaigns.promotions import codes, lifecycle, occasions, queries, shelf
from campaigns.promotions.models import CodeMode, Promotion
from campaigns.promotions.standing import sentence, standing
from campaigns.web import desk, forms
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.offers import offer_words
from campaigns.web.pages.offers.offer_words import Deed
from campaigns.web.staff import SignedIn

router = APIRouter(prefix="/desk")

HOME = "/desk/promotions"


class Reason(BaseModel):
    """Why, for the records."""

    reason: str = Field("", max_length=300)


@router.get("/promotions")
def show(request: Request, session: InTransaction, user: SignedIn) -> Response:
    """Every promotion, by its state."""
    known = queries.listed(session)
    groups = [
        (title, [(each, shelf.limits(session, each)) for each in known if each.status in states])
        for title, states in offer_words.GROUPS
    ]
    return desk.page(
        request,
        session,
        user,
        "desk/offers/promotions.html",
        groups=[(title, those) for title, those in groups if those],
        names=offer_words.STATUS,
    )


@router.get("/promotions/{code}")
def one(request: Request, session: InTransaction, user: SignedIn, code: str) -> Response:
    """One promotion: its arithmetic, its limits, its codes, and which campaigns carry it."""
    promotion = queries.named(session, code)
    found = standing(session, promotion)
    return desk.page(
        request,
        session,
        user,
        "desk/offers/promotion.html",
        promotion=promotion,
        state=offer_words.STATUS[promotion.status],
        told=sentence(found, promotion),
        sheet=shelf.sheet(session, promotion),
        limits=shelf.limits(session, promotion),
        codes=offer_words.CODES[promotion.code_mode],
        word=codes.shared_word(session, promotion),
        handed_out=_handed_out(session, promotion),
        carried=planning.carrying(session, promotion.id),
        deeds=offer_words.deeds_of(promotion.status),
        is_over=promotion.status in lifecycle.OVER,
    )


@router.get("/promotions/{code}/{deed}")
def about(
    request: Request, session: InTransaction, user: SignedIn, code: str, deed: str
) -> Response:
    """What happens, and to whom, if you press."""
    return _about(request, session, user, _deed(deed), queries.named(session, code))


@router.post("/promotions/{code}/{deed}")
def do(request: Request, session: InTransaction, user: SignedIn, posted: Posted) -> Response:
    """Do it."""
    code, deed = request.path_params["code"], request.path_params["deed"]
    promotion, wished = queries.named(session, code), _deed(deed)
    form = forms.read(Reason, posted)
    if form.model is None:
        return _about(request, session, user, wished, promotion, form=form, status=422)
    try:
        _do(session, promotion, deed, user, form.model.reason)
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
    request: Request,
    session: Session,
    user: User,
    deed: Deed,
    promotion: Promotion,
    *,
    form: Form[Reason] | None = None,
    status: int = 200,
) -> Response:
    return desk.page(
        request,
        session,
        user,
        "desk/offers/deed.html",
        status=status,
        deed=deed,
        promotion=promotion,
        state=offer_words.STATUS[promotion.status],
        is_possible=promotion.status in deed.out_of,
        carried=planning.carrying(session, promotion.id),
        limits=shelf.limits(session, promotion),
        form=form or forms.blank(),
    )
