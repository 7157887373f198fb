"""What people decided about a campaign, the newest first, with the notes they left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.accounts import roles
from campaigns.accounts.models import AuditEntry, User
from campaigns.compliance.signing import ANY_APPROVER
from campaigns.database import Session
from campaigns.planning.models import Campaign

_DEEDS: Mapping[str, str] = {
    "begin campaign": "began it",
    "submit campaign": "handed it in for review",
    "take campaign back": "took it back to draft",
    "sign campaign": "signed",
    "send campaign back": "sent it back",
    "schedule campaign": "scheduled it",
    "unschedule campaign": "took it off the schedule",
    "pause campaign": "paused it",
    "resume campaign": "resumed it",
    "cancel campaign": "cancelled it",
}
_TAKEN_BACK = {
    "edited": " by an edit",
    "audience changed": " by another audience",
    "offer changed": " by another offer",
}
"""Why something else than a note took it back."""
_MOST = 50


@dataclass(frozen=True, slots=True)
class Decision:
    """Who did what, and the note that they left."""

    at: datetime
    name: str
    deed: str
    note: str


def decisions(session: Session, campaign: Campaign) -> list[Decision]:
    """The last fifty decisions, newest first (index on the audit's subject)."""
    rows = session.execute(
        select(AuditEntry, User.name)
        .outerjoin(User, User.id == AuditEntry.user_id)
        .where(AuditEntry.subject == f"campaign {campaign.name}", AuditEntry.verb.in_(list(_DEEDS)))
        .order_by(AuditEntry.id.desc())
        .limit(_MOST)
    ).all()
    zone = accounts.organisation(session).zone
    return [
        Decision(
            each.AuditEntry.at,
            each.name or each.AuditEntry.actor,
            _DEEDS[each.AuditEntry.verb] + _more(each.AuditEntry, zone),
            "" if each.AuditEntry.verb == "take campaign back" else each.AuditEntry.reason,
        )
        for each in rows
    ]


def role_words(role: str) -> str:
    """A role that a signature is asked of, as people say it."""
    return "any approver" if role == ANY_APPROVER else roles.titles([role]).lower()


def _more(entry: AuditEntry, zone: str) -> str:
    if entry.verb == "sign campaign":
        signed = entry.after["roles"].split(", ")
        return " as " + " and ".join(
            "approver" if each == ANY_APPROVER else role_words(each) for each in signed
        )
    if entry.verb == "take campaign back":
        return _TAKEN_BACK.get(entry.reason, "")
    if entry.verb == "schedule campaign":
        at = datetime.fromisoformat(entry.after["at"])
        return f" for {clock.local_text(at, entry.after['zone'] or zone)}"
    return ""
