"""A file of contacts on its way in: received, checked without changing anything, then imported.

The row is the truth: each slice of contacts and how far the file has come are one transaction, so
that a worker may die at any moment and no row is taken twice or lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic
from urllib.parse import unquote

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from campaigns import clock
from campaigns.accounts import permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.contacts import consent, importing, lifecycle, spreadsheet, taking
from campaigns.contacts.csv_reading import CsvRow
from campaigns.contacts.models import ContactUpload, Topic, UploadRefusal, UploadStatus
from campaigns.contacts.taking import Kind, Proof, Tally
from campaigns.database import Session, Sessions
from campaigns.errors import Invalid, NotFound
from campaigns.jobs import Job, enqueue

KEPT_FOR = timedelta(hours=24)
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class _Work:
    """One pass over one file, as far as it has come."""

    upload: ContactUpload
    rows: Sequence[CsvRow]
    firsts: Mapping[str, int]
    proof: Proof

    def next_rows(self) -> Sequence[CsvRow]:
        """The rows that come next; none at the end."""
        return self.rows[self.upload.cursor : self.upload.cursor + importing.SLICE]


def receive(session: Session, raw: bytes, *, filename: str, actor: User) -> ContactUpload:
    """Keep an uploaded file for a day; raises BadFile saying what to do about it."""
    permissions.require(actor, Verb.IMPORT_CONTACTS)
    sheet = spreadsheet.read(raw)
    now = clock.now(session)
    upload = ContactUpload(
        filename=_shown(filename),
        content=spreadsheet.packed(sheet),
        titles=list(sheet.titles),
        dropped=list(sheet.dropped),
        rows=len(sheet.rows),
        created_at=now,
        expires_at=now + KEPT_FOR,
        user_id=actor.id,
        status=UploadStatus.RECEIVED,
        mapping=spreadsheet.guessed(sheet.titles),
    )
    session.add(upload)
    session.flush()
    return upload


def _shown(filename: str) -> str:
    """The file's name as people know it, on one line; browsers may send it percent-encoded."""
    decoded = unquote(filename)
    printable = "".join(each if each.isprintable() else " " for each in decoded)
    return " ".join(printable.split())[-_LONGEST_NAME:]


def by_id(session: Session, upload_id: int) -> ContactUpload:
    """An upload that is still kept (primary key); raises NotFound once its day is over."""
    found = session.get(ContactUpload, upload_id)
    if found is None or found.expires_at <= clock.now(session):
        raise NotFound("This file is not kept any more: a file is thrown away after a day.")
    return found


def unfinished(session: Session) -> list[ContactUpload]:
    """Files that were begun and not taken in yet, newest first (ix_contact_upload_expiry)."""
    return list(
        session.scalars(
            select(ContactUpload)
            .where(
                ContactUpload.expires_at > clock.now(session),
                ContactUpload.status != UploadStatus.IMPORTED,
            )
            .order_by(ContactUpload.id.desc())
        )
    )


def sample(upload: ContactUpload, *, most: int = 3) -> list[list[str]]:
    """The first rows as they stand in the file; none once it was taken in."""
    return spreadsheet.first_cells(upload.content, most=most) if upload.content else []


def refusals(session: Session, upload: ContactUpload, *, most: int) -> list[UploadRefusal]:
    """The first rows that are not taken, by line (primary key)."""
    found = select(UploadRefusal).where(UploadRefusal.upload_id == upload.id)
    return list(session.scalars(found.order_by(UploadRefusal.line).limit(most)))


def refused_by_kind(session: Session, upload: ContactUpload) -> dict[Kind, int]:
    """How many rows are not taken for which reason, the most frequent first (primary key)."""
    number = func.count().label("number")
    rows = session.execute(
        select(UploadRefusal.kind, number)
        .where(UploadRefusal.upload_id == upload.id)
        .group_by(UploadRefusal.kind)
        .order_by(number.desc(), UploadRefusal.kind)
    )
    return {Kind(row.kind): row.number for row in rows}


def check(
    session: Session,
    upload: ContactUpload,
    *,
    actor: User,
    mapping: Mapping[str, int],
    proof: Proof,
) -> None:
    """Go through the file with these columns and this proof, changing nothing (a job does it)."""
    permissions.require(actor, Verb.IMPORT_CONTACTS)
    if "email" not in mapping:
        raise Invalid("Say which column holds the email addresses.")
    if proof.topics and not (proof.source.strip() and proof.words.strip()):
        raise Invalid("Consent needs its proof: where it was given and the words shown there.")
    consent.require_when(session, proof.given_at)
    lifecycle.check(
        session,
        upload,
        mapping=dict(mapping),
        topics=[each.value for each in proof.topics],
        source=proof.source.strip(),
        words=proof.words.strip(),
        given_at=proof.given_at,
    )
    enqueue(session, Job.TAKE_UPLOADS)


