"""Who did what to what, with before and after, in the same transaction as the deed."""

from typing import Any

from campaigns import clock
from campaigns.accounts.models import AuditEntry, User
from campaigns.database import Session


def record(
    session: Session,
    *,
    actor: User,
    verb: str,
    subject: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write one entry; `subject` reads like `campaign autumn-savings`."""
    session.add(
        AuditEntry(
            at=clock.now(session),
            user_id=actor.id,
            actor=actor.address,
            verb=verb,
            subject=subject,
            before=before or {},
            after=after or {},
            reason=reason,
        )
    )
