"""A campaign while it goes out: its figures as they change, and pause and resume."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, StringConstraints

from campaigns import clock
from campaigns.accounts.models import User
from campaigns.compliance import foreseen
from campaigns.database import Session
from campaigns.delivery import stopping
from campaigns.delivery.models import DeliveryStatus
from campaigns.errors import Conflict, Invalid, Unavailable
from campaigns.planning import audience, queries, timing
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.registry import FACTS, RULES
from campaigns.reporting import watching
from campaigns.reporting.watching import Watched
from campaigns.web import desk, forms
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.campaigns import campaign_frame, campaign_words, findings, live_board
from campaigns.web.pages.campaigns.live_board import Board
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk/campaigns/{name}/live")

STREAM_SECONDS = 120.0
"""How long one stream lives; the browser opens the next one by itself."""
_AGAIN_AFTER_MS = 2000
_NOT_YET = frozenset(
    {
        CampaignStatus.DRAFT,
        CampaignStatus.RENDERING,
        CampaignStatus.IN_REVIEW,
        CampaignStatus.APPROVED,
    }
)


class PauseForm(BaseModel):
    """Why it is paused."""

    model_config = ConfigDict(extra="ignore")

    reason: Annotated[str, StringConstraints(max_length=300)] = ""


@router.get("", response_model=None)
def live(visit: Visit, name: str) -> Response:
    """How it goes at this moment; before its time, the way to the review."""
    campaign = queries.named(visit.session, name)
    if campaign.status in _NOT_YET:
        return desk.moved(_base(campaign, "review"))
    return _page(visit, campaign)


@router.get("/events", response_model=None)
def events(
    request: Request,
    session: InTransaction,
    name: str,
    last_event_id: Annotated[str, Header()] = "",
) -> StreamingResponse:
    """The figures as they change, for two minutes; then the browser asks again."""
    campaign = queries.named(session, name)
    board = live_board.board(request.app)
    board.check_room()
    return StreamingResponse(
        _events(board, campaign.id, known=last_event_id),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


@router.post("/pause", response_model=None)
def pause(visit: Visit, name: str, posted: Posted) -> Response:
    """Hold it before its next message."""
    campaign, form = queries.named(visit.session, name), forms.read(PauseForm, posted)
    if form.model is None:
        return _page(visit, campaign, status=422, form=form)
    try:
        stopping.pause(visit.session, campaign, actor=visit.user, reason=form.model.reason)
    except Conflict:
        return _too_late(campaign)
    return desk.moved(
        _base(campaign),
        say=_paused_words(visit.session, campaign),
        undo=("Resume", f"{_base(campaign)}/resume"),
    )


@router.post("/resume", response_model=None)
def resume(visit: Visit, name: str) -> Response:
    """Let it go on, after the checks of a start; what stands against that is shown."""
    campaign = queries.named(visit.session, name)
    if campaign.status is not CampaignStatus.PAUSED:
        return _too_late(campaign)
    found = foreseen.check_resume(visit.session, campaign, rules=RULES, facts=FACTS)
    if found:
        return _page(visit, campaign, status=409, against=found)
    try:
        stopping.resume(visit.session, campaign, actor=visit.user, rules=RULES, facts=FACTS)
    except Conflict:
        return _too_late(campaign)
    except Invalid as error:
        return desk.moved(_base(campaign), say=str(error), tone="bad")
    if campaign.scheduled_at is not None and campaign.scheduled_at > clock.now(visit.session):
        said = clock.local_text(campaign.scheduled_at, campaign.zone)
        return desk.moved(_base(campaign), say=f"It is scheduled again: it begins on {said}.")
    return desk.moved(_base(campaign), say="It goes on. Everything was checked once more.")


def _paused_words(session: Session, campaign: Campaign) -> str:
    would_get = _would_get(session, campaign)
    if would_get is not None:
        people = f"{would_get:,} {'person' if would_get == 1 else 'people'}"
        return f"Paused before its start: {people} would get it once somebody resumes it."
    now = watching.watched(session, campaign)
    return f"Paused. {now.accepted:,} have it; {now.waiting:,} wait until somebody resumes it."


def _would_get(session: Session, campaign: Campaign) -> int | None:
    """How many would get what is paused before its start; None where it is not."""
    if not timing.is_held_before_start(campaign):
        return None
    return audience.waterfall(session, campaign, rules=RULES, facts=FACTS).to_send


async def _events(board: Board, campaign_id: int, *, known: str) -> AsyncIterator[str]:
    """The stream: what changed, or a sign of life; nothing that the browser has already."""
    board.enter(campaign_id)
    try:
        yield f"retry: {_AGAIN_AFTER_MS}\n\n"
        async for watched in board.follow(campaign_id, for_seconds=STREAM_SECONDS):
            shown = _figures(watched)
            digest = hashlib.sha256(f"{_state(watched)}{shown}".encode()).hexdigest()[:16]
            if digest == known:
                yield ": nothing new\n\n"
            else:
                known = digest
                yield _event("figures", shown, id_=digest)
                yield _event("state", _state(watched))
            if watched.is_over:
                yield _event("over", watched.status.value)
    except Unavailable:
        return  # the browser asks again, and then the database may answer
    finally:
        board.leave(campaign_id)


def _event(kind: str, data: str, *, id_: str = "") -> str:
    lines = [f"event: {kind}", *([f"id: {id_}"] if id_ else [])]
    lines += [f"data: {line}" for line in data.splitlines()]
    return "\n".join(lines) + "\n\n"


def _state(watched: Watched) -> str:
    """What the page's buttons hang on; when it changes, the page asks for them anew."""
    away = "away" if watched.server_away_until else ""
    held = "held" if watched.everything_paused_by else ""
    return f"{watched.status}|{held}|{away}"