def begin_import(session: Session, upload: ContactUpload, *, actor: User) -> None:
    """Take the checked file in (a job does it); raises NotInState where it is not checked."""
    permissions.require(actor, Verb.IMPORT_CONTACTS)
    lifecycle.begin_import(session, upload)
    upload.user_id = actor.id
    enqueue(session, Job.TAKE_UPLOADS)


def discard(session: Session, upload: ContactUpload, *, actor: User) -> None:
    """Throw the file away; contacts that were taken in from it stay."""
    permissions.require(actor, Verb.IMPORT_CONTACTS)
    session.delete(upload)
    session.flush()


def work(sessions: Sessions, *, seconds: float) -> None:
    """Go on with every file that waits, and throw away those whose day is over."""
    ends = monotonic() + seconds
    with sessions.begin() as session:
        _purge(session)
        waiting = list(
            session.scalars(
                select(ContactUpload.id)
                .where(ContactUpload.status.in_(lifecycle.AT_WORK))
                .order_by(ContactUpload.id)
            )
        )
    for upload_id in waiting:
        work_on(sessions, upload_id, seconds=max(ends - monotonic(), 0.0))


def work_on(sessions: Sessions, upload_id: int, *, seconds: float) -> None:
    """Go on with one file for so long; what is left rings for the next worker."""
    ends = monotonic() + seconds
    work = _claim(sessions, upload_id)
    while work is not None and work.next_rows() and monotonic() < ends:
        try:
            work = _advance(sessions, work)
        except IntegrityError:  # someone added one of these addresses this moment: look again
            continue
    if work is not None:
        _end(sessions, work)


def _claim(sessions: Sessions, upload_id: int) -> _Work | None:
    with sessions.begin() as session:
        upload = session.get(ContactUpload, upload_id)
        if upload is None or not lifecycle.claim(session, upload):
            return None
        rows = spreadsheet.unpacked(upload.content, titles=upload.titles, mapping=upload.mapping)
    return _Work(upload, rows, taking.first_lines(rows), proof_of(upload))


def _advance(sessions: Sessions, work: _Work) -> _Work | None:
    part = work.next_rows()
    with sessions() as session:
        upload = session.get_one(ContactUpload, work.upload.id)
        only_look = upload.status is not UploadStatus.IMPORTING
        step = session.begin_nested()
        tally = taking.take(
            session, part, firsts=work.firsts, proof=work.proof, only_look=only_look
        )
        step.rollback() if only_look else step.commit()
        if not _note(session, upload, tally, expected=work.upload):
            session.rollback()
            return None
        session.commit()
    return replace(work, upload=upload)


def _note(
    session: Session, upload: ContactUpload, tally: Tally, *, expected: ContactUpload
) -> bool:
    if (upload.status, upload.cursor) != (expected.status, expected.cursor):
        return False
    refused = [
        {
            "upload_id": upload.id,
            "line": each.line,
            "value": each.address,
            "kind": each.kind.value,
            "reason": each.reason,
        }
        for each in tally.refused
    ]
    if not lifecycle.advance(session, upload, tally):
        return False
    if refused:
        session.execute(insert(UploadRefusal), refused)
    return True


def _end(sessions: Sessions, work: _Work) -> None:
    with sessions.begin() as session:
        upload = session.get_one(ContactUpload, work.upload.id)
        is_import = upload.status is UploadStatus.IMPORTING
        if lifecycle.end_pass(session, upload):
            if is_import:
                _record(session, upload)
            return
        lifecycle.let_go(session, upload)
        enqueue(session, Job.TAKE_UPLOADS)


def proof_of(upload: ContactUpload) -> Proof:
    """What these people agreed to, as it was said with the file."""
    topics = tuple(Topic(each) for each in upload.topics)
    return Proof(topics, upload.source, upload.words, upload.given_at)


def _record(session: Session, upload: ContactUpload) -> None:
    importing.record(
        session,
        actor=session.get_one(User, upload.user_id),
        proof=proof_of(upload),
        added=upload.added,
        updated=upload.updated,
        refused=upload.rows - upload.added - upload.updated - upload.unchanged,
    )


def _purge(session: Session) -> None:
    session.execute(delete(ContactUpload).where(ContactUpload.expires_at <= clock.now(session)))
