"""Leave a letter to be sent: a row now, in the caller's transaction; the mail follows.

`delivery.notices` sends it. There is no foreign key to a contact (contacts live in a later room):
a notice is erased by its canonical address.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, select, text, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from campaigns import clock
from campaigns.addresses import Address
from campaigns.database import Base, Session, WithId, changed, words
from campaigns.jobs import Job, enqueue

SECRETS = frozenset({"invitation_url", "reset_url"})
"""Values that let somebody in: forgotten once their letter has left."""


class NoticeStatus(StrEnum):
    """Where a notice stands."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class Notice(WithId, Base):
    """One letter of the system's own: sent at least once, always with the same Message-ID."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_due", "next_at", postgresql_where=text("status = 'queued'")),
        Index("ix_notice_failed", "kind", postgresql_where=text("status = 'failed'")),
    )

    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    address: Mapped[str]
    canonical_address: Mapped[str] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    context: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[NoticeStatus] = mapped_column(
        words(NoticeStatus, "status"), default=NoticeStatus.QUEUED
    )
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")


def leave(
    session: Session,
    *,
    key: str,
    kind: str,
    to: Address,
    name: str = "",
    language: str = "en",
    context: dict[str, Any],
    not_before: datetime | None = None,
) -> None:
    """Leave a letter of this kind (a folder in `templates/email/notices`); the same key, once.

    `not_before` keeps it back for a while, in which `withdraw` can still take it away.
    """
    now = clock.now(session)
    statement = insert(Notice).values(
        key=key,
        kind=kind,
        address=to.given,
        canonical_address=to.canonical,
        name=name,
        language=language,
        context=context,
        status=NoticeStatus.QUEUED,
        attempts=0,
        next_at=not_before or now,
        created_at=now,
        error="",
    )
    session.execute(statement.on_conflict_do_nothing(index_elements=["key"]))
    enqueue(session, Job.SEND_NOTICES)


def withdraw(session: Session, key: str) -> bool:
    """Take a letter back that no worker has begun to send; False where it is too late for that."""
    result = session.execute(
        update(Notice)
        .where(Notice.key == key, Notice.status == NoticeStatus.QUEUED, Notice.attempts == 0)
        .values(status=NoticeStatus.WITHDRAWN)
        .execution_options(synchronize_session=False)
    )
    return changed(result) == 1


def keyed(session: Session, keys: Collection[str]) -> dict[str, Notice]:
    """The letters left under these keys, by their key (unique index)."""
    found = session.scalars(select(Notice).where(Notice.key.in_(list(keys))))
    return {each.key: each for each in found}
