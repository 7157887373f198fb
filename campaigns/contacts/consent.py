"""Give, confirm and withdraw consent, each with its proof; locks the contact against a send.

Permission per topic in a clear written or electronic form: Tex. Health & Safety Code 181.152(a).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from campaigns import addresses, clock, public_urls, tokens
from campaigns.contacts.models import Consent, ConsentEvent, ConsentState, Contact, Topic
from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.notices import leave

CONFIRM_WITHIN = timedelta(days=14)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC) - timedelta(days=1)
"""The first of January, wherever it began first."""


def give(
    session: Session,
    contact: Contact,
    *,
    topic: Topic,
    source: str,
    words: str,
    at: datetime | None = None,
    confirmed: bool = True,
) -> None:
    """Record that this person agreed to a topic: when, how, and the words they saw.

    Unconfirmed consent (somebody typed the address into a form) sends nothing until the person
    confirms it; a notice asks them to. It never weakens consent that stands.
    """
    require_proof(source, words)
    require_when(session, at)
    lock(session, contact)
    if not confirmed and _stands(session, contact, topic):
        return
    state = ConsentState.GIVEN if confirmed else ConsentState.UNCONFIRMED
    _record(session, contact, topic, state, at=at, source=source, words=words)
    if not confirmed:
        _ask(session, contact)


def give_to_new(
    session: Session,
    contacts: Sequence[tuple[Contact, datetime]],
    *,
    topics: Iterable[Topic],
    source: str,
    words: str,
) -> None:
    """Record what contacts added in this transaction agreed to, and when each did: all at once."""
    require_proof(source, words)
    now = clock.now(session)
    given = [(contact.id, topic, at) for contact, at in contacts for topic in topics]
    if not given:
        return
    common = {"state": ConsentState.GIVEN}
    session.execute(
        insert(Consent),
        [{"contact_id": id_, "topic": topic, "since": at, **common} for id_, topic, at in given],
    )
    proof = {"source": source, "words": words, "recorded_at": now, **common}
    session.execute(
        insert(ConsentEvent),
        [{"contact_id": id_, "topic": topic, "at": at, **proof} for id_, topic, at in given],
    )


def confirm(session: Session, contact: Contact, *, source: str) -> list[Topic]:
    """The person confirmed their address: what was unconfirmed is given now."""
    lock(session, contact)
    confirmed = [
        topic
        for topic, consent in states(session, contact).items()
        if consent.state is ConsentState.UNCONFIRMED
    ]
    for topic in confirmed:
        shown = "Confirmed by the person through the link in their message."
        _record(session, contact, topic, ConsentState.GIVEN, source=source, words=shown)
    return confirmed


def withdraw(
    session: Session, contact: Contact, *, through: str, topics: Iterable[Topic] | None = None
) -> list[Topic]:
    """End consent for these topics (None: all marketing); says which this changed.

    A topic never asked about counts as withdrawn from now on. Withdrawing twice changes nothing.
    The next intent sees it.
    """
    lock(session, contact)
    standing = states(session, contact)
    withdrawn = []
    for topic in Topic if topics is None else topics:
        before = standing.get(topic)
        if before is None or before.state is not ConsentState.WITHDRAWN:
            _record(session, contact, topic, ConsentState.WITHDRAWN, source=through, words="")
            withdrawn.append(topic)
    return withdrawn


def pause(session: Session, contact: Contact, *, days: int) -> datetime:
    """The person wants quiet for some days (1 to 365); consent stands. Says until when."""
    if not 1 <= days <= 365:
        raise Invalid("A pause takes 1 to 365 days.")
    lock(session, contact)
    contact.paused_until = clock.now(session) + timedelta(days=days)
    session.flush()
    return contact.paused_until


def unpause(session: Session, contact: Contact) -> None:
    """The person wants to hear from us again."""
    lock(session, contact)
    contact.paused_until = None
    session.flush()


def states(session: Session, contact: Contact) -> dict[Topic, Consent]:
    """Where this contact's consents stand (primary key); a topic never asked about is absent."""
    found = session.scalars(
        select(Consent)
        .where(Consent.contact_id == contact.id)
        .execution_options(populate_existing=True)
    )
    return {each.topic: each for each in found}


def given_by(session: Session, contact_ids: Iterable[int]) -> set[tuple[int, Topic]]:
    """Which of these contacts agree to which topic now (primary key)."""
    rows = session.execute(
        select(Consent.contact_id, Consent.topic).where(
            Consent.contact_id.in_(contact_ids), Consent.state == ConsentState.GIVEN
        )
    )
    return {(row.contact_id, row.topic) for row in rows}


def last_withdrawn(session: Session, contact: Contact, topic: Topic) -> datetime | None:
    """When the person withdrew, where they have not given or confirmed it since (index)."""
    last = session.scalars(
        select(ConsentEvent)
        .where(
            ConsentEvent.contact_id == contact.id,
            ConsentEvent.topic == topic,
            ConsentEvent.state != ConsentState.UNCONFIRMED,
        )
        .order_by(ConsentEvent.id.desc())
        .limit(1)
    ).first()
    return last.at if last and last.state is ConsentState.WITHDRAWN else None


def require_proof(source: str, words: str) -> None:
    """Raise Invalid unless it is said where consent was given and which words were shown."""
    if not source.strip() or not words.strip():
        raise Invalid("Consent needs its proof: where it was given and the words shown there.")


def require_when(session: Session, at: datetime | None) -> None:
    """Raise Invalid for a moment at which nobody can have agreed; None is now."""
    if at is None:
        return
    if at < _EARLIEST:
        raise Invalid("Consent cannot be older than 1990: check the year.")
    if at > clock.now(session):
        raise Invalid("Consent cannot be given in the future.")


def _stands(session: Session, contact: Contact, topic: Topic) -> bool:
    before = states(session, contact).get(topic)
    return before is not None and before.state is ConsentState.GIVEN


def lock(session: Session, contact: Contact) -> None:
    """Hold the contact's row, so that this and the intent of a send come one after the other."""
    session.execute(select(Contact.id).where(Contact.id == contact.id).with_for_update())


def _record(
    session: Session,
    contact: Contact,
    topic: Topic,
    state: ConsentState,
    *,
    source: str,
    words: str,
    at: datetime | None = None,
) -> None:
    now = clock.now(session)
    since = at or now
    session.add(
        ConsentEvent(
            contact_id=contact.id,
            topic=topic,
            state=state,
            at=since,
            source=source,
            words=words,
            recorded_at=now,
        )
    )
    statement = insert(Consent).values(contact_id=contact.id, topic=topic, state=state, since=since)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["contact_id", "topic"], set_={"state": state, "since": since}
        )
    )
    session.flush()


def _ask(session: Session, contact: Contact) -> None:
    if contact.address is None:
        raise Invalid("This contact was erased; there is no address to ask.")
    expires_at = clock.now(session) + CONFIRM_WITHIN
    token = tokens.mint_notice(tokens.Family.CONFIRM, subject_id=contact.id, expires_at=expires_at)
    leave(
        session,
        key=f"confirm:{contact.id}:{clock.now(session).date()}",
        kind="confirm_address",
        to=addresses.parse(contact.address),
        name=contact.first_name,
        language=contact.language,
        context={"name": contact.first_name, "confirm_url": public_urls.confirm(token)},
    )
