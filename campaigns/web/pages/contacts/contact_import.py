"""Import contacts from a file: upload, say what the columns are, look at the numbers, import."""

from datetime import date
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.datastructures import FormData, UploadFile

from campaigns import clock, database
from campaigns.accounts import queries as accounts
from campaigns.contacts import spreadsheet, upload_reach, uploads
from campaigns.contacts.models import ContactUpload, Topic, UploadStatus
from campaigns.contacts.taking import Kind, Proof
from campaigns.database import Session
from campaigns.errors import BadFile, Invalid
from campaigns.web import csv_files, desk, forms
from campaigns.web.dependencies import InTransaction, Number, factory
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.contacts import contact_words
from campaigns.web.pages.contacts.listing import day_begins
from campaigns.web.staff import SignedIn
from campaigns.web.visit import Visit

HERE = "/desk/contacts/import"
_AT_ONCE = 2.0
"""Seconds of work done while the person waits; a worker does what is left."""
_SHOWN = 50
_MOST_REFUSED = 200_000
_WORKING = {UploadStatus.CHECKING, UploadStatus.IMPORTING}

COLUMNS = {
    "email": "Email address",
    "first_name": "First name",
    "last_name": "Last name",
    "region": "Region (such as US-TX, TX or Texas)",
    "language": "Language (such as en)",
    "zone": "Time zone (such as America/Chicago)",
    "consent_at": "Day they agreed (such as 2026-03-31)",
}
REASONS = {
    Kind.ADDRESS: "the address cannot be read",
    Kind.TWICE: "the address stands in the file twice",
    Kind.SUPPRESSED: "suppressed: a bounce, a complaint, or they asked never to be written to",
    Kind.WITHDRAWN: "withdrew consent; only they can give it again",
    Kind.VALUE: "another value cannot be taken",
}

router = APIRouter(prefix=HERE)


class Chosen(BaseModel):
    """What these people agreed to, and the proof."""

    agreed: Literal["yes", "no"]
    topics: list[Topic] = []
    source: str = Field("", max_length=300)
    words: str = Field("", max_length=1000)
    given_on: date | None = None


@router.get("")
def ask(visit: Visit) -> Response:
    """Where a file is chosen; files that were begun stand below."""
    return _first_page(visit, forms.blank())


@router.post("")
def receive(visit: Visit, posted: Posted) -> Response:
    """Keep the file for a day and go on to its columns."""
    file, form = posted.get("file"), forms.blank()
    if not isinstance(file, UploadFile) or not file.filename:
        form.refuse("file", "Choose a file first.")
        return _first_page(visit, form, status=422)
    try:
        raw = file.file.read(spreadsheet.MOST_BYTES + 1)
        upload = uploads.receive(visit.session, raw, filename=file.filename, actor=visit.user)
    except BadFile as error:
        form.refuse("file", str(error))
        return _first_page(visit, form, status=422)
    return desk.moved(f"{HERE}/{upload.id}")


@router.get("/{upload_id}")
def show(visit: Visit, upload_id: Number, change: str = "") -> Response:
    """Where the file stands: its columns, its progress, its numbers, or what became of it."""
    upload = uploads.by_id(visit.session, upload_id)
    if upload.status is UploadStatus.RECEIVED or (change and upload.status is UploadStatus.CHECKED):
        return _columns_page(visit, upload, _as_chosen(visit.session, upload))
    values: dict[str, Any] = {"upload": upload, "file": upload.filename}
    if upload.status in _WORKING:
        if visit.is_partial:
            return visit.part("desk/contacts/_working.html", **values)
        return visit.page("desk/contacts/import_working.html", **values)
    if visit.is_partial:
        return Response(headers={"HX-Redirect": f"{HERE}/{upload.id}"})
    kinds = uploads.refused_by_kind(visit.session, upload)
    return visit.page(
        "desk/contacts/import_result.html",
        kinds={REASONS[kind]: number for kind, number in kinds.items()},
        refused=sum(kinds.values()),
        outside=upload_reach.outside(visit.session, upload),
        refusals=uploads.refusals(visit.session, upload, most=_SHOWN),
        left_out=_left_out(upload),
        is_done=upload.status is UploadStatus.IMPORTED,
        words=contact_words,
        Topic=Topic,
        **values,
    )


