"""Send the letters that rooms have left: at least once, always under the same Message-ID."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from campaigns import clock, database, logs
from campaigns.accounts import queries as accounts
from campaigns.contacts import suppression
from campaigns.database import Session, Sessions, changed
from campaigns.delivery import restored
from campaigns.delivery.replies import Reply, Verdict, back_off
from campaigns.delivery.transports import ClosedBeforeDot, Envelope, RelayDown, Transport
from campaigns.errors import BedsideError
from campaigns.notices import SECRETS, Notice, NoticeStatus
from campaigns.rendering import notices as rendering

log = logs.get(__name__)

_ATTEMPTS = 12
_LEASE = timedelta(minutes=5)


def send_due(sessions: Sessions, transport: Transport) -> int:
    """Send every notice that is due; says how many were accepted."""
    accepted = 0
    while True:
        with database.transaction(sessions) as session:
            taken = _take(session)
            if taken is None:
                return accepted
            notice, envelope, message = taken
        if envelope is None:
            continue
        try:
            transport.ready()
            reply = transport.send(envelope, message)
        except (RelayDown, ClosedBeforeDot) as error:
            with database.transaction(sessions) as session:
                _later(session, notice, error=str(error))
            return accepted
        with database.transaction(sessions) as session:
            accepted += _record(session, notice, reply)


def _take(session: Session) -> tuple[Notice, Envelope | None, bytes] | None:
    """The next due notice, kept from others for five minutes (ix_notice_due)."""
    if restored.look(session):
        return None
    now = clock.now(session)
    notice = session.scalar(
        select(Notice)
        .where(Notice.status == NoticeStatus.QUEUED, Notice.next_at <= now)
        .order_by(Notice.next_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if notice is None:
        return None
    notice.attempts += 1
    notice.next_at = now + _LEASE
    if suppression.is_suppressed(session, notice.canonical_address, marketing=False):
        _end(session, notice, NoticeStatus.FAILED, error="the address is suppressed")
        return notice, None, b""
    try:
        message = rendering.render_notice(session, notice)
    except (BedsideError, ValueError, LookupError, TypeError) as error:
        # Put off, not ended: what is wrong may be the clinic's own data, and can be mended.
        log.warning("a notice cannot be rendered", notice=notice.id, error=str(error))
        _later(session, notice, error=str(error))
        return notice, None, b""
    sender = accounts.organisation(session).sender_address
    return notice, Envelope(mail_from=sender, rcpt_to=notice.address), message


def _record(session: Session, notice: Notice, reply: Reply) -> bool:
    if reply.verdict is Verdict.ACCEPTED:
        _end(session, notice, NoticeStatus.SENT)
        return True
    error = f"{reply.code} {reply.text}"[:500]
    if reply.code is not None and reply.code >= 500:
        _end(session, notice, NoticeStatus.FAILED, error=error)
        log.warning("a notice was refused", notice=notice.id, error=error)
    else:
        _later(session, notice, error=error)
    return False


def _later(session: Session, notice: Notice, *, error: str) -> None:
    if notice.attempts >= _ATTEMPTS:
        _end(session, notice, NoticeStatus.FAILED, error=error)
        return
    session.execute(
        update(Notice)
        .where(Notice.id == notice.id)
        .values(next_at=clock.now(session) + back_off(notice.attempts), error=error[:500])
    )


def queue_again(session: Session, *, kind: str) -> int:
    """failed -> queued for every letter of this kind, as new; how many (ix_notice_failed)."""
    result = session.execute(
        update(Notice)
        .where(Notice.status == NoticeStatus.FAILED, Notice.kind == kind)
        .values(status=NoticeStatus.QUEUED, attempts=0, next_at=clock.now(session), error="")
        .execution_options(synchronize_session=False)
    )
    return changed(result)


def _end(session: Session, notice: Notice, status: NoticeStatus, *, error: str = "") -> None:
    is_sent = status is NoticeStatus.SENT
    session.execute(
        update(Notice)
        .where(Notice.id == notice.id)
        .values(
            status=status,
            error=error,
            sent_at=clock.now(session) if is_sent else None,
            context=_without_secrets(notice.context) if is_sent else notice.context,
        )
    )


def _without_secrets(context: Mapping[str, Any]) -> dict[str, Any]:
    """What may be kept of a letter that has left: not the links that let somebody in."""
    return {name: value for name, value in context.items() if name not in SECRETS}
