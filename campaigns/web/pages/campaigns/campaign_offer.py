"""The step Offer: which promotions it carries, what they cost, and what may be said of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.errors import BedsideError
from campaigns.planning import choosing, queries, timing
from campaigns.planning.models import Campaign
from campaigns.promotions import claims, codes, pricing
from campaigns.promotions import queries as promotions
from campaigns.promotions.claims import Claim
from campaigns.promotions.models import CodeMode, Promotion
from campaigns.promotions.pricing import Quote
from campaigns.promotions.standing import Standing, sentence, standing
from campaigns.web import desk, forms
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.campaigns import campaign_choices, campaign_frame
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk")


class Chosen(BaseModel):
    """Which promotions it shall carry, and where to go then."""

    promotions: list[str] = []
    then: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """A promotion as the step shows it, at the moment the campaign would go out."""

    promotion: Promotion
    is_open: bool
    stands: str
    quotes: tuple[Quote, ...]
    claim: Claim
    places_left: int | None
    budget_left_cents: int | None
    code: str
    """What readers get to type, in words."""


@router.get("/campaigns/{name}/offer")
def show(visit: Visit, name: str) -> Response:
    """What it carries, with every price and the claim that may be made."""
    campaign = queries.named(visit.session, name)
    carried = promotions.by_ids(visit.session, queries.promotion_ids(visit.session, campaign))
    form = forms.blank(promotions=[each.code for each in carried])
    return _page(visit, campaign, form=form)


@router.post("/campaigns/{name}/offer")
def choose(visit: Visit, name: str, posted: Posted) -> Response:
    """Carry other promotions, or none."""
    campaign = queries.named(visit.session, name)
    form = forms.read(Chosen, posted)
    if form.model is not None:
        carried = queries.promotion_ids(visit.session, campaign)
        choices = campaign_choices.of_offers(visit.session, carried=carried)
        if not all(campaign_choices.is_one(each, choices) for each in form.model.promotions):
            form.refuse("promotions", "Choose among these: the offers have changed meanwhile.")
    if form.model is not None:
        try:
            changed = choosing.choose_promotions(
                visit.session,
                campaign,
                actor=visit.user,
                codes=form.model.promotions,
                seen=_seen(posted),
            )
        except BedsideError as error:
            form.refuse("promotions", str(error))
        else:
            said = "Saved: the offer is another one now." if changed else ""
            return desk.moved(campaign_frame.onwards(campaign, "offer", form.model.then), say=said)
    return _page(visit, campaign, form=form, status=422)


def _seen(posted: Posted) -> list[str] | None:
    shown = posted.get("seen")
    return [each for each in shown.split(",") if each] if isinstance(shown, str) else None


def _page(
    visit: Visit,
    campaign: Campaign,
    *,
    form: Form[Any],
    status: int = 200,
) -> Response:
    ids = queries.promotion_ids(visit.session, campaign)
    at = _moment(visit.session, campaign, ids)
    carried = [_carried(visit.session, each, at) for each in promotions.by_ids(visit.session, ids)]
    return visit.page(
        "desk/campaigns/offer.html",
        status=status,
        frame=campaign_frame.planned(visit.session, campaign, visit.user, step="offer"),
        form=form,
        carried=carried,
        seen=",".join(each.promotion.code for each in carried),
        together=claims.best(visit.session, ids, at=at) if len(ids) > 1 else None,
        at=at,
        offers=campaign_choices.of_offers(visit.session, carried=ids),
        wants_offer=campaign.topic is Topic.OFFERS,
        package_names={each.code: each.name for each in promotions.packages(visit.session)},
        blocks=choosing.blocks_with_offers(visit.session, campaign),
    )


def _moment(session: Session, campaign: Campaign, ids: list[int]) -> datetime:
    """When it would go out: as wished for, or as soon as its promotions are open."""
    return max(claims.first_moment(session, ids), timing.moment(session, campaign).instant)


def _carried(session: Session, promotion: Promotion, at: datetime) -> Carried:
    counter = promotions.counter(session, promotion)
    stands = standing(session, promotion, at=at)
    places, budget = promotion.max_redemptions, promotion.budget_cents
    return Carried(
        promotion=promotion,
        is_open=stands is Standing.OPEN,
        stands=sentence(stands, promotion),
        quotes=tuple(pricing.quotes(session, promotion.id, at=at)),
        claim=claims.best(session, [promotion.id], at=at),
        places_left=None if places is None else places - counter.held - counter.captured,
        budget_left_cents=None
        if budget is None
        else budget - counter.held_cents - counter.captured_cents,
        code=_code(session, promotion),
    )


def _code(session: Session, promotion: Promotion) -> str:
    if promotion.code_mode is CodeMode.UNIQUE:
        return "Each person gets a code of their own, for them alone."
    if promotion.code_mode is CodeMode.SHARED:
        return f"Everyone types the same word: {codes.shared_word(session, promotion)}."
    return "No code is needed: the link in the message carries the offer."
