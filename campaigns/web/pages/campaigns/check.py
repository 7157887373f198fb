"""The step Check of a campaign: what was found, where, why, how to mend it, and the mend itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, StringConstraints

from campaigns import clock
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb, may
from campaigns.compliance import approval, foreseen, mending
from campaigns.compliance import queries as compliance
from campaigns.compliance.models import Severity
from campaigns.database import Session
from campaigns.errors import Conflict, Invalid
from campaigns.planning import content, queries, timing
from campaigns.planning.lifecycle import EDITABLE
from campaigns.planning.models import Campaign, CampaignStatus, CampaignVersion
from campaigns.registry import FACTS, RULES
from campaigns.rendering import preview
from campaigns.rendering.message import Rendered
from campaigns.web import desk, forms
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Posted
from campaigns.web.pages.campaigns import campaign_frame, findings
from campaigns.web.pages.campaigns.findings import Group, Shown
from campaigns.web.staff import SignedIn

router = APIRouter(prefix="/desk/campaigns/{name}/check")

S = CampaignStatus
_READY = frozenset({S.APPROVED, S.SCHEDULED})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check came to; `problem` says why the message could not be put together at all."""

    at: datetime
    found: list[Shown]
    problem: str = ""
    is_live: bool = True
    """Whether it was run just now, on what stands there now."""
    rendered: Rendered | None = None
    """The message that it was found in; None where it could not be put together."""

    @property
    def groups(self) -> list[Group]:
        """What was found, by how bad it is."""
        return findings.groups(self.found)

    @property
    def stopping(self) -> int:
        """How many stop it."""
        return sum(each.stops for each in self.found) + bool(self.problem)

    @property
    def asking(self) -> int:
        """How many ask for somebody's judgement."""
        return sum(each.tone == "warn" for each in self.found)

    @property
    def can_refresh(self) -> bool:
        """Whether reading prices and terms anew may help."""
        return any(each.stops and each.rule in findings.FROM_THE_CATALOGUE for each in self.found)


class MendForm(BaseModel):
    """Which finding is to be mended, on which revision."""

    model_config = ConfigDict(extra="ignore")

    rule: Annotated[str, StringConstraints(max_length=20)] = ""
    place: Annotated[str, StringConstraints(max_length=100)] = ""
    revision: int


@router.get("")
def check(request: Request, session: InTransaction, user: SignedIn, name: str) -> HTMLResponse:
    """Every finding as it stands now."""
    return _page(request, session, user, queries.named(session, name))


@router.get("/state")
def state(session: InTransaction, name: str) -> PlainTextResponse:
    """The status in one word, for a page that waits until it changes."""
    return PlainTextResponse(queries.named(session, name).status.value)


@router.post("/mend")
def mend(session: InTransaction, user: SignedIn, name: str, posted: Posted) -> RedirectResponse:
    """Mend one finding by itself, as a new revision that can be undone."""
    campaign, asked = queries.named(session, name), _asked(posted)
    try:
        done = mending.apply(
            session,
            campaign,
            actor=user,
            rule=asked.rule,
            place=asked.place,
            revision=asked.revision,
        )
    except Conflict as error:
        return desk.moved(_base(campaign), say=str(error), tone="bad")
    undo = ("Undo", f"{_base(campaign)}/undo?revision={campaign.revision}")
    return desk.moved(_base(campaign), say=f"Mended. {done.says}", undo=undo)


@router.post("/undo")
def undo(session: InTransaction, user: SignedIn, name: str, revision: int) -> RedirectResponse:
    """Bring back the content before a mend."""
    campaign = queries.named(session, name)
    try:
        mending.undo(session, campaign, actor=user, revision=revision)
    except Conflict as error:
        return desk.moved(_base(campaign), say=str(error), tone="bad")
    return desk.moved(_base(campaign), say="Undone: the content is as it was before the mend.")


@router.post("/refresh")
def refresh(session: InTransaction, user: SignedIn, name: str, posted: Posted) -> RedirectResponse:
    """Make it a draft again, so that prices and terms are read anew."""
    campaign, asked = queries.named(session, name), _asked(posted)
    try:
        mending.refresh(session, campaign, actor=user, revision=asked.revision)
    except Conflict as error:
        return desk.moved(_base(campaign), say=str(error), tone="bad")
    return desk.moved(
        _base(campaign),
        say="It is a draft with the prices and terms of this moment. Hand it in again.",
    )


def outcome(session: Session, campaign: Campaign, user: User) -> Outcome:
    """What a check finds now: on the draft as it stands, or on what was handed in."""
    version = queries.newest_version(session, campaign)
    try:
        if campaign.status is S.DRAFT:
            return _of_draft(session, campaign, version, may(user, Verb.EDIT_CAMPAIGNS))
        return _of_submitted(session, campaign, version)
    except Invalid as error:
        return Outcome(clock.now(session), [], problem=str(error))


def _of_draft(
    session: Session, campaign: Campaign, version: CampaignVersion, is_mendable: bool
) -> Outcome:
    """What is found in it as it stands, each with the mend that a machine can make."""
    rendered, found = approval.look(session, campaign, rules=RULES, facts=FACTS)
    draft = mending.read(session, campaign, version) if found and is_mendable else None
    blocks = content.raw(content.parse(version.blocks))
    shown = findings.shown(found, base=_home(campaign), blocks=blocks, draft=draft)
    return Outcome(clock.now(session), shown, rendered=rendered)


def _of_submitted(session: Session, campaign: Campaign, version: CampaignVersion) -> Outcome:
    """What was found when it was handed in, and what stands against it since."""
    stored = compliance.of_version(session, version)
    rendered = Rendered.of_content(preview.as_it_stands(session, version), campaign_id=campaign.id)
    now = clock.now(session)
    base, blocks = _home(campaign), version.blocks
    if campaign.status not in _READY:
        at = stored[0].found_at if stored else now
        shown = findings.shown(stored, base=base, blocks=blocks)
        return Outcome(at, shown, is_live=False, rendered=rendered)
    if campaign.status is S.SCHEDULED:
        against = foreseen.at_its_start(session, campaign, rules=RULES, facts=FACTS)
    else:
        moment = max(now, timing.moment(session, campaign).instant)
        against = approval.against(session, campaign, rules=RULES, facts=FACTS, at=moment)
    known = [each for each in stored if each.severity is not Severity.BLOCK]
    shown = findings.shown([*against, *known], base=base, blocks=blocks)
    return Outcome(now, shown, rendered=rendered)


def _page(request: Request, session: Session, user: User, campaign: Campaign) -> HTMLResponse:
    frame = campaign_frame.frame(session, campaign, user, step="check")
    waits = campaign.status is S.RENDERING
    return desk.page(
        request,
        session,
        user,
        "desk/campaigns/check/check.html",
        frame=frame,
        campaign=campaign,
        waits=waits,
        outcome=None if waits else outcome(session, campaign, user),
        may_mend=may(user, Verb.EDIT_CAMPAIGNS) and campaign.status in EDITABLE,
    )


def _home(campaign: Campaign) -> str:
    return f"/desk/campaigns/{campaign.name}"


def _base(campaign: Campaign) -> str:
    return f"{_home(campaign)}/check"


def _asked(posted: Posted) -> MendForm:
    form = forms.read(MendForm, posted)
    if form.model is None:
        raise Invalid("Go back to the check and press its button once more.")
    return form.model
