"""What follows from an event: facts left on the contact, consent withdrawn, an address silenced.

Nothing about a person ever follows from an open; that an uncertain message arrived does.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, or_, select, update

from campaigns.contacts import consent, queries, suppression
from campaigns.contacts.models import Contact, Scope, SuppressionReason, Topic
from campaigns.database import Session
from campaigns.delivery import lifecycle
from campaigns.delivery.models import Delivery, DeliveryStatus
from campaigns.tracking.models import Event, EventKind, MadeBy

ARRIVED = "it arrived: it was opened, followed or answered"


def arrived(session: Session, delivery: Delivery) -> None:
    """Whatever becomes of an uncertain message shows that it arrived: it counts as accepted.

    When exactly is not known; the moment at which it was due to leave stands for it.
    """
    if delivery.status is DeliveryStatus.UNCERTAIN:
        lifecycle.accept(session, delivery.id, answer=ARRIVED, at=delivery.next_at)


def clicked(session: Session, delivery: Delivery, *, at: datetime) -> None:
    """A person clicked: the contact was last active then."""
    session.execute(
        update(Contact)
        .where(
            Contact.id == delivery.contact_id,
            or_(Contact.last_clicked_at.is_(None), Contact.last_clicked_at < at),
        )
        .values(last_clicked_at=at)
    )


def taken_back(session: Session, delivery: Delivery, *, events: Iterable[Event]) -> None:
    """What seemed a person's clicks were a machine's: the contact was active before them."""
    moments = {each.occurred_at for each in events if each.kind is EventKind.CLICKED}
    if not moments:
        return
    by_people = (
        select(func.max(Event.occurred_at))
        .join(Delivery, Delivery.id == Event.delivery_id)
        .where(
            Delivery.contact_id == delivery.contact_id,
            Event.kind == EventKind.CLICKED,
            Event.made_by == MadeBy.HUMAN,
        )
        .scalar_subquery()
    )
    session.execute(
        update(Contact)
        .where(Contact.id == delivery.contact_id, Contact.last_clicked_at.in_(moments))
        .values(last_clicked_at=by_people)
    )


def unsubscribed(session: Session, delivery: Delivery, *, through: str) -> list[Topic]:
    """The person wants no more: consent to every marketing topic ends; says which stood."""
    contact = queries.by_id(session, delivery.contact_id)
    return consent.withdraw(session, contact, through=through)


def complained(session: Session, delivery: Delivery) -> None:
    """The person called it spam: nothing of marketing goes to this address again."""
    _suppress(session, delivery, Scope.MARKETING, SuppressionReason.COMPLAINT, "")


def bounced(session: Session, delivery: Delivery, *, answer: str) -> None:
    """There is no such address: nothing goes there again."""
    _suppress(session, delivery, Scope.EVERYTHING, SuppressionReason.BOUNCE, answer)


def _suppress(
    session: Session, delivery: Delivery, scope: Scope, reason: SuppressionReason, detail: str
) -> None:
    contact = queries.by_id(session, delivery.contact_id)
    if contact.canonical_address is not None:
        suppression.suppress(
            session, canonical=contact.canonical_address, scope=scope, reason=reason, detail=detail
        )
