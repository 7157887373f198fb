"""Take a CSV of contacts in, with consent and its proof; refused rows are listed with reasons."""

from dataclasses import dataclass

from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.addresses import Address
from campaigns.contacts import csv_reading, taking
from campaigns.contacts.models import Contact
from campaigns.contacts.taking import Proof, Refusal, Tally
from campaigns.database import Session, Sessions
from campaigns.errors import Invalid

__all__ = ["SLICE", "ImportReport", "Proof", "Refusal", "add", "import_contacts"]

SLICE = 500


@dataclass(slots=True)
class ImportReport(Tally):
    """What became of the file's rows, and the columns that were not taken."""

    left_out: tuple[str, ...] = ()


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
    report = ImportReport(left_out=file.left_out)
    firsts = taking.first_lines(file.rows)
    for start in range(0, len(file.rows), SLICE):
        with sessions() as session:
            part = file.rows[start : start + SLICE]
            report.add(taking.take(session, part, firsts=firsts, proof=proof, only_look=dry_run))
            session.rollback() if dry_run else session.commit()
    if not dry_run:
        _record(sessions, report, proof=proof, actor=actor)
    report.refused.sort(key=lambda each: each.line)
    return report


def add(session: Session, address: Address) -> Contact:
    """A new contact of this address, without any consent."""
    contact = taking.new(session, address)
    session.add(contact)
    session.flush()
    return contact


def _record(sessions: Sessions, report: ImportReport, *, proof: Proof, actor: User) -> None:
    with sessions.begin() as session:
        record(
            session,
            actor=actor,
            proof=proof,
            added=report.added,
            updated=report.updated,
            refused=len(report.refused),
        )


def record(
    session: Session, *, actor: User, proof: Proof, added: int, updated: int, refused: int
) -> None:
    """Write down who took how many in, and on what proof."""
    after = {
        "added": added,
        "updated": updated,
        "refused": refused,
        "topics": [each.value for each in proof.topics],
        "source": proof.source,
    }
    audit.record(session, actor=actor, verb="import contacts", subject="contacts", after=after)
