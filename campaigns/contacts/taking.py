"""Take some rows of a file in, with consent and its proof; each row ends in exactly one place."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from sqlalchemy import select

from campaigns import addresses, clock
from campaigns.accounts.models import Organisation
from campaigns.addresses import Address
from campaigns.contacts import consent, details, regions, suppression
from campaigns.contacts.csv_reading import CsvRow
from campaigns.contacts.models import Contact, Topic
from campaigns.database import Session
from campaigns.errors import Invalid


class Kind(StrEnum):
    """Why a row was not taken, in one word."""

    ADDRESS = "address"
    TWICE = "twice"
    SUPPRESSED = "suppressed"
    WITHDRAWN = "withdrawn"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken, and why."""

    line: int
    address: str
    reason: str
    kind: Kind = Kind.VALUE


@dataclass(frozen=True, slots=True)
class Proof:
    """How consent was given: by what way, with which words, when (None: as the row says).

    Without any topic nobody agreed to anything: these contacts only get notices.
    """

    topics: tuple[Topic, ...]
    source: str
    words: str
    given_at: datetime | None = None


@dataclass(slots=True)
class Tally:
    """What became of rows: every row is in exactly one of these."""

    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)

    def refuse(self, row: CsvRow, kind: Kind, reason: str) -> None:
        """This row is not taken."""
        self.refused.append(Refusal(row.line, row.values.get("email", ""), reason, kind))

    def add(self, other: "Tally") -> None:
        """Count these rows too."""
        self.rows += other.rows
        self.added += other.added
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.refused += other.refused


def first_lines(rows: Iterable[CsvRow]) -> Mapping[str, int]:
    """The first line on which each address of a file stands."""
    firsts: dict[str, int] = {}
    for row in rows:
        if not row.fault:
            firsts.setdefault(_key(row.values.get("email", "")), row.line)
    return firsts


def take(
    session: Session,
    rows: Sequence[CsvRow],
    *,
    firsts: Mapping[str, int],
    proof: Proof,
    only_look: bool = False,
) -> Tally:
    """Take these rows in; an address that stood on an earlier line of the file is refused.

    `only_look` spares storing who is new; what is known may be changed, and the caller undoes it.
    """
    tally, homes = Tally(rows=len(rows)), regions.homes(session)
    readable = list(_readable(rows, firsts, tally))
    canonicals = [address.canonical for _, address in readable]
    suppressed = suppression.suppressed_among(session, canonicals)
    known = _known(session, canonicals)
    agreed = consent.given_by(session, [contact.id for contact in known.values()])
    fresh: list[tuple[Contact, datetime]] = []
    for row, address in readable:
        if address.canonical in suppressed:
            reason = "the address is suppressed (bounce, complaint or request)"
            tally.refuse(row, Kind.SUPPRESSED, reason)
            continue
        try:
            given_at = _given_at(session, row, proof)
            checked = details.checked(row.values, homes=homes)
        except Invalid as error:
            tally.refuse(row, Kind.VALUE, str(error))
            continue
        contact = known.get(address.canonical)
        if contact is None:
            fresh.append((new(session, address, **checked), given_at))
            tally.added += 1
            continue
        missing = [each for each in proof.topics if (contact.id, each) not in agreed]
        withdrawn = _withdrawn(session, contact, missing)
        if withdrawn:
            tally.refuse(row, Kind.WITHDRAWN, withdrawn)
        elif _update(session, contact, checked, missing=missing, given_at=given_at, proof=proof):
            tally.updated += 1
        else:
            tally.unchanged += 1
    if not only_look:
        _store(session, fresh, proof)
    return tally


def new(session: Session, address: Address, **values: str) -> Contact:
    """A contact of this address that is not stored yet, without any consent."""
    return Contact(
        address=address.given,
        canonical_address=address.canonical,
        address_key=addresses.suppression_key(address.canonical),
        created_at=clock.now(session),
        **values,
    )


def _store(session: Session, fresh: Sequence[tuple[Contact, datetime]], proof: Proof) -> None:
    session.add_all(contact for contact, _ in fresh)
    session.flush()
    if proof.topics:
        consent.give_to_new(
            session, fresh, topics=proof.topics, source=proof.source, words=proof.words
        )


def _key(text: str) -> str:
    """What two spellings of one address share; cheap, for it is asked of every row."""
    tidy = text.strip()
    if tidy.isascii():
        return tidy.lower()
    try:
        return addresses.parse(tidy).canonical
    except Invalid:
        return unicodedata.normalize("NFC", tidy).casefold()


def _readable(
    rows: Iterable[CsvRow], firsts: Mapping[str, int], tally: Tally
) -> Iterator[tuple[CsvRow, Address]]:
    for row in rows:
        given = row.values.get("email", "")
        if row.fault:
            tally.refuse(row, Kind.VALUE, row.fault)
            continue
        try:
            address = addresses.parse(given)
        except Invalid as error:
            tally.refuse(row, Kind.ADDRESS, str(error))
            continue
        first = firsts[_key(given)]
        if first < row.line:
            tally.refuse(row, Kind.TWICE, f"the same address as in line {first}")
        else:
            yield row, address


def _known(session: Session, canonicals: Sequence[str]) -> dict[str | None, Contact]:
    found = session.scalars(select(Contact).where(Contact.canonical_address.in_(canonicals)))
    return {contact.canonical_address: contact for contact in found}


def _withdrawn(session: Session, contact: Contact, topics: Iterable[Topic]) -> str:
    for topic in topics:
        withdrawn_at = consent.last_withdrawn(session, contact, topic)
        if withdrawn_at is not None:
            return (
                f"this person withdrew consent to {topic} on {withdrawn_at:%-d %b %Y}; "
                "only they can give it again"
            )
    return ""


def _update(
    session: Session,
    contact: Contact,
    checked: Mapping[str, str],
    *,
    missing: Sequence[Topic],
    given_at: datetime,
    proof: Proof,
) -> bool:
    differs = details.apply(contact, checked)
    for topic in missing:
        consent.give(
            session, contact, topic=topic, source=proof.source, words=proof.words, at=given_at
        )
    return bool(missing or differs)


def _wall(session: Session) -> tzinfo:
    clinic = session.get(Organisation, 1)
    return clock.zone(clinic.zone) if clinic else UTC


def _given_at(session: Session, row: CsvRow, proof: Proof) -> datetime:
    text = row.values.get("consent_at", "")
    if not text:
        return proof.given_at or clock.now(session)
    try:
        given_at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"consent_at {text!r} is not a date like 2026-03-31") from error
    given_at = given_at if given_at.tzinfo else given_at.replace(tzinfo=_wall(session))
    consent.require_when(session, given_at)
    return given_at
