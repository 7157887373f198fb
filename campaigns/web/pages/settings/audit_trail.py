"""Settings: the audit trail, by person, subject and day; a file of it."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from campaigns import database
from campaigns.accounts import queries, trail, trail_words
from campaigns.accounts.trail import Filter
from campaigns.database import Session, Sessions
from campaigns.errors import NotFound
from campaigns.web import forms
from campaigns.web.dependencies import factory
from campaigns.web.forms import Form
from campaigns.web.visit import Visit

HERE = "/desk/settings/audit"
_FIRST, _LAST = date(2000, 1, 1), date(2999, 12, 31)

router = APIRouter(prefix=HERE)


class Wanted(BaseModel):
    """What is looked for."""

    person: int | None = Field(None, ge=1, lt=2**63)
    subject: str = Field("", max_length=200)
    since: Annotated[date, Field(ge=_FIRST, le=_LAST)] | None = None
    until: Annotated[date, Field(ge=_FIRST, le=_LAST)] | None = None
    below: int | None = Field(None, ge=1, lt=2**63)


@router.get("")
def show(visit: Visit) -> Response:
    """A page of the trail."""
    form = forms.read(Wanted, visit.request.query_params)
    if form.model is None:
        return _page(visit, form, None, status=422)
    wanted = _filter(visit.session, form.model)
    return _page(visit, form, trail.page(visit.session, wanted, below=form.model.below))


@router.get("/file")
def file(visit: Visit) -> Response:
    """The trail that was looked for, as CSV, the newest first."""
    form = forms.read(Wanted, visit.request.query_params)
    if form.model is None:
        return _page(visit, form, None, status=422)
    return StreamingResponse(
        _lines(factory(visit.request), _filter(visit.session, form.model)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit-trail.csv"'},
    )


def _lines(sessions: Sessions, wanted: Filter) -> Iterator[str]:
    with database.transaction(sessions) as session:
        yield from trail_words.as_csv(trail.every(session, wanted), zone=wanted.zone)


def _filter(session: Session, wanted: Wanted) -> Filter:
    return Filter(
        user_id=wanted.person,
        subject=wanted.subject,
        since=wanted.since,
        until=wanted.until,
        zone=_zone(session),
    )


def _zone(session: Session) -> str:
    try:
        return queries.organisation(session).zone
    except NotFound:
        return "UTC"


def _page(
    visit: Visit,
    form: Form[Any],
    page: trail.Page | None,
    *,
    status: int = 200,
) -> Response:
    zone = _zone(visit.session)
    asked = {
        name: form.values[name]
        for name in ("person", "subject", "since", "until")
        if form.value(name)
    }
    query = urlencode(asked)
    older = urlencode(asked | {"below": page.older}) if page and page.older else ""
    return visit.page(
        "desk/settings/audit.html",
        status=status,
        form=form,
        rows=[
            (
                each,
                trail_words.deed(each.entry.verb, each.entry.subject),
                trail_words.changes(each, zone=zone),
            )
            for each in (page.deeds if page else [])
        ],
        people=[
            ("", "Everyone"),
            *((each.id, each.name) for each in queries.people(visit.session)),
        ],
        is_filtered=bool(asked),
        first=f"{HERE}?{query}" if page and not page.is_first else "",
        older=f"{HERE}?{older}" if older else "",
        file=f"{HERE}/file?{query}",
    )
