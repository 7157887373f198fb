"""What an answer of the mail server does to the delivery, the address and the campaign."""

from sqlalchemy import update

from campaigns import clock
from campaigns.contacts import suppression
from campaigns.contacts.models import Contact, Scope, SuppressionReason
from campaigns.database import Session
from campaigns.delivery import lifecycle
from campaigns.delivery.models import Attempt, Batch, Delivery, Reason, Relay
from campaigns.delivery.replies import Reply, Verdict, back_off
from campaigns.delivery.throttle import RELAY
from campaigns.planning import lifecycle as campaign_lifecycle
from campaigns.planning.models import Campaign

_IN_A_ROW = 5
_FULL_MAILBOXES = 3


def record(
    session: Session, *, batch: Batch, delivery_id: int, contact: Contact, reply: Reply
) -> None:
    """Record one answer and what follows from it."""
    verdict = reply.verdict
    if verdict is Verdict.ACCEPTED:
        _accepted(session, batch, delivery_id, reply)
        return
    _note(session, delivery_id, reply)
    if verdict is Verdict.UNKNOWN:
        lifecycle.doubt(session, delivery_id, batch=batch, answer=reply.text)
    elif verdict in {Verdict.RELAY, Verdict.OUR_SENDER}:
        _our_fault(session, batch, delivery_id, reply)
    elif verdict is Verdict.LATER:
        delivery = session.get_one(Delivery, delivery_id, populate_existing=True)
        until = clock.now(session) + back_off(delivery.attempts)
        lifecycle.defer(session, delivery_id, batch=batch, until=until, answer=reply.text)
    else:
        _refused(session, batch, delivery_id, contact, reply)


def _accepted(session: Session, batch: Batch, delivery_id: int, reply: Reply) -> None:
    lifecycle.accept(session, delivery_id, answer=reply.text)
    session.execute(
        update(Relay).where(Relay.name == RELAY).values(last_accepted_at=clock.now(session))
    )
    session.execute(
        update(Campaign)
        .where(Campaign.id == batch.campaign_id, Campaign.failures_in_row > 0)
        .values(failures_in_row=0)
    )


def _our_fault(session: Session, batch: Batch, delivery_id: int, reply: Reply) -> None:
    lifecycle.take_back(session, delivery_id, batch=batch)
    if reply.verdict is Verdict.OUR_SENDER:
        campaign = session.get_one(Campaign, batch.campaign_id)
        reason = f"the mail server refuses our sender address: {reply.code} {reply.text}"
        campaign_lifecycle.pause(session, campaign, reason=reason[:300])


def _refused(
    session: Session, batch: Batch, delivery_id: int, contact: Contact, reply: Reply
) -> None:
    verdict = reply.verdict
    reason = Reason.HARD_BOUNCE if verdict is Verdict.NO_SUCH_ADDRESS else Reason.REFUSED
    answer = f"{reply.code} {reply.text}"
    lifecycle.fail(session, delivery_id, batch=batch, reason=reason, answer=answer)
    if verdict is Verdict.NO_SUCH_ADDRESS:
        _suppress(session, contact, reply)
    elif verdict is Verdict.MAILBOX_FULL:
        if _one_more_full_mailbox(session, contact) >= _FULL_MAILBOXES:
            _suppress(session, contact, reply)
    elif verdict in {Verdict.POLICY, Verdict.TOO_LARGE}:
        why = f"the mail server refuses our messages: {reply.code} {reply.text}"
        count_failure(session, batch, reason=why, at_once=verdict is Verdict.TOO_LARGE)


def _one_more_full_mailbox(session: Session, contact: Contact) -> int:
    return session.execute(
        update(Contact)
        .where(Contact.id == contact.id)
        .values(soft_bounces=Contact.soft_bounces + 1)
        .returning(Contact.soft_bounces)
    ).scalar_one()


def _suppress(session: Session, contact: Contact, reply: Reply) -> None:
    if contact.canonical_address is not None:
        suppression.suppress(
            session,
            canonical=contact.canonical_address,
            scope=Scope.EVERYTHING,
            reason=SuppressionReason.BOUNCE,
            detail=f"{reply.code} {reply.text}",
        )


def count_failure(session: Session, batch: Batch, *, reason: str, at_once: bool = False) -> None:
    """One more failure of the same kind in a row: five (or one, `at_once`) pause the campaign."""
    campaign = session.get_one(
        Campaign, batch.campaign_id, with_for_update=True, populate_existing=True
    )
    campaign.failures_in_row += 1
    session.flush()
    if at_once or campaign.failures_in_row >= _IN_A_ROW:
        campaign_lifecycle.pause(session, campaign, reason=reason[:300])


def _note(session: Session, delivery_id: int, reply: Reply) -> None:
    session.add(
        Attempt(
            delivery_id=delivery_id,
            at=clock.now(session),
            phase=reply.phase,
            code=reply.code,
            answer=reply.text[:500],
            verdict=reply.verdict,
        )
    )
    session.flush()
