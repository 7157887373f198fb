"""What the clinic does for one person who calls or stands at the desk; each deed is recorded."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from campaigns import addresses
from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.contacts import consent, details, importing, queries, regions, suppression
from campaigns.contacts.models import Contact, Scope, Suppression, SuppressionReason, Topic
from campaigns.database import Session
from campaigns.errors import Conflict, Invalid, NotFound

PHONE = "phone"


def add(
    session: Session,
    *,
    actor: User,
    address: str,
    values: Mapping[str, str],
    topics: Iterable[Topic] = (),
    source: str = "",
    words: str = "",
    given_at: datetime | None = None,
) -> Contact:
    """Add one person by hand, with what they agreed to and its proof.

    Without a topic they only get notices. Raises Conflict where the address is a contact already.
    """
    permissions.require(actor, Verb.EDIT_CONTACTS)
    read = addresses.parse(address)
    if queries.find(session, read.canonical) is not None:
        raise Conflict(f"{read.given} is a contact already.")
    homes = regions.homes(session)
    checked, agreed = details.checked(values, homes=homes), list(topics)
    if agreed:
        consent.require_when(session, given_at)
        consent.require_proof(source, words)
    contact = importing.add(session, read)
    details.apply(contact, checked)
    for topic in agreed:
        consent.give(session, contact, topic=topic, source=source, words=words, at=given_at)
    after = {"topics": [each.value for each in agreed], "source": source}
    _record(session, contact, actor=actor, verb="add contact", after=after)
    return contact


def give(
    session: Session,
    contact: Contact,
    *,
    actor: User,
    topic: Topic,
    source: str,
    words: str,
    at: datetime | None = None,
) -> None:
    """Record what the person agreed to: how, with which words, and when (now unless said)."""
    permissions.require(actor, Verb.EDIT_CONTACTS)
    _require_present(contact)
    _give(session, contact, topic, source=source, words=words, at=at)
    after = {"topic": topic.value, "source": source}
    _record(session, contact, actor=actor, verb="give consent", after=after)


def withdraw(
    session: Session,
    contact: Contact,
    *,
    actor: User,
    topics: Iterable[Topic] | None = None,
    through: str = PHONE,
) -> list[Topic]:
    """The person wants no more of these topics (None: of any); says which this changed."""
    permissions.require(actor, Verb.EDIT_CONTACTS)
    withdrawn = consent.withdraw(session, contact, through=through, topics=topics)
    if withdrawn:
        after = {"topics": [each.value for each in withdrawn], "through": through}
        _record(session, contact, actor=actor, verb="withdraw consent", after=after)
    return withdrawn


def pause(session: Session, contact: Contact, *, actor: User, days: int) -> datetime | None:
    """The person wants quiet for so many days, or (0) to hear from us again; says until when."""
    permissions.require(actor, Verb.EDIT_CONTACTS)
    if days:
        until = consent.pause(session, contact, days=days)
        _record(session, contact, actor=actor, verb="pause contact", after={"days": days})
        return until
    consent.unpause(session, contact)
    _record(session, contact, actor=actor, verb="end pause of contact")
    return None


def never_write(session: Session, contact: Contact, *, actor: User, said: str) -> bool:
    """The person wants nothing at all, not even notices; False where that stood already."""
    permissions.require(actor, Verb.EDIT_CONTACTS)
    reason = _reason(said, "Say how the person asked for it, such as: by phone today.")
    added = suppression.suppress(
        session,
        canonical=_require_present(contact),
        scope=Scope.EVERYTHING,
        reason=SuppressionReason.REQUEST,
        detail=reason,
    )
    if added:
        _record(session, contact, actor=actor, verb="suppress contact", reason=reason)
    return added


def lift(
    session: Session, contact: Contact, suppression_id: int, *, actor: User, said: str
) -> Suppression:
    """Write to this address again, with the reason; a complaint takes a role of its own.

    Raises NotFound where nothing of this number stands against the contact.
    """
    permissions.require(actor, Verb.EDIT_CONTACTS)
    standing = suppression.standing(session, _require_present(contact))
    found = next((each for each in standing if each.id == suppression_id), None)
    if found is None:
        raise NotFound("This suppression does not stand any more.")
    if found.reason is SuppressionReason.COMPLAINT:
        permissions.require(actor, Verb.LIFT_COMPLAINTS)
    reason = _reason(said, "Say why, such as: she asked by phone, or: the mailbox works again.")
    suppression.lift(session, canonical=_require_present(contact), scope=found.scope)
    if found.reason is SuppressionReason.BOUNCE:
        contact.soft_bounces = 0
    before = {"scope": found.scope.value, "reason": found.reason.value}
    _record(session, contact, actor=actor, verb="lift suppression", before=before, reason=reason)
    return found


def correct(
    session: Session, contact: Contact, *, actor: User, values: Mapping[str, str]
) -> list[str]:
    """Set name, language, zone or region right; says which changed. An address is never changed."""
    permissions.require(actor, Verb.EDIT_CONTACTS)
    _require_present(contact)
    homes = regions.homes(session)
    wanted = {
        name: details.check(name, values[name], homes=homes)
        for name in details.NAMES
        if name in values and values[name] != getattr(contact, name)
    }
    if not wanted.get("language", contact.language or "en"):
        raise Invalid("Every contact reads a language, such as en.")
    changed = details.apply(contact, wanted)
    if changed:
        _record(session, contact, actor=actor, verb="correct contact", after={"changed": changed})
    return changed


def subject(contact_id: int) -> str:
    """How the audit trail names a contact: never by address or name."""
    return f"contact {contact_id}"


def _give(
    session: Session,
    contact: Contact,
    topic: Topic,
    *,
    source: str,
    words: str,
    at: datetime | None,
) -> None:
    consent.require_when(session, at)
    withdrawn_at = consent.last_withdrawn(session, contact, topic)
    if at is not None and withdrawn_at is not None and at <= withdrawn_at:
        raise Invalid(
            f"The person withdrew on {withdrawn_at:%-d %b %Y}; what they agreed to before that day "
            "does not count any more."
        )
    consent.give(session, contact, topic=topic, source=source, words=words, at=at)


def _require_present(contact: Contact) -> str:
    if contact.canonical_address is None:
        raise Conflict("This person was erased; nothing can be recorded for them.")
    return contact.canonical_address


def _reason(said: str, example: str) -> str:
    if not said.strip():
        raise Invalid(example)
    return said.strip()


def _record(
    session: Session,
    contact: Contact,
    *,
    actor: User,
    verb: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    audit.record(
        session,
        actor=actor,
        verb=verb,
        subject=subject(contact.id),
        before=dict(before or {}),
        after=dict(after or {}),
        reason=addresses.mask_all(reason),
    )
