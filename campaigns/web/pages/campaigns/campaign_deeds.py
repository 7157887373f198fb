"""What can be done with a campaign as a whole: rename, archive and bring back, cancel for good."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from campaigns.delivery import queries as delivery
from campaigns.delivery import stopping
from campaigns.delivery.models import DeliveryStatus
from campaigns.errors import Conflict, Invalid
from campaigns.planning import archive, queries
from campaigns.planning.lifecycle import UNFINISHED
from campaigns.planning.models import Campaign
from campaigns.web import desk, forms
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.campaigns import campaign_frame
from campaigns.web.staff import SignedIn
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk")


class NewTitle(BaseModel):
    """What a campaign shall be called."""

    title: str = Field(max_length=1000)
    seen: str | None = None
    """What it was called when the page was shown."""


class Cancelling(BaseModel):
    """Why a campaign ends, and that this is meant."""

    reason: str = Field("", max_length=500)


@router.get("/campaigns/{name}/rename")
def ask_title(visit: Visit, name: str) -> Response:
    """The form for another title."""
    campaign = queries.named(visit.session, name)
    return _titled(visit, campaign, form=forms.blank(title=campaign.title))


@router.post("/campaigns/{name}/rename")
def rename(visit: Visit, name: str, posted: Posted) -> Response:
    """Call it something else."""
    campaign = queries.named(visit.session, name)
    form = forms.read(NewTitle, posted)
    if form.model is not None:
        try:
            archive.rename(
                visit.session,
                campaign,
                actor=visit.user,
                title=form.model.title,
                seen=form.model.seen,
            )
        except (Conflict, Invalid) as error:
            form.refuse("title", str(error))
        else:
            return desk.moved(_home(campaign), say=f"It is called {campaign.title} now.")
    return _titled(visit, campaign, form=form, status=422)


@router.post("/campaigns/{name}/archive")
def put_away(session: InTransaction, user: SignedIn, name: str) -> Response:
    """Out of the list, with a button to undo it."""
    campaign = queries.named(session, name)
    archive.put_away(session, campaign, actor=user)
    undo = ("Undo", f"{_home(campaign)}/unarchive")
    said = f"{campaign.title} is archived. Its figures and links stay."
    return desk.moved("/desk/campaigns", say=said, undo=undo)


@router.post("/campaigns/{name}/unarchive")
def bring_back(session: InTransaction, user: SignedIn, name: str) -> Response:
    """Into the list again."""
    campaign = queries.named(session, name)
    archive.bring_back(session, campaign, actor=user)
    return desk.moved(_home(campaign), say=f"{campaign.title} is back in the list.")


@router.get("/campaigns/{name}/cancel")
def ask_cancel(visit: Visit, name: str) -> Response:
    """What is lost by cancelling, before it is done."""
    return _lost(visit, queries.named(visit.session, name), form=forms.blank())


@router.post("/campaigns/{name}/cancel")
def cancel(visit: Visit, name: str, posted: Posted) -> Response:
    """End it for good."""
    campaign = queries.named(visit.session, name)
    form = forms.read(Cancelling, posted)
    if form.model is None:
        return _lost(visit, campaign, form=form, status=422)
    number = stopping.cancel(visit.session, campaign, actor=visit.user, reason=form.model.reason)
    said = f"{campaign.title} is cancelled."
    if number:
        said += f" {number:,} people will not get it."
    return desk.moved(_home(campaign), say=said)


def _home(campaign: Campaign) -> str:
    return f"/desk/campaigns/{campaign.name}"


def _titled(
    visit: Visit,
    campaign: Campaign,
    *,
    form: Form[Any],
    status: int = 200,
) -> Response:
    return visit.page(
        "desk/campaigns/rename.html",
        status=status,
        form=form,
        campaign=campaign,
    )


def _lost(
    visit: Visit,
    campaign: Campaign,
    *,
    form: Form[Any],
    status: int = 200,
) -> Response:
    if campaign.status not in UNFINISHED:
        raise Conflict(f"{campaign.title} is over already; there is nothing to cancel.")
    counts = delivery.counts(visit.session, campaign.id)
    left = {
        status.value: sum(n for (each, _), n in counts.items() if each is status)
        for status in DeliveryStatus
    }
    return visit.page(
        "desk/campaigns/cancel.html",
        status=status,
        form=form,
        frame=campaign_frame.frame(visit.session, campaign, visit.user, step="cancel"),
        left=left,
    )
