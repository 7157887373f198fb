"""A person mends sending by hand: releases what is stuck, closes the breaker, retries letters."""

from dataclasses import dataclass

from sqlalchemy import select, update

from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.delivery import lifecycle, notices, upkeep
from campaigns.delivery.models import Relay
from campaigns.errors import NotFound
from campaigns.jobs import Job, enqueue


@dataclass(frozen=True, slots=True)
class Released:
    """What a release did: batches that wait again, messages put into new batches."""

    batches: int
    gathered: int


def release(session: Session, *, actor: User) -> Released:
    """Free what workers left behind, and ring for everything that waits.

    What the scheduler's round does by itself, now: only batches whose lease is over are taken, and
    what was on its way under them becomes uncertain. Safe beside workers that are alive.
    """
    permissions.require(actor, Verb.MEND_SENDING)
    taken = lifecycle.take_over(session)
    gathered = upkeep.gather_due(session)
    upkeep.ring(session)
    enqueue(session, Job.REAP)
    enqueue(session, Job.SEND_NOTICES)
    after = {"batches": len(taken), "gathered": gathered}
    audit.record(session, actor=actor, verb="release what is stuck", subject="sending", after=after)
    return Released(len(taken), gathered)


def close_breaker(session: Session, *, actor: User, relay: str) -> None:
    """Try a mail server again now that was left alone; raises NotFound for one never used."""
    permissions.require(actor, Verb.MEND_SENDING)
    before = session.execute(
        select(Relay.failures, Relay.open_until, Relay.last_error)
        .where(Relay.name == relay)
        .with_for_update()
    ).one_or_none()
    if before is None:
        raise NotFound(f"No mail server {relay} has been used yet.")
    session.execute(
        update(Relay)
        .where(Relay.name == relay)
        .values(failures=0, opened=0, open_until=None, last_error="")
        .execution_options(synchronize_session=False)
    )
    audit.record(
        session,
        actor=actor,
        verb="try the mail server again",
        subject=f"mail server {relay}",
        before={"failures": before.failures, "last_error": before.last_error},
    )
    upkeep.ring(session)
    enqueue(session, Job.SEND_NOTICES)


def retry_letters(session: Session, *, actor: User, kind: str) -> int:
    """Queue the failed letters of this kind again; how many."""
    permissions.require(actor, Verb.MEND_SENDING)
    number = notices.queue_again(session, kind=kind)
    if number:
        audit.record(
            session,
            actor=actor,
            verb="retry failed letters",
            subject=f"letters {kind}",
            after={"letters": number},
        )
        enqueue(session, Job.SEND_NOTICES)
    return number
