"""Take in one person whom another program hands over, by the same rules as a row of a file."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from sqlalchemy import func, select

from campaigns import addresses
from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.addresses import Address
from campaigns.contacts import (
    consent,
    details,
    importing,
    queries,
    regions,
    suppression,
    taking,
)
from campaigns.contacts.csv_reading import CsvRow
from campaigns.contacts.models import ConsentState, Contact
from campaigns.contacts.taking import Kind, Proof
from campaigns.database import Session
from campaigns.errors import Conflict, Invalid

_LINE = 1


class Outcome(StrEnum):
    """What became of the person handed over."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    ASKED = "asked"


def enrol(
    session: Session,
    *,
    actor: User,
    address: str,
    values: Mapping[str, str],
    proof: Proof,
    is_confirmed: bool,
) -> tuple[Contact, Outcome]:
    """Add this person, or complete what is known; what stands already is left as it is.

    Unless the address is known to be theirs, a letter asks them (once a day at the most), and
    nothing that is known about somebody already is overwritten. Raises Invalid, or Conflict where
    the address is suppressed or the person withdrew.
    """
    permissions.require(actor, Verb.EDIT_CONTACTS)
    if not proof.topics or not proof.source.strip() or not proof.words.strip():
        raise Invalid("Say what was agreed to, where (source), and the words shown there (words).")
    consent.require_when(session, proof.given_at)
    proof = replace(proof, topics=tuple(dict.fromkeys(proof.topics)))
    read = addresses.parse(address)
    _one_at_a_time(session, read)
    if is_confirmed:
        outcome = _take(session, read, values, proof)
    else:
        homes = regions.homes(session)
        outcome = _ask(session, read, details.checked(values, homes=homes), proof)
    contact = queries.by_address(session, read.given)
    if outcome is not Outcome.UNCHANGED:
        audit.record(
            session,
            actor=actor,
            verb="enrol contact",
            subject=f"contact {contact.id}",
            after={
                "outcome": outcome.value,
                "topics": [each.value for each in proof.topics],
                "source": proof.source,
            },
        )
    return contact, outcome


def _one_at_a_time(session: Session, read: Address) -> None:
    """Two requests for one address follow one another, so that neither meets half of the other."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(read.canonical))))


def _take(session: Session, read: Address, values: Mapping[str, str], proof: Proof) -> Outcome:
    row = CsvRow(_LINE, {**values, "email": read.given})
    firsts = taking.first_lines([row])
    tally = taking.take(session, [row], firsts=firsts, proof=proof)
    for refusal in tally.refused:
        said = f"{refusal.reason[:1].upper()}{refusal.reason[1:].rstrip('.')}."
        raise (Invalid if refusal.kind is Kind.VALUE else Conflict)(said)
    if tally.added:
        return Outcome.ADDED
    return Outcome.UPDATED if tally.updated else Outcome.UNCHANGED


def _ask(session: Session, read: Address, checked: Mapping[str, str], proof: Proof) -> Outcome:
    if suppression.is_suppressed(session, read.canonical, marketing=True):
        raise Conflict("The address is suppressed (bounce, complaint or request).")
    contact = queries.find(session, read.canonical)
    outcome = Outcome.ASKED
    if contact is None:
        contact, outcome = importing.add(session, read), Outcome.ADDED
        details.apply(contact, checked)
    before = consent.states(session, contact)
    missing = [
        each
        for each in proof.topics
        if each not in before or before[each].state is not ConsentState.GIVEN
    ]
    for topic in missing:
        consent.give(
            session,
            contact,
            topic=topic,
            source=proof.source,
            words=proof.words,
            at=proof.given_at,
            confirmed=False,
        )
    return outcome if missing else Outcome.UNCHANGED
