"""What happened with one person, as sentences of the timeline."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from campaigns.bookings.models import BookingStatus
from campaigns.contacts.models import ConsentState, Scope, SuppressionReason, Topic
from campaigns.delivery.models import DeliveryStatus, Reason
from campaigns.notices import NoticeStatus
from campaigns.reporting.reasons import REASONS
from campaigns.tracking.models import EventKind

TOPICS: Mapping[Topic, str] = {Topic.EDUCATION: "education", Topic.OFFERS: "offers"}
"""How a sentence names a topic."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: a title, more of it, and what it belongs to.

    `tone` is good, bad, warn or plain; `campaign` is a campaign's name, `visit_at` a visit's begin.
    """

    at: datetime
    kind: str
    title: str
    text: str = ""
    tone: str = "plain"
    campaign: str = ""
    visit_at: datetime | None = None


def told(row: Row[Any]) -> Happening:
    """A row of the timeline (at, kind, id and four texts) in words."""
    return _TELLERS[row.kind](row)


def _joined(row: Row[Any]) -> Happening:
    return Happening(row.at, row.kind, "Became a contact")


_CONSENT: Mapping[ConsentState, tuple[str, str]] = {
    ConsentState.GIVEN: ("Agreed to {}", "good"),
    ConsentState.UNCONFIRMED: ("Was asked to confirm {}", "warn"),
    ConsentState.WITHDRAWN: ("Withdrew consent to {}", "bad"),
}


def _consent(row: Row[Any]) -> Happening:
    title, tone = _CONSENT[ConsentState(row.b)]
    shown = f" with the words “{row.d}”" if row.d else ""
    text = f"How: {row.c}{shown}"
    return Happening(row.at, row.kind, title.format(TOPICS[Topic(row.a)]), _ended(text), tone)


_MESSAGES: Mapping[DeliveryStatus, tuple[str, str, str]] = {
    DeliveryStatus.QUEUED: ("“{}” waits to be sent", "", "plain"),
    DeliveryStatus.INFLIGHT: ("“{}” is being sent", "", "plain"),
    DeliveryStatus.SENT: ("“{}” was sent", "The mail server accepted it.", "good"),
    DeliveryStatus.SKIPPED: ("“{}” was not sent", "", "warn"),
    DeliveryStatus.FAILED: ("“{}” could not be sent", "", "bad"),
    DeliveryStatus.UNCERTAIN: (
        "“{}” may have been sent",
        "It was handed over and the answer was lost. It is never sent again by itself.",
        "warn",
    ),
}


def _message(row: Row[Any]) -> Happening:
    title, text, tone = _MESSAGES[DeliveryStatus(row.b)]
    why = REASONS[Reason(row.c)] if row.c else text
    return Happening(row.at, row.kind, title.format(row.a), why, tone, campaign=row.d)


_REACTIONS: Mapping[EventKind, tuple[str, str]] = {
    EventKind.OPENED: ("Possibly opened “{}”", "plain"),
    EventKind.CLICKED: ("Clicked in “{}”", "good"),
    EventKind.VIEWED: ("Read “{}” in the browser", "good"),
    EventKind.UNSUBSCRIBED: ("Unsubscribed through “{}”", "bad"),
    EventKind.BOUNCED: ("“{}” came back", "bad"),
    EventKind.COMPLAINED: ("Called “{}” spam", "bad"),
}


def _event(row: Row[Any]) -> Happening:
    title, tone = _REACTIONS[EventKind(row.a)]
    text = row.c or ""
    if row.a == EventKind.OPENED:
        text = "Its pictures were loaded; that is no proof that somebody read it."
    elif row.a == EventKind.CLICKED and not text:
        text = "The link to the booking page."
    return Happening(row.at, row.kind, title.format(row.b), text, tone, campaign=row.d)


_ENDS: Mapping[BookingStatus, tuple[str, str]] = {
    BookingStatus.ATTENDED: ("Came for “{}”", "good"),
    BookingStatus.DECLINED: ("The clinic declined “{}”", "warn"),
    BookingStatus.CANCELLED: ("Booking of “{}” was cancelled", "warn"),
    BookingStatus.NO_SHOW: ("Did not come for “{}”", "warn"),
    BookingStatus.EXPIRED: ("The place held for “{}” went to others", "warn"),
}
_BOOKED = {
    "booking": ("Asked for “{}”", "good"),
    "booking_confirmed": ("Booking of “{}” was confirmed", "good"),
}


def _booking(row: Row[Any]) -> Happening:
    other = ("Booking of “{}” ended", "plain")
    title, tone = _BOOKED.get(row.kind) or _ENDS.get(BookingStatus(row.b), other)
    return Happening(
        row.at,
        row.kind,
        title.format(row.a),
        f"Reference {row.c}.",
        tone,
        visit_at=datetime.fromisoformat(row.d),
    )


_LETTERS: Mapping[NoticeStatus, tuple[str, str]] = {
    NoticeStatus.QUEUED: ("is on its way", "plain"),
    NoticeStatus.SENT: ("was sent", "good"),
    NoticeStatus.FAILED: ("could not be sent", "bad"),
    NoticeStatus.WITHDRAWN: ("was taken back before it left", "plain"),
}


def _letter(row: Row[Any]) -> Happening:
    said, tone = _LETTERS[NoticeStatus(row.b)]
    name = row.a.replace("_", " ")
    return Happening(row.at, row.kind, f"The letter “{name}” {said}", row.c or "", tone)


WHY_SUPPRESSED: Mapping[SuppressionReason, str] = {
    SuppressionReason.BOUNCE: "messages to this address came back",
    SuppressionReason.COMPLAINT: "the person called a message spam",
    SuppressionReason.REQUEST: "the person asked never to be written to",
}
WHAT_IS_KEPT_BACK: Mapping[Scope, str] = {
    Scope.MARKETING: "No newsletter goes there; letters about a booking still do.",
    Scope.EVERYTHING: "Nothing goes there any more, not even letters about a booking.",
}


def _suppressed(row: Row[Any]) -> Happening:
    title = f"Suppressed: {WHY_SUPPRESSED[SuppressionReason(row.a)]}"
    text = f"{WHAT_IS_KEPT_BACK[Scope(row.b)]} {row.c or ''}"
    return Happening(row.at, row.kind, title, text.strip(), "bad")


def _lifted(row: Row[Any]) -> Happening:
    reason = WHY_SUPPRESSED[SuppressionReason(row.a)]
    title = "May be written to again"
    return Happening(row.at, row.kind, title, f"The suppression was lifted ({reason}).", "good")


_DEEDS = {
    "add contact": "Added by hand",
    "correct contact": "Details were corrected",
    "pause contact": "A pause began",
    "end pause of contact": "The pause was ended",
}


def _deed(row: Row[Any]) -> Happening:
    return Happening(row.at, row.kind, _DEEDS[row.a], f"By {row.b}.")


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", ".”")) else f"{text}."


_TELLERS: Mapping[str, Callable[[Row[Any]], Happening]] = {
    "joined": _joined,
    "consent": _consent,
    "message": _message,
    "event": _event,
    "booking": _booking,
    "booking_confirmed": _booking,
    "booking_ended": _booking,
    "letter": _letter,
    "suppressed": _suppressed,
    "lifted": _lifted,
    "deed": _deed,
}