def _figures(watched: Watched) -> str:
    """What changes from second to second, the same for everyone."""
    return desk.bare("desk/campaigns/live/_figures.html", organisation=None, **_parts(watched))


def _parts(watched: Watched) -> dict[str, Any]:
    return {
        "watched": watched,
        "skipped": watched.why_not(DeliveryStatus.SKIPPED),
        "failed": watched.why_not(DeliveryStatus.FAILED),
    }


def _page(
    visit: Visit,
    campaign: Campaign,
    *,
    status: int = 200,
    against: Any = (),
    form: Form[Any] | None = None,
) -> HTMLResponse:
    values = _values(visit.session, campaign, visit.user, against=against, form=form)
    return visit.page("desk/campaigns/live/live.html", status=status, **values)


def _values(
    session: Session,
    campaign: Campaign,
    user: User,
    *,
    against: Any = (),
    form: Form[Any] | None = None,
) -> dict[str, Any]:
    watched = watching.watched(session, campaign)
    frame = campaign_frame.frame(session, campaign, user, step="live")
    blocks = queries.newest_version(session, campaign).blocks
    base = f"/desk/campaigns/{campaign.name}"
    return {
        **_parts(watched),
        "frame": replace(frame, reason=""),
        "why": campaign_words.reason(campaign),
        "campaign": campaign,
        "state": _state(watched),
        "would_get": _would_get(session, campaign),
        "starts_later": timing.goes_on_at(session, campaign) > clock.now(session),
        "against": findings.shown(against, base=base, blocks=blocks),
        "form": form or forms.blank(),
    }


def _base(campaign: Campaign, page: str = "live") -> str:
    return f"/desk/campaigns/{campaign.name}/{page}"


def _too_late(campaign: Campaign) -> RedirectResponse:
    said = campaign_words.of(campaign.status).said.lower()
    return desk.moved(
        _base(campaign),
        say=f"That is not possible any more, so nothing was done. It stands at: {said}.",
        tone="bad",
    )