@router.post("/{upload_id}/check")
def check(visit: Visit, upload_id: Number, posted: Posted) -> Response:
    """Go through the file without changing anything."""
    upload = uploads.by_id(visit.session, upload_id)
    form = forms.read(Chosen, posted)
    mapping = _mapping(upload, posted, form)
    if form.model is not None:
        _require_proof(form)
    if form.model is not None:
        try:
            proof = _proof(visit.session, form.model)
            with database.transaction(factory(visit.request)) as own:
                mine = uploads.by_id(own, upload_id)
                uploads.check(own, mine, actor=visit.user, mapping=mapping, proof=proof)
        except Invalid as error:
            form.refuse("given_on", str(error))
        else:
            return _work(visit.request, upload_id)
    return _columns_page(visit, upload, form, status=422)


@router.post("/{upload_id}/take")
def take(request: Request, user: SignedIn, upload_id: Number) -> Response:
    """Import what the check foretold."""
    with database.transaction(factory(request)) as own:
        uploads.begin_import(own, uploads.by_id(own, upload_id), actor=user)
    return _work(request, upload_id)


@router.post("/{upload_id}/discard")
def discard(session: InTransaction, user: SignedIn, upload_id: Number) -> Response:
    """Throw the file away."""
    upload = uploads.by_id(session, upload_id)
    uploads.discard(session, upload, actor=user)
    return desk.moved(HERE, say=f"{upload.filename} is thrown away. No contact was changed by it.")


@router.get("/{upload_id}/refused.csv")
def refused(session: InTransaction, user: SignedIn, upload_id: Number) -> Response:
    """The rows that are not taken, as a file to mend and import again."""
    upload = uploads.by_id(session, upload_id)
    rows = uploads.refusals(session, upload, most=_MOST_REFUSED)
    return csv_files.download(
        f"not-taken-{upload.id}.csv",
        ("line", "email", "why"),
        ((each.line, each.value, each.reason) for each in rows),
    )


def _work(request: Request, upload_id: int) -> Response:
    uploads.work_on(factory(request), upload_id, seconds=_AT_ONCE)
    return desk.moved(f"{HERE}/{upload_id}")


def _first_page(visit: Visit, form: Form[Any], *, status: int = 200) -> Response:
    return visit.page(
        "desk/contacts/import.html",
        status=status,
        form=form,
        begun=uploads.unfinished(visit.session),
        columns=COLUMNS,
    )


def _columns_page(
    visit: Visit,
    upload: ContactUpload,
    form: Form[Any],
    *,
    status: int = 200,
) -> Response:
    return visit.page(
        "desk/contacts/import_columns.html",
        status=status,
        upload=upload,
        form=form,
        titles=list(enumerate(upload.titles)),
        sample=uploads.sample(upload),
        columns=COLUMNS,
        words=contact_words,
        Topic=Topic,
    )


def _as_chosen(session: Session, upload: ContactUpload) -> Form[Any]:
    places = {f"column-{at}": name for name, at in upload.mapping.items()}
    is_chosen = upload.status is not UploadStatus.RECEIVED
    zone = accounts.organisation(session).zone
    given = clock.on_wall(upload.given_at, zone).date().isoformat() if upload.given_at else ""
    return forms.blank(
        agreed=("yes" if upload.topics else "no") if is_chosen else "",
        topics=list(upload.topics),
        source=upload.source,
        words=upload.words,
        given_on=given,
        **places,
    )


def _mapping(upload: ContactUpload, posted: FormData, form: Form[Any]) -> dict[str, int]:
    mapping: dict[str, int] = {}
    for at, title in enumerate(upload.titles):
        name = str(posted.get(f"column-{at}", ""))
        if name not in COLUMNS or title in upload.dropped:
            continue
        if name in mapping:
            other = upload.titles[mapping[name]]
            form.refuse(
                f"column-{at}", f"“{other}” is the {COLUMNS[name].lower()} already; keep one."
            )
        mapping.setdefault(name, at)
    if "email" not in mapping:
        form.refuse("columns", "Say which column holds the email addresses.")
    return mapping


def _require_proof(form: Form[Chosen]) -> None:
    given = form.model
    if given is None or given.agreed == "no":
        return
    if not given.topics:
        form.refuse("topics", "Choose what they agreed to, or say that they did not.")
    if not given.source:
        form.refuse("source", "Say where and how they agreed.")
    if not given.words:
        form.refuse("words", "Write down the words they agreed to.")


def _proof(session: Session, given: Chosen) -> Proof:
    if given.agreed == "no":
        return Proof((), "", "")
    day = day_begins(session, given.given_on)
    return Proof(tuple(given.topics), given.source, given.words, day)


def _left_out(upload: ContactUpload) -> list[str]:
    taken = set(upload.mapping.values())
    return [
        title
        for at, title in enumerate(upload.titles)
        if at not in taken and title not in upload.dropped
    ]
