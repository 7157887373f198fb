"""Contacts: the list with search and filters, and adding one person by hand."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.contacts import care, listing, queries, segments
from campaigns.contacts.facts import AudienceContext
from campaigns.contacts.listing import Standing, Wanted
from campaigns.contacts.models import ConsentState, Topic
from campaigns.database import Session
from campaigns.errors import BadAddress, Conflict, Invalid
from campaigns.registry import FACTS
from campaigns.web import desk, forms
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.contacts import contact_words
from campaigns.web.visit import Visit

HERE = "/desk/contacts"
_NEVER = "never"
_LONG_AGO, _FAR = date(1900, 1, 1), date(2200, 1, 1)
"""Beyond these nothing is told apart; both are refused where consent is recorded."""

router = APIRouter(prefix=HERE)


class Added(BaseModel):
    """One person as typed in."""

    address: str = Field(max_length=320)
    first_name: str = Field("", max_length=100)
    last_name: str = Field("", max_length=100)
    region: str = Field("", max_length=60)
    language: str = Field("en", max_length=10)
    topics: list[Topic] = []
    source: str = Field("", max_length=300)
    words: str = Field("", max_length=1000)
    given_on: date | None = None


@router.get("")
def show(
    visit: Visit,
    *,
    q: str = "",
    consent: str = "",
    standing: str = "",
    segment: str = "",
    older: str = "",
    newer: str = "",
) -> Response:
    """The contacts that are looked for, newest first."""
    asked = {"q": q, "consent": consent, "standing": standing, "segment": segment}
    wanted = _wanted(visit.session, **asked)
    found = listing.page(
        visit.session, wanted, older_than=_number(older), newer_than=_number(newer)
    )
    values: dict[str, Any] = {
        "found": found,
        "total": listing.count(visit.session, wanted),
        "counted_up_to": listing.COUNTED_UP_TO,
        "form": forms.blank(**asked),
        "query": {name: value for name, value in asked.items() if value},
        "words": contact_words,
        "Topic": Topic,
        "now": clock.now(visit.session),
    }
    if visit.is_partial:
        return visit.part("desk/contacts/_found.html", **values)
    return visit.page(
        "desk/contacts/list.html",
        segments=queries.segments(visit.session),
        is_empty=not any(asked.values()) and not found.rows,
        **values,
    )


@router.get("/new")
def ask(visit: Visit) -> Response:
    """The form for one person."""
    return _new_page(visit, forms.blank(language="en", topics=[]))


@router.post("/new")
def add(visit: Visit, posted: Posted) -> Response:
    """Add one person with the proof of what they agreed to."""
    form = forms.read(Added, posted)
    if form.model is not None:
        _require_proof(form)
    if form.model is None:
        return _new_page(visit, form, status=422)
    given = form.model
    try:
        contact = care.add(
            visit.session,
            actor=visit.user,
            address=given.address,
            values=given.model_dump(include={"first_name", "last_name", "region", "language"}),
            topics=given.topics,
            source=given.source,
            words=given.words,
            given_at=day_begins(visit.session, given.given_on),
        )
    except BadAddress as error:
        form.refuse("address", str(error))
    except Conflict as error:
        form.refuse("address", str(error))
        known = queries.by_address(visit.session, given.address)
        return _new_page(visit, form, status=422, known=known.id)
    except Invalid as error:
        form.refuse(blamed(error), str(error))
    else:
        name = contact.first_name or "The contact"
        return desk.moved(f"{HERE}/{contact.id}", say=f"{name} is added.")
    return _new_page(visit, form, status=422)


def day_begins(session: Session, day: date | None) -> Any:
    """The instant at which this day begins on the clinic's wall; None where none was named."""
    if day is None:
        return None
    zone = accounts.organisation(session).zone
    return clock.day_begins(min(max(day, _LONG_AGO), _FAR), zone)


def blamed(error: Invalid) -> str:
    """The field of the form that this refusal is about."""
    said = str(error)
    fields = {
        "region": "a region",
        "language": "a language",
        "given_on": "Consent cannot",
        "first_name": "first_name",
        "last_name": "last_name",
    }
    return next((field for field, word in fields.items() if word in said), "form")


def _require_proof(form: Form[Added]) -> None:
    given = form.model
    if given is not None and given.topics:
        if not given.source:
            form.refuse("source", "Say where and how they agreed.")
        if not given.words:
            form.refuse("words", "Write down the words they agreed to.")


def _new_page(
    visit: Visit,
    form: Form[Any],
    *,
    status: int = 200,
    known: int = 0,
) -> Response:
    return visit.page(
        "desk/contacts/new.html",
        status=status,
        form=form,
        known=known,
        words=contact_words,
        Topic=Topic,
    )


def _wanted(session: Session, *, q: str, consent: str, standing: str, segment: str) -> Wanted:
    topic, _, state = consent.partition(":")
    members = None
    if segment:
        context = AudienceContext(topic=Topic.EDUCATION, now=clock.now(session))
        members = segments.members(segments.named(session, segment), facts=FACTS, context=context)
    known_state = state if state in set(ConsentState) else None
    return Wanted(
        text=q,
        topic=Topic(topic) if topic in set(Topic) and (known_state or state == _NEVER) else None,
        state=ConsentState(known_state) if known_state else None,
        never_asked=state == _NEVER,
        standing=Standing(standing) if standing in set(Standing) else None,
        members=members,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0
