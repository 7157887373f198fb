"""What this person wants to hear about: single topics, a pause, or nothing at all."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse

from campaigns import addresses, clock, language
from campaigns.accounts import queries
from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.errors import NotFound
from campaigns.language import mark as _
from campaigns.tracking import choices, ingest
from campaigns.tracking.choices import Standing
from campaigns.web import templating
from campaigns.web.dependencies import InTransaction
from campaigns.web.readers import Acting, Agent

Pause = Literal["keep", "0", "30", "90"]

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Choice:
    """A topic as the page offers it; `words` are the proof of what a person agreed to."""

    topic: Topic
    name: str
    words: str
    is_on: bool = False


_TOPICS = (
    Choice(
        Topic.EDUCATION,
        _("Health articles"),
        _("Send me articles about health, and how treatments work, by email."),
    ),
    Choice(
        Topic.OFFERS,
        _("Offers and savings"),
        _("Send me offers and savings on packages by email."),
    ),
)


@router.get("/p/{token}")
def show(session: InTransaction, token: str, delivery: Acting, agent: Agent) -> HTMLResponse:
    """The choices as they stand; nothing changes."""
    ingest.visited(session, delivery, agent=agent)
    return _page(session, token, delivery, is_saved=False)


@router.post("/p/{token}")
def save(
    session: InTransaction,
    token: str,
    delivery: Acting,
    *,
    save: Annotated[Literal["choices"], Form()],
    topic: Annotated[list[Topic], Form()] = [],  # noqa: B006 - FastAPI copies it
    pause: Annotated[Pause, Form()] = "keep",
) -> HTMLResponse:
    """Keep what was chosen; a POST without our button (`save`) must not withdraw anything."""
    now = clock.now(session)
    contact = choices.standing(session, delivery, now=now).contact
    offered = offers(contact.language)
    wanted = {each.topic: each.words for each in offered if each.topic in topic}
    choices.choose(session, delivery, wanted=wanted, now=now)
    if pause != "keep":
        choices.be_quiet(session, delivery, days=int(pause))
    return _page(session, token, delivery, is_saved=True)


def offers(spoken: str, on: frozenset[Topic] = frozenset()) -> list[Choice]:
    """Every topic with its words in this language; those in `on` are ticked."""
    return [
        Choice(
            each.topic,
            language.translate(each.name, spoken),
            language.translate(each.words, spoken),
            each.topic in on,
        )
        for each in _TOPICS
    ]


def form(session: Session, standing: Standing, *, token: str) -> dict[str, Any]:
    """What the form with the choices needs."""
    contact = standing.contact
    return {
        "token": token,
        "address": addresses.mask(contact.address) if contact.address else None,
        "offered": offers(contact.language, standing.topics),
        "has_topics": bool(standing.topics),
        "paused_until": _day(session, standing),
        "is_suppressed": standing.is_suppressed,
    }


def _page(session: Session, token: str, delivery: Acting, *, is_saved: bool) -> HTMLResponse:
    standing = choices.standing(session, delivery, now=clock.now(session))
    return templating.page(
        session,
        "public/preferences.html",
        contact=standing.contact,
        is_saved=is_saved,
        **form(session, standing, token=token),
    )


def _day(session: Session, standing: Standing) -> str:
    if standing.paused_until is None:
        return ""
    try:
        zone = queries.organisation(session).zone
    except NotFound:
        zone = "UTC"
    return standing.paused_until.astimezone(clock.zone(zone)).strftime("%-d %B %Y")
