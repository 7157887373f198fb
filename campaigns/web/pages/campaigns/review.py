"""The review of a campaign: read it as its readers will, then hand it in, sign, or let it go."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, StringConstraints
from starlette.datastructures import FormData

from campaigns import clock
from campaigns.compliance import approval, seen, signing
from campaigns.compliance.history import role_words
from campaigns.compliance.seen import Changed
from campaigns.database import Session
from campaigns.delivery import stopping
from campaigns.errors import BedsideError, Conflict, Invalid, NotAllowed
from campaigns.planning import queries, timing
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.registry import FACTS, RULES
from campaigns.web import desk, forms
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.campaigns import campaign_frame, campaign_words, findings, review_view
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk/campaigns/{name}/review")

S = CampaignStatus

Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class SignForm(BaseModel):
    """Why somebody signs."""

    model_config = ConfigDict(extra="ignore")

    reason: Note = ""
    seen: str = ""
    """The mark of what was shown."""


class BackForm(BaseModel):
    """What the author is to change."""

    model_config = ConfigDict(extra="ignore")

    note: Annotated[Note, StringConstraints(min_length=1)]


@router.get("")
def review(visit: Visit, name: str) -> HTMLResponse:
    """Everything that somebody should have seen before they decide."""
    return _page(visit, queries.named(visit.session, name))


@router.post("/submit", response_model=None)
def submit(visit: Visit, name: str, posted: Posted) -> Response:
    """Hand it in: it is frozen, checked, and opened for signatures."""
    campaign = queries.named(visit.session, name)
    try:
        approval.submit(
            visit.session, campaign, actor=visit.user, seen=_seen(visit.request, posted)
        )
    except Changed as error:
        return _page(visit, campaign, status=409, changed=str(error))
    except Conflict:
        return _too_late(campaign)
    return desk.moved(_base(campaign), say="Handed in. It is being put together and checked.")


@router.post("/approve", response_model=None)
def approve(visit: Visit, name: str, posted: Posted) -> Response:
    """Sign for what the findings ask of this person."""
    campaign, form = queries.named(visit.session, name), forms.read(SignForm, posted)
    if form.model is None:
        return _page(visit, campaign, status=422, signed=form)
    try:
        still = approval.approve(
            visit.session,
            campaign,
            actor=visit.user,
            reason=form.model.reason,
            seen=form.model.seen,
        )
    except Invalid:
        form.refuse("reason", "Findings ask for your judgement: say why you sign.")
        return _page(visit, campaign, status=422, signed=form)
    except Changed as error:
        return _page(visit, campaign, status=409, changed=str(error), signed=form)
    except (Conflict, NotAllowed) as error:
        return _too_late(campaign, error)
    if still:
        waits = " and ".join(role_words(each) for each in still)
        return desk.moved(_base(campaign), say=f"Signed. It still waits for the {waits}.")
    return desk.moved(_base(campaign), say="Signed: it is approved and can be scheduled.")


@router.post("/send-back", response_model=None)
def send_back(visit: Visit, name: str, posted: Posted) -> Response:
    """Return it to its author with a note."""
    campaign, form = queries.named(visit.session, name), forms.read(BackForm, posted)
    if form.model is None:
        form.errors["note"] = "Say what is to be changed: the author reads it."
        return _page(visit, campaign, status=422, back=form)
    try:
        approval.send_back(visit.session, campaign, actor=visit.user, reason=form.model.note)
    except Conflict as error:
        return _too_late(campaign, error)
    return desk.moved(_base(campaign), say="Sent back: it is a draft again, with your note.")


@router.post("/schedule", response_model=None)
def schedule(visit: Visit, name: str, posted: Posted) -> Response:
    """Let it go at the moment wished for, or now; findings against that are shown."""
    campaign = queries.named(visit.session, name)
    changed = _changed(visit.session, campaign, visit.request, posted, S.APPROVED)
    if changed:
        return _page(visit, campaign, status=409, changed=changed)
    wished = timing.moment(visit.session, campaign)
    found = []
    if campaign.status is S.APPROVED:
        at = max(wished.instant, clock.now(visit.session))
        found = approval.against(visit.session, campaign, rules=RULES, facts=FACTS, at=at)
    if found:
        return _page(visit, campaign, status=409, against=found)
    try:
        if campaign.wished_local is None:
            approval.start(visit.session, campaign, actor=visit.user, rules=RULES, facts=FACTS)
        else:
            approval.schedule(
                visit.session, campaign, actor=visit.user, moment=wished, rules=RULES, facts=FACTS
            )
    except Conflict as error:
        return _too_late(campaign, error)
    except Invalid as error:
        return desk.moved(_base(campaign), say=str(error), tone="bad")
    if campaign.wished_local is None:
        return desk.moved(_base(campaign, "live"), say="It begins to go out within seconds.")
    said = clock.local_text(wished.instant, wished.zone)
    return desk.moved(
        _base(campaign),
        say=f"Scheduled: it begins on {said} by itself.",
        undo=("Take it off the schedule", _off_the_schedule(visit.session, campaign)),
    )


@router.post("/unschedule", response_model=None)
def unschedule(visit: Visit, name: str, posted: Posted) -> Response:
    """Take it off the schedule; its signatures stand."""
    campaign = queries.named(visit.session, name)
    changed = _changed(visit.session, campaign, visit.request, posted, S.SCHEDULED)
    if changed:
        return _page(visit, campaign, status=409, changed=changed)
    try:
        stopping.unschedule(visit.session, campaign, actor=visit.user)
    except Conflict as error:
        return _too_late(campaign, error)
    return desk.moved(_base(campaign), say="It is off the schedule. Its approval stands.")


def _page(
    visit: Visit,
    campaign: Campaign,
    *,
    status: int = 200,
    against: Any = (),
    changed: str = "",
    **typed: Form[Any],
) -> HTMLResponse:
    frame = campaign_frame.frame(visit.session, campaign, visit.user, step="review")
    waits = campaign.status is S.RENDERING
    view = None if waits else review_view.view(visit.session, campaign, visit.user)
    base = f"/desk/campaigns/{campaign.name}"
    blocks = queries.newest_version(visit.session, campaign).blocks
    return visit.page(
        "desk/campaigns/review/review.html",
        status=status,
        frame=frame,
        campaign=campaign,
        waits=waits,
        view=view,
        changed=changed,
        mark=seen.mark(visit.session, campaign),
        starts=review_view.start_words(view.start) if view else "",
        against=findings.shown(against, base=base, blocks=blocks),
        any_approver=role_words(signing.ANY_APPROVER),
        signed=typed.get("signed") or forms.blank(),
        back=typed.get("back") or forms.blank(),
    )


def _base(campaign: Campaign, page: str = "review") -> str:
    return f"/desk/campaigns/{campaign.name}/{page}"


def _seen(request: Request, posted: FormData) -> str:
    """The mark of what was shown; empty where none came, which fits nothing."""
    return str(posted.get("seen") or request.query_params.get("seen", ""))


def _changed(
    session: Session, campaign: Campaign, request: Request, posted: FormData, status: CampaignStatus
) -> str:
    """Why it is not what was shown to who lets it go; empty where it is, or stands elsewhere."""
    try:
        seen.require(session, campaign, _seen(request, posted), with_time=True)
    except Changed as error:
        return str(error) if campaign.status is status else ""
    return ""


def _off_the_schedule(session: Session, campaign: Campaign) -> str:
    return f"{_base(campaign)}/unschedule?seen={seen.mark(session, campaign)}"


def _too_late(campaign: Campaign, error: BedsideError | None = None) -> RedirectResponse:
    """Somebody was faster, or it may not be: say how it stands now."""
    if isinstance(error, NotAllowed):
        return desk.moved(_base(campaign), say=str(error), tone="bad")
    said = campaign_words.of(campaign.status).said.lower()
    return desk.moved(
        _base(campaign),
        say=f"That is not possible any more, so nothing was done. It stands at: {said}.",
        tone="bad",
    )
