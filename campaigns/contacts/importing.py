"""Take a CSV of contacts in, with consent and its proof; refused rows are listed with reasons."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import select

from campaigns import addresses, clock
from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.addresses import Address
from campaigns.contacts import consent, csv_reading, suppression
from campaigns.contacts.csv_reading import CsvRow
from campaigns.contacts.models import ConsentState, Contact, Topic
from campaigns.database import Session, Sessions
from campaigns.errors import Invalid

_SLICE = 500
_REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken, and why."""

    line: int
    address: str
    reason: str


@dataclass(slots=True)
class ImportReport:
    """What became of the file's rows: every row is in exactly one of these."""

    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """How consent was given: by what way, with which words, when (None: as the row says)."""

    topics: tuple[Topic, ...]
    source: str
    words: str
    given_at: datetime | None = None


def import_contacts(
    sessions: Sessions, raw: bytes, *, proof: Proof, actor: User, dry_run: bool = False
) -> ImportReport:
    """Import row by row in slices of their own transactions; running it again changes nothing.

    Raises BadFile for a file that cannot be taken at all, Invalid for a missing proof.
    """
    permissions.require(actor, Verb.IMPORT_CONTACTS)
    if not proof.topics or not proof.source.strip() or not proof.words.strip():
        raise Invalid(
            "An import needs the proof of consent: --topic, --source (where it was given) and "
            "--words (the words shown there)."
        )
    file = csv_reading.read(raw)
    report = ImportReport(rows=len(file.rows), left_out=file.left_out)
    fresh = list(_first_of_each(file.rows, report))
    for part in _slices(fresh):
        with sessions() as session:
            _take_slice(session, part, proof=proof, report=report)
            session.rollback() if dry_run else session.commit()
    if not dry_run:
        _record(sessions, report, proof=proof, actor=actor)
    report.refused.sort(key=lambda each: each.line)
    return report


def _slices(rows: Sequence[tuple[CsvRow, Address]]) -> Iterable[Sequence[tuple[CsvRow, Address]]]:
    return (rows[start : start + _SLICE] for start in range(0, len(rows), _SLICE))


def _first_of_each(
    rows: Iterable[CsvRow], report: ImportReport
) -> Iterable[tuple[CsvRow, Address]]:
    seen: dict[str, int] = {}
    for row in rows:
        given = row.values.get("email", "")
        if row.fault:
            report.refused.append(Refusal(row.line, given, row.fault))
            continue
        try:
            address = addresses.parse(given)
        except Invalid as error:
            report.refused.append(Refusal(row.line, given, str(error)))
            continue
        if address.canonical in seen:
            reason = f"the same address as in line {seen[address.canonical]}"
            report.refused.append(Refusal(row.line, given, reason))
            continue
        seen[address.canonical] = row.line
        yield row, address


def _take_slice(
    session: Session,
    part: Sequence[tuple[CsvRow, Address]],
    *,
    proof: Proof,
    report: ImportReport,
) -> None:
    known_as = [address.canonical for _, address in part]
    known = {
        contact.canonical_address: contact
        for contact in session.scalars(
            select(Contact).where(Contact.canonical_address.in_(known_as))
        )
    }
    suppressed = suppression.suppressed_among(session, known_as)
    fresh: list[tuple[Contact, datetime]] = []
    for row, address in part:
        try:
            if address.canonical in suppressed:
                raise Invalid("the address is suppressed (bounce, complaint or request)")
            given_at, details = _given_at(session, row, proof), _details(row)
            contact = known.get(address.canonical)
            if contact is None:
                fresh.append((_new(session, address, **details), given_at))
                report.added += 1
            elif _update(session, contact, details, given_at, proof=proof):
                report.updated += 1
            else:
                report.unchanged += 1
        except Invalid as error:
            report.refused.append(Refusal(row.line, address.given, str(error)))
    session.add_all(contact for contact, _ in fresh)
    session.flush()
    consent.give_to_new(session, fresh, topics=proof.topics, source=proof.source, words=proof.words)


def _update(
    session: Session,
    contact: Contact,
    details: dict[str, str],
    given_at: datetime,
    *,
    proof: Proof,
) -> bool:
    missing = _topics_to_give(session, contact, proof)
    differs = _apply(contact, details)
    for topic in missing:
        consent.give(
            session, contact, topic=topic, source=proof.source, words=proof.words, at=given_at
        )
    return bool(missing) or differs


def _topics_to_give(session: Session, contact: Contact, proof: Proof) -> list[Topic]:
    before = consent.states(session, contact)
    missing = [
        topic
        for topic in proof.topics
        if topic not in before or before[topic].state is not ConsentState.GIVEN
    ]
    for topic in missing:
        withdrawn_at = consent.last_withdrawn(session, contact, topic)
        if withdrawn_at is not None:
            raise Invalid(
                f"this person withdrew consent to {topic} on {withdrawn_at:%-d %b %Y}; "
                "only they can give it again"
            )
    return missing


def add(session: Session, address: Address) -> Contact:
    """A new contact of this address, without any consent."""
    contact = _new(session, address)
    session.add(contact)
    session.flush()
    return contact


def _new(session: Session, address: Address, **details: str) -> Contact:
    return Contact(
        address=address.given,
        canonical_address=address.canonical,
        address_key=addresses.suppression_key(address.canonical),
        created_at=clock.now(session),
        **details,
    )


def _details(row: CsvRow) -> dict[str, str]:
    details = {
        name: row.values[name]
        for name in ("first_name", "last_name", "language", "zone", "region")
        if row.values.get(name)
    }
    for name, value in details.items():
        if len(value) > 100 or any(ord(sign) < 32 for sign in value):
            raise Invalid(f"{name} is longer than 100 characters or has control characters")
    if "zone" in details:
        clock.zone(details["zone"])
    if "region" in details:
        details["region"] = _code(details["region"].upper(), _REGION, "a region such as US-TX")
    if "language" in details:
        name, dash, country = details["language"].partition("-")
        code = f"{name.lower()}{dash}{country.upper()}"
        details["language"] = _code(code, _LANGUAGE, "a language such as en")
    return details


def _code(text: str, shape: re.Pattern[str], wanted: str) -> str:
    if not shape.fullmatch(text):
        raise Invalid(f"{text!r} is not {wanted}")
    return text


def _apply(contact: Contact, details: dict[str, str]) -> bool:
    differs = {name: value for name, value in details.items() if getattr(contact, name) != value}
    for name, value in differs.items():
        setattr(contact, name, value)
    return bool(differs)


def _given_at(session: Session, row: CsvRow, proof: Proof) -> datetime:
    text = row.values.get("consent_at", "")
    if not text:
        return proof.given_at or clock.now(session)
    try:
        given_at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"consent_at {text!r} is not a date like 2026-03-31") from error
    given_at = given_at if given_at.tzinfo else given_at.replace(tzinfo=UTC)
    if given_at > clock.now(session):
        raise Invalid(f"consent_at {text} is in the future")
    return given_at


def _record(sessions: Sessions, report: ImportReport, *, proof: Proof, actor: User) -> None:
    with sessions.begin() as session:
        audit.record(
            session,
            actor=actor,
            verb="import contacts",
            subject="contacts",
            after={
                "added": report.added,
                "updated": report.updated,
                "refused": len(report.refused),
                "topics": list(proof.topics),
                "source": proof.source,
            },
        )
