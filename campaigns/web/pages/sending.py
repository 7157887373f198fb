"""Sending, for whoever looks after it: what waits, who holds it, what is stuck, and the mend."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from campaigns.delivery import mending, retrying, stopping, watching, ways
from campaigns.delivery.models import DeliveryStatus, Reason
from campaigns.errors import Conflict, Invalid
from campaigns.notices import NoticeStatus
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign
from campaigns.registry import FACTS, RULES
from campaigns.reporting import restart, status
from campaigns.reporting.reasons import REASONS
from campaigns.web import desk, forms
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.campaigns import campaign_words
from campaigns.web.staff import SignedIn
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk")

HERE = "/desk/sending"


class Sure(BaseModel):
    """The number that a person types before messages go out a second time."""

    number: int = Field(ge=1)


@router.get("/sending")
def show(visit: Visit, piece: str = "") -> Response:
    """Everything on one page; asked for as a part, only what changes by itself."""
    now = status.status(visit.session)
    forecast = restart.forecast(now)
    relays = watching.relays(visit.session)
    values: dict[str, Any] = {
        "now_is": now,
        "standing": {each.name: status.standing_of(each, now.at) for each in relays},
        "relays": relays,
        "pace": ways.pace_per_minute(visit.session),
        "state": campaign_words.of,
        "forecast": forecast,
        "if_stopped": restart.told_to_stop(forecast),
        "if_killed": restart.killed(forecast),
        "meanwhile": restart.meanwhile(),
    }
    if visit.is_partial:
        part = "_restart" if piece == "restart" else "_board"
        return visit.part(f"desk/sending/{part}.html", **values)
    found = watching.troubles(visit.session)
    return visit.page(
        "desk/sending/show.html",
        **values,
        failed=[each for each in found if each.kind is DeliveryStatus.FAILED],
        uncertain=[each for each in found if each.kind is DeliveryStatus.UNCERTAIN],
        reasons=REASONS,
        letters=watching.letters(visit.session),
        waiting=NoticeStatus.QUEUED,
    )


@router.post("/sending/pause-all")
def pause_all(session: InTransaction, user: SignedIn) -> Response:
    """Stop every newsletter before its next message."""
    stopping.pause_all(session, actor=user)
    say = "All newsletters stand still. Letters about bookings still go."
    return desk.moved(HERE, say=say, undo=("Resume", f"{HERE}/resume-all"))


@router.post("/sending/resume-all")
def resume_all(session: InTransaction, user: SignedIn) -> Response:
    """Let newsletters go on."""
    stopping.resume_all(session, actor=user)
    return desk.moved(HERE, say="Newsletters go on.")


@router.post("/sending/release")
def release(session: InTransaction, user: SignedIn) -> Response:
    """Free what workers left behind."""
    done = mending.release(session, actor=user)
    if done.batches or done.gathered:
        say = (
            f"{_many(done.batches, 'batch', 'batches')} freed and "
            f"{_many(done.gathered, 'message', 'messages')} put into new ones; the workers know."
        )
        return desk.moved(HERE, say=say)
    say = "Nothing had been left behind. The workers were called once more."
    return desk.moved(HERE, say=say, tone="info")


@router.post("/sending/servers/{relay}/retry")
def try_server(relay: str, session: InTransaction, user: SignedIn) -> Response:
    """Try a mail server again that was left alone."""
    mending.close_breaker(session, actor=user, relay=relay)
    return desk.moved(HERE, say="The mail server is tried again now.")


@router.post("/sending/campaigns/{name}/retry")
def retry(name: str, session: InTransaction, user: SignedIn, posted: Posted) -> Response:
    """Queue what failed in one way again."""
    campaign = planning.named(session, name)
    try:
        reason = Reason(str(posted.get("kind", "")))
    except ValueError as error:
        raise Invalid("That is no kind of failure; go back and choose one.") from error
    try:
        with session.begin_nested():
            number = retrying.retry_failed(
                session, campaign, actor=user, reason=reason, rules=RULES, facts=FACTS
            )
    except Conflict as error:
        return desk.moved(HERE, say=str(error), tone="bad")
    return desk.moved(
        HERE, say=f"{_many(number, 'message waits', 'messages wait')} to leave again."
    )


@router.get("/sending/campaigns/{name}/uncertain")
def ask(visit: Visit, name: str) -> Response:
    """What to do about uncertain messages: the two ways, and what each means."""
    campaign = planning.named(visit.session, name)
    return _ask(visit, campaign, form=forms.blank())


@router.post("/sending/campaigns/{name}/uncertain/resend")
def resend(visit: Visit, name: str, posted: Posted) -> Response:
    """Send the uncertain ones again, after the number was typed."""
    campaign = planning.named(visit.session, name)
    form = forms.read(Sure, posted)
    if form.model is not None:
        try:
            with visit.session.begin_nested():
                number = retrying.resend_uncertain(
                    visit.session,
                    campaign,
                    actor=visit.user,
                    expected=form.model.number,
                    rules=RULES,
                    facts=FACTS,
                )
        except Conflict as error:
            form.refuse("number", str(error))
        else:
            say = f"{_many(number, 'message waits', 'messages wait')} to leave a second time."
            return desk.moved(HERE, say=say)
    return _ask(visit, campaign, form=form, code=422)


@router.post("/sending/campaigns/{name}/uncertain/leave")
def leave(name: str, session: InTransaction, user: SignedIn) -> Response:
    """Leave them as uncertain, for good."""
    campaign = planning.named(session, name)
    number = retrying.leave_uncertain(session, campaign, actor=user)
    undo = ("Ask again", f"{HERE}/campaigns/{name}/uncertain/take-up")
    return desk.moved(
        HERE, say=f"{_many(number, 'message stays', 'messages stay')} uncertain.", undo=undo
    )


@router.post("/sending/campaigns/{name}/uncertain/take-up")
def take_up(name: str, session: InTransaction, user: SignedIn) -> Response:
    """Open the question of those left as uncertain once more."""
    campaign = planning.named(session, name)
    number = retrying.take_up_uncertain(session, campaign, actor=user)
    say = f"{_many(number, 'message waits', 'messages wait')} for your decision again."
    return desk.moved(HERE, say=say)


@router.post("/sending/letters/{kind}/retry")
def retry_letters(kind: str, session: InTransaction, user: SignedIn) -> Response:
    """Send failed letters of one kind again."""
    number = mending.retry_letters(session, actor=user, kind=kind)
    return desk.moved(HERE, say=f"{_many(number, 'letter waits', 'letters wait')} to leave again.")


def _ask(
    visit: Visit,
    campaign: Campaign,
    *,
    form: Form[Sure],
    code: int = 200,
) -> Response:
    found = [
        each
        for each in watching.troubles(visit.session)
        if each.campaign == campaign.name and each.kind is DeliveryStatus.UNCERTAIN
    ]
    return visit.page(
        "desk/sending/uncertain.html",
        status=code,
        form=form,
        campaign=campaign,
        undecided=sum(each.messages for each in found if not each.is_settled),
        settled=sum(each.messages for each in found if each.is_settled),
        example=next((each.example for each in found if not each.is_settled), ""),
    )


def _many(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"
