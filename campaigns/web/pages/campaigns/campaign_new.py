"""Begin a campaign: from a starter, from an earlier one, or with an empty page."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.errors import BedsideError, NotFound
from campaigns.planning import catalogue, drafting, listing, naming, own_html, queries
from campaigns.planning.models import Campaign
from campaigns.rendering import starters
from campaigns.web import desk, forms, templating
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.campaigns import campaign_choices, campaign_words
from campaigns.web.staff import SignedIn

router = APIRouter(prefix="/desk")


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a new campaign begins from: its title, its kind and its words."""

    title: str
    about: str
    topic: Topic
    subject: str
    preheader: str
    blocks: list[dict[str, Any]]
    earlier: Campaign | None = None


class Wanted(BaseModel):
    """The questions of a new campaign."""

    title: str = Field(max_length=1000)
    segment: str = ""
    promotions: list[str] = []


@router.get("/campaigns/new")
def show(
    request: Request, session: InTransaction, user: SignedIn, *, kind: str = "", name: str = ""
) -> Response:
    """Everything one may begin from; once that is chosen, the few questions there are."""
    earlier = request.query_params.get("from", "")
    if earlier:
        kind, name = "campaign", earlier
    if not kind:
        return _gallery(request, session, user)
    pattern = _pattern(session, kind, name)
    return _questions(request, session, user, pattern, form=forms.blank(title=pattern.title))


@router.post("/campaigns/new")
def begin(
    request: Request,
    session: InTransaction,
    user: SignedIn,
    posted: Posted,
    *,
    kind: str = "",
    name: str = "",
) -> Response:
    """A new draft; it opens at its content."""
    pattern = _pattern(session, kind, name)
    form = forms.read(Wanted, posted)
    if form.model is not None and pattern.earlier is None:
        _refuse(session, pattern, form, form.model)
    if form.model is not None:
        try:
            with session.begin_nested():
                made = _begin(session, user, pattern, form.model)
        except BedsideError as error:
            form.refuse("title", str(error))
        else:
            said = f"{made.title} is a draft. Nothing leaves before somebody approved it."
            way = "content/html" if kind == own_html.KIND else "content"
            return desk.moved(f"/desk/campaigns/{made.name}/{way}", say=said)
    return _questions(request, session, user, pattern, form=form, status=422)


def _refuse(session: Session, pattern: Pattern, form: Form[Wanted], wanted: Wanted) -> None:
    """Say beside a field what cannot be chosen."""
    segments = campaign_choices.of_segments(session, topic=pattern.topic)
    if not wanted.segment:
        form.refuse("segment", "Choose whom it is for; you can change it later.")
    elif not campaign_choices.is_one(wanted.segment, segments):
        form.refuse("segment", "Choose one of the list.")
    offers = campaign_choices.of_offers(session)
    if not all(campaign_choices.is_one(each, offers) for each in wanted.promotions):
        form.refuse("promotions", "Choose among these: the offers have changed meanwhile.")


def _begin(session: Session, user: User, pattern: Pattern, wanted: Wanted) -> Campaign:
    title = naming.tidy_title(wanted.title)
    name = naming.free_name(session, title)
    if pattern.earlier is not None:
        return drafting.duplicate(session, pattern.earlier, actor=user, name=name, title=title)
    return drafting.begin(
        session,
        actor=user,
        name=name,
        title=title,
        topic=pattern.topic,
        segment=campaign_choices.segment_of(session, wanted.segment),
        promotion_codes=wanted.promotions if pattern.topic is Topic.OFFERS else [],
        subject=pattern.subject or title,
        preheader=pattern.preheader,
        blocks=pattern.blocks,
    )


def _pattern(session: Session, kind: str, name: str) -> Pattern:
    if kind == "campaign":
        return _earlier(session, name)
    if kind == "empty" and name in set(Topic):
        topic = Topic(name)
        about = "An empty page with your header, a greeting and the footer that every message has."
        return Pattern("", about, topic, "", "", own_html.EMPTY)
    if kind == own_html.KIND and name in set(Topic):
        about = "A whole message that you made with another tool. You paste or upload it next."
        return Pattern("", about, Topic(name), "", "", own_html.EMPTY)
    if kind == "starter":
        starter = starters.named(name)
        file, blocks = starter.file, starters.blocks(session, starter)
        return Pattern(file.title, file.about, file.topic, file.subject, file.preheader, blocks)
    raise NotFound("There is nothing of that kind to begin from.")


def _earlier(session: Session, name: str) -> Pattern:
    campaign = queries.named(session, name)
    version = queries.newest_version(session, campaign)
    return Pattern(
        title=naming.copy_title(campaign.title),
        about=f"A copy of “{campaign.title}” with its content, its segment and its offers.",
        topic=campaign.topic,
        subject=version.subject,
        preheader=version.preheader,
        blocks=version.blocks,
        earlier=campaign,
    )


def _outline(session: Session, pattern: Pattern) -> list[tuple[str, str]]:
    """What it holds, piece by piece: the name of each and its words."""
    clinic = accounts.organisation(session)
    known = {"clinic": clinic.name, "phone": clinic.phone}
    pieces = [("Subject", pattern.subject)] if pattern.subject else []
    pieces += [
        (catalogue.name_of(each["type"]), each.get("heading", "")) for each in pattern.blocks
    ]
    return [(name, campaign_words.subject(words, known)) for name, words in pieces]


def _gallery(request: Request, session: Session, user: User) -> Response:
    return desk.page(
        request,
        session,
        user,
        "desk/campaigns/new.html",
        starters=starters.listed(),
        pictured={each.stem for each in (templating.STATIC / "starters").glob("*.png")},
        topics=campaign_words.TOPICS,
        earlier=listing.as_pattern(session),
    )


def _questions(
    request: Request,
    session: Session,
    user: User,
    pattern: Pattern,
    *,
    form: Form[Any],
    status: int = 200,
) -> Response:
    kind = request.query_params.get("kind", "campaign")
    asks = pattern.earlier is None
    wants_offer = asks and pattern.topic is Topic.OFFERS
    segments = campaign_choices.of_segments(session, topic=pattern.topic) if asks else []
    offers = campaign_choices.of_offers(session) if wants_offer else []
    if status == HTTPStatus.OK:
        form.values["segment"] = segments[0][0] if len(segments) == 1 else ""
        form.values["promotions"] = [offers[0][0]] if len(offers) == 1 else []
    return desk.page(
        request,
        session,
        user,
        "desk/campaigns/begin.html",
        status=status,
        pattern=pattern,
        outline=_outline(session, pattern) if kind != own_html.KIND else [],
        topic=campaign_words.TOPICS[pattern.topic],
        form=form,
        kind=kind,
        name=request.query_params.get("name") or request.query_params.get("from", ""),
        segments=segments,
        offers=offers,
        wants_offer=wants_offer,
    )
