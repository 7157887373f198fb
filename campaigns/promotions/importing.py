"""Take packages, slots and promotions in from YAML; the same file once more changes nothing."""

from campaigns.accounts import permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.errors import BadFile
from campaigns.promotions import catalogue, files, occasions
from campaigns.promotions.changes import Report


def import_packages(session: Session, text: str, *, actor: User) -> Report:
    """Take a file of packages and slots in; raises BadFile with the line, then nothing is taken."""
    permissions.require(actor, Verb.EDIT_OFFERS)
    entries, openings = files.packages(text), files.slots(text)
    _once_each([(each.line, each.entry.code) for each in entries])
    report = Report()
    for each in entries:
        catalogue.take(session, each.entry, report, actor=actor)
    for opening in openings:
        report.slots += catalogue.open_slots(session, opening)
    return report


def import_promotions(session: Session, text: str, *, actor: User) -> Report:
    """Take a file of promotions in; raises BadFile with the line, then nothing is taken."""
    permissions.require(actor, Verb.EDIT_OFFERS)
    entries = files.promotions(text)
    _once_each([(each.line, each.entry.code) for each in entries])
    report = Report()
    for each in entries:
        occasions.take(session, each, report, actor=actor)
    return report


def _once_each(coded: list[tuple[int, str]]) -> None:
    seen: set[str] = set()
    for line, code in coded:
        if code in seen:
            raise BadFile(f"{code} stands in this file twice.", line=line)
        seen.add(code)
