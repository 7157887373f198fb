"""One contact: who they are, what they agreed to, everything that happened, and what to do now."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from campaigns import clock
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb, may
from campaigns.contacts import care, consent, queries, suppression
from campaigns.contacts.models import ConsentEvent, Contact, Scope, SuppressionReason, Topic
from campaigns.database import Session
from campaigns.errors import Invalid, NotFound
from campaigns.planning import queries as planning
from campaigns.registry import FACTS, RULES
from campaigns.reporting import timeline, whys
from campaigns.reporting.whys import Answer
from campaigns.web import desk, forms
from campaigns.web.dependencies import InTransaction, Number
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.contacts import contact_words
from campaigns.web.pages.contacts.listing import HERE, blamed, day_begins
from campaigns.web.staff import SignedIn
from campaigns.web.visit import Visit

router = APIRouter(prefix=HERE)


class Given(BaseModel):
    """What the person agreed to, with its proof."""

    topic: Topic
    source: Annotated[str, Field(max_length=300)]
    words: Annotated[str, Field(max_length=1000)]
    given_on: date | None = None


class Withdrawn(BaseModel):
    """What the person wants no more of."""

    topic: Topic | Literal["all"]


class Quiet(BaseModel):
    """For how many days the person wants quiet; 0 ends a pause."""

    days: Literal["0", "30", "90", "180"]


class Never(BaseModel):
    """How the person asked never to be written to."""

    never_said: Annotated[str, Field(max_length=300)]


class Lifted(BaseModel):
    """Which suppression is to go, and why."""

    suppression: int
    lift_said: Annotated[str, Field(max_length=300)]


class Corrected(BaseModel):
    """The details as they should be."""

    first_name: str = Field("", max_length=100)
    last_name: str = Field("", max_length=100)
    region: str = Field("", max_length=60)
    language: str = Field("en", max_length=10)
    zone: str = Field("", max_length=60)


@router.get("/{contact_id}")
def show(
    visit: Visit,
    contact_id: Number,
    *,
    campaign: str = "",
    after: str = "",
) -> Response:
    """The whole person; `campaign` asks why they did not get it, `after` pages the timeline."""
    contact = queries.by_id(visit.session, contact_id)
    if visit.is_partial and after:
        older = timeline.page(visit.session, contact, after=after)
        return visit.part("desk/contacts/_timeline.html", contact=contact, page=older)
    return _page(visit, contact, asked=campaign, after=after)


@router.post("/{contact_id}/give")
def give(visit: Visit, contact_id: Number, posted: Posted) -> Response:
    """Record consent with its proof."""
    contact, form = queries.by_id(visit.session, contact_id), forms.read(Given, posted)
    if form.model is not None:
        given = form.model
        try:
            care.give(
                visit.session,
                contact,
                actor=visit.user,
                topic=given.topic,
                source=given.source,
                words=given.words,
                at=day_begins(visit.session, given.given_on),
            )
        except Invalid as error:
            form.refuse("given_on", str(error))
        else:
            topic = contact_words.TOPICS[given.topic].lower()
            return _moved(contact, f"Recorded: {_name(contact)} agreed to {topic}.")
    return _page(visit, contact, give=form, status=422)


@router.post("/{contact_id}/withdraw")
def withdraw(visit: Visit, contact_id: Number, posted: Posted) -> Response:
    """End consent for one topic or for all of them; the person told us."""
    contact, form = queries.by_id(visit.session, contact_id), forms.read(Withdrawn, posted)
    if form.model is None:
        return _page(visit, contact, status=422)
    topic = form.model.topic
    topics = [topic] if isinstance(topic, Topic) else None
    if care.withdraw(visit.session, contact, actor=visit.user, topics=topics):
        said = "No newsletter goes to them any more." if topics is None else "It counts at once."
        return _moved(contact, f"Consent is withdrawn. {said}")
    return _moved(contact, "That was withdrawn before; nothing changed.", tone="info")


@router.post("/{contact_id}/pause")
def pause(session: InTransaction, user: SignedIn, contact_id: Number, posted: Posted) -> Response:
    """Be quiet for some days, or end the quiet."""
    contact, form = queries.by_id(session, contact_id), forms.read(Quiet, posted)
    if form.model is None:
        raise Invalid("A pause takes 30, 90 or 180 days.")
    until = care.pause(session, contact, actor=user, days=int(form.model.days))
    said = "The pause is ended." if until is None else "No newsletter goes out during the pause."
    return _moved(contact, said)


@router.post("/{contact_id}/never")
def never(visit: Visit, contact_id: Number, posted: Posted) -> Response:
    """Never write to this person again, at their request."""
    contact, form = queries.by_id(visit.session, contact_id), forms.read(Never, posted)
    if form.model is None:
        return _page(visit, contact, never=form, status=422)
    if care.never_write(visit.session, contact, actor=visit.user, said=form.model.never_said):
        return _moved(contact, f"Nothing is sent to {_name(contact)} any more.")
    return _moved(contact, "Nothing was sent to them anyway; nothing changed.", tone="info")


@router.post("/{contact_id}/lift")
def lift(visit: Visit, contact_id: Number, posted: Posted) -> Response:
    """Let messages go to this person again, for a reason."""
    contact, form = queries.by_id(visit.session, contact_id), forms.read(Lifted, posted)
    if form.model is None:
        return _page(visit, contact, lift=form, status=422)
    care.lift(
        visit.session, contact, form.model.suppression, actor=visit.user, said=form.model.lift_said
    )
    return _moved(
        contact, "They may be written to again. What they agreed to still decides what they get."
    )


@router.post("/{contact_id}/correct")
def correct(visit: Visit, contact_id: Number, posted: Posted) -> Response:
    """Set name, region, language or zone right."""
    contact, form = queries.by_id(visit.session, contact_id), forms.read(Corrected, posted)
    if form.model is not None:
        try:
            changed = care.correct(
                visit.session, contact, actor=visit.user, values=form.model.model_dump()
            )
        except Invalid as error:
            form.refuse("zone" if "time zone" in str(error) else blamed(error), str(error))
        else:
            said = "Saved." if changed else "Nothing was different."
            return _moved(contact, said, tone="good" if changed else "info")
    return _page(visit, contact, correct=form, status=422)


def _moved(contact: Contact, say: str, *, tone: Literal["good", "info"] = "good") -> Response:
    return desk.moved(f"{HERE}/{contact.id}", say=say, tone=tone)


def _name(contact: Contact) -> str:
    return contact.first_name or "this person"


def _page(
    visit: Visit,
    contact: Contact,
    *,
    status: int = 200,
    asked: str = "",
    after: str = "",
    **typed: Form[Any],
) -> Response:
    standing = suppression.standing(visit.session, contact.canonical_address or "")
    history = queries.history(visit.session, contact)
    paused = contact.paused_until
    return visit.page(
        "desk/contacts/show.html",
        status=status,
        contact=contact,
        name=f"{contact.first_name} {contact.last_name}".strip(),
        called=_name(contact),
        consents=consent.states(visit.session, contact),
        proofs=_last_by_topic(history),
        suppressions=standing,
        may_lift=[each for each in standing if _may_lift(visit.user, each.reason)],
        paused_until=paused if paused and paused > clock.now(visit.session) else None,
        timeline=timeline.page(visit.session, contact, after=after),
        is_first=not after,
        campaigns=planning.listed(visit.session)[:200],
        answer=_why(visit.session, contact, asked),
        asked=asked,
        words=contact_words,
        Topic=Topic,
        Scope=Scope,
        forms=_forms(contact) | typed,
    )


def _forms(contact: Contact) -> dict[str, Form[Any]]:
    details = {name: getattr(contact, name) for name in Corrected.model_fields}
    return {
        "give": forms.blank(),
        "never": forms.blank(),
        "lift": forms.blank(),
        "correct": forms.blank(**details),
    }


def _last_by_topic(history: list[ConsentEvent]) -> dict[Topic, ConsentEvent]:
    return {each.topic: each for each in history}


def _may_lift(user: User, reason: SuppressionReason) -> bool:
    if reason is SuppressionReason.COMPLAINT:
        return may(user, Verb.LIFT_COMPLAINTS)
    return may(user, Verb.EDIT_CONTACTS)


def _why(session: Session, contact: Contact, asked: str) -> Answer | None:
    if not asked:
        return None
    try:
        campaign = planning.named(session, asked)
    except NotFound:
        return Answer("There is no such campaign.", "Choose one of the list.")
    return whys.answer(session, contact, campaign, rules=RULES, facts=FACTS)
