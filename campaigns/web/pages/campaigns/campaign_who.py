"""The step Who: the segment, how many of it would get the campaign, and why others would not."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb, may
from campaigns.contacts import queries as contacts
from campaigns.database import Session
from campaigns.errors import BedsideError
from campaigns.planning import audience, choosing, queries
from campaigns.planning.audience import Waterfall
from campaigns.planning.models import Campaign
from campaigns.registry import FACTS, RULES
from campaigns.web import desk, forms
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.campaigns import campaign_choices, campaign_frame
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk")

_WOULD_GET_IT = "sent"
"""In the address: those whom no rule keeps back."""


class Chosen(BaseModel):
    """Whom it shall be for, and where to go then."""

    segment: str
    seen: str | None = None
    """Which one it was when the page was shown."""
    then: str = ""


@router.get("/campaigns/{name}/who")
def show(
    visit: Visit,
    name: str,
    *,
    reason: str = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """The waterfall of the audience as it is today, with names for those who may see them."""
    campaign = queries.named(visit.session, name)
    chosen = contacts.segment(visit.session, campaign.segment_id)
    form = forms.blank(segment=chosen.name)
    return _page(visit, campaign, form=form, reason=reason, page=page)


@router.post("/campaigns/{name}/who")
def choose(visit: Visit, name: str, posted: Posted) -> Response:
    """Send it to another segment."""
    campaign = queries.named(visit.session, name)
    form = forms.read(Chosen, posted)
    if form.model is not None:
        choices = campaign_choices.of_segments(visit.session, topic=campaign.topic)
        if not campaign_choices.is_one(form.model.segment, choices):
            form.refuse("segment", "Choose one of the list.")
    if form.model is not None:
        try:
            segment = campaign_choices.segment_of(visit.session, form.model.segment)
            changed = choosing.choose_segment(
                visit.session, campaign, actor=visit.user, segment=segment, seen=form.model.seen
            )
        except BedsideError as error:
            form.refuse("segment", str(error))
        else:
            said = "Saved: it goes to another segment now." if changed else ""
            return desk.moved(campaign_frame.onwards(campaign, "who", form.model.then), say=said)
    return _page(visit, campaign, form=form, status=422)


def _page(
    visit: Visit,
    campaign: Campaign,
    *,
    form: Form[Any],
    status: int = 200,
    reason: str = "",
    page: int = 1,
) -> Response:
    values: dict[str, Any] = {
        "frame": campaign_frame.planned(visit.session, campaign, visit.user, step="who"),
        "form": form,
        "segment": contacts.segment(visit.session, campaign.segment_id),
        "segments": campaign_choices.of_segments(visit.session, topic=campaign.topic),
        "began": campaign.started_at is not None,
        "reason": reason,
        "sees_names": may(visit.user, Verb.SEE_CONTACTS),
    }
    if campaign.started_at is None:
        falls = audience.waterfall(visit.session, campaign, rules=RULES, facts=FACTS)
        values |= {"falls": falls, "outside": contacts.how_many(visit.session) - falls.audience}
        values |= _people(visit.session, visit.user, campaign, falls, reason=reason, page=page)
    return visit.page("desk/campaigns/who.html", status=status, **values)


def _people(
    session: Session, user: User, campaign: Campaign, falls: Waterfall, *, reason: str, page: int
) -> dict[str, Any]:
    sentences = {each.reason: each.sentence for each in falls.skipped}
    if reason == _WOULD_GET_IT:
        title = "Those who would get it"
    elif reason in sentences:
        title = sentences[reason]
    else:
        return {"people": None}
    if not may(user, Verb.SEE_CONTACTS):
        return {"people": None}
    named = "" if reason == _WOULD_GET_IT else reason
    found = audience.people(session, campaign, rules=RULES, facts=FACTS, named=named, page=page)
    base = f"/desk/campaigns/{campaign.name}/who?reason={reason}&page="
    return {
        "people": found.people,
        "people_title": title,
        "before": f"{base}{page - 1}#people" if page > 1 else "",
        "after": f"{base}{page + 1}#people" if found.has_more else "",
    }
