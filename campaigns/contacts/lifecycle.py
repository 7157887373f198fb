"""The moves of an uploaded file's status, each a conditional update that knows where it starts."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, or_, update

from campaigns import clock
from campaigns.contacts.models import ContactUpload, UploadRefusal, UploadStatus
from campaigns.contacts.taking import Tally
from campaigns.database import Session, changed
from campaigns.errors import NotInState

S = UploadStatus
LEASE = timedelta(seconds=60)
AT_WORK = (S.CHECKING, S.IMPORTING)

_AFRESH = {"cursor": 0, "added": 0, "updated": 0, "unchanged": 0, "lease_until": None}


def check(session: Session, upload: ContactUpload, **chosen: Any) -> None:
    """Go through the file without changing a contact, with these columns and this proof."""
    session.execute(delete(UploadRefusal).where(UploadRefusal.upload_id == upload.id))
    moved = _move(session, upload, to=S.CHECKING, out_of={S.RECEIVED, S.CHECKED}, **chosen)
    _must(moved, "It is being worked on, or was imported already.")


def begin_import(session: Session, upload: ContactUpload) -> None:
    """Take in what the check foretold."""
    session.execute(delete(UploadRefusal).where(UploadRefusal.upload_id == upload.id))
    moved = _move(session, upload, to=S.IMPORTING, out_of={S.CHECKED})
    _must(moved, "It was imported already, or has to be checked first.")


def claim(session: Session, upload: ContactUpload) -> bool:
    """Hold the file for a minute; False where nothing is to be done or somebody is at it."""
    now = clock.now(session)
    free = or_(ContactUpload.lease_until.is_(None), ContactUpload.lease_until < now)
    return _update(
        session, upload, ContactUpload.status.in_(AT_WORK), free, lease_until=now + LEASE
    )


def advance(session: Session, upload: ContactUpload, tally: Tally) -> bool:
    """Count these rows as gone through; False where somebody else was faster."""
    return _update(
        session,
        upload,
        ContactUpload.status == upload.status,
        ContactUpload.cursor == upload.cursor,
        cursor=upload.cursor + tally.rows,
        added=upload.added + tally.added,
        updated=upload.updated + tally.updated,
        unchanged=upload.unchanged + tally.unchanged,
        lease_until=clock.now(session) + LEASE,
    )


def let_go(session: Session, upload: ContactUpload) -> None:
    """Leave the rest to whoever comes next."""
    _update(session, upload, ContactUpload.status.in_(AT_WORK), lease_until=None)


def end_pass(session: Session, upload: ContactUpload) -> bool:
    """Every row was gone through: the check is done, or the import, and then the rows are gone."""
    whole = ContactUpload.cursor == ContactUpload.rows
    values: dict[str, Any] = {"lease_until": None, "finished_at": clock.now(session)}
    if upload.status is S.CHECKING:
        at_check = ContactUpload.status == S.CHECKING
        return _update(session, upload, at_check, whole, status=S.CHECKED, **values)
    at_import = ContactUpload.status == S.IMPORTING
    return _update(session, upload, at_import, whole, status=S.IMPORTED, content=b"", **values)


def _move(
    session: Session,
    upload: ContactUpload,
    *,
    to: UploadStatus,
    out_of: Collection[UploadStatus],
    **values: Any,
) -> bool:
    standing = ContactUpload.status.in_(list(out_of))
    return _update(session, upload, standing, status=to, **_AFRESH, **values)


def _update(session: Session, upload: ContactUpload, *conditions: Any, **values: Any) -> bool:
    result = session.execute(
        update(ContactUpload)
        .where(ContactUpload.id == upload.id, *conditions)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(upload)
    return changed(result) == 1


def _must(moved: bool, why: str) -> None:
    if not moved:
        raise NotInState(why)
