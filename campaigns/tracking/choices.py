"""What a reader chose on the preferences page that a message led to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from campaigns.contacts import consent, queries, suppression
from campaigns.contacts.models import ConsentState, Contact, Topic
from campaigns.database import Session
from campaigns.delivery.models import Delivery
from campaigns.tracking import ingest

SOURCE = "preferences page"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a reader stands: the topics they hear about, their pause, and what keeps us silent."""

    contact: Contact
    topics: frozenset[Topic]
    paused_until: datetime | None
    is_suppressed: bool


def standing(session: Session, delivery: Delivery, *, now: datetime) -> Standing:
    """Where the reader of this message stands now."""
    contact = queries.by_id(session, delivery.contact_id)
    states = consent.states(session, contact)
    given = {topic for topic, each in states.items() if each.state is ConsentState.GIVEN}
    until = contact.paused_until
    address = contact.canonical_address
    return Standing(
        contact=contact,
        topics=frozenset(given),
        paused_until=until if until is not None and until > now else None,
        is_suppressed=address is not None
        and suppression.is_suppressed(session, address, marketing=True),
    )


def choose(
    session: Session, delivery: Delivery, *, wanted: Mapping[Topic, str], now: datetime
) -> None:
    """Hear about these topics (each with the words that were shown), and about no others.

    What stands as it was wanted is left untouched, with its first proof.
    """
    before = standing(session, delivery, now=now)
    for topic in [each for each in wanted if each not in before.topics]:
        consent.give(session, before.contact, topic=topic, source=SOURCE, words=wanted[topic])
    given_up = [each for each in before.topics if each not in wanted]
    if given_up:
        consent.withdraw(session, before.contact, through=SOURCE, topics=given_up)
        ingest.narrowed(session, delivery)


def be_quiet(session: Session, delivery: Delivery, *, days: int) -> None:
    """Write nothing for so many days; 0 ends a pause."""
    contact = queries.by_id(session, delivery.contact_id)
    if days:
        consent.pause(session, contact, days=days)
    else:
        consent.unpause(session, contact)
