"""How the desk speaks of bookings: what is left of a hold, what was done, where a letter is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns import clock, notices
from campaigns.bookings import steps
from campaigns.bookings.inbox import Tray
from campaigns.bookings.models import Booking, BookingStatus, StepKind
from campaigns.database import Session
from campaigns.notices import Notice, NoticeStatus

S = BookingStatus
K = StepKind

_URGENT = timedelta(hours=4)
_SOON = timedelta(hours=24)

TRAYS: Mapping[Tray, str] = {
    Tray.ANSWER: "To answer",
    Tray.OFFERED: "Waiting for them",
    Tray.COMING: "Coming",
    Tray.OVER: "Over",
}
STATUS: Mapping[BookingStatus, tuple[str, str]] = {
    S.REQUESTED: ("Requested", "info"),
    S.HELD: ("To answer", "warn"),
    S.CONFIRMED: ("Confirmed", "good"),
    S.ATTENDED: ("Came", "good"),
    S.DECLINED: ("Declined", "plain"),
    S.CANCELLED: ("Cancelled", "plain"),
    S.NO_SHOW: ("Did not come", "plain"),
    S.EXPIRED: ("Not answered in time", "plain"),
    S.WAITLISTED: ("On the waiting list", "info"),
}
_DONE = {
    K.REQUESTED: "asked for this visit",
    K.CONFIRMED: "confirmed it",
    K.DECLINED: "declined it",
    K.OFFERED: "offered another time",
    K.CHANGED: "moved it to another time",
    K.CANCELLED: "cancelled it",
    K.EXPIRED: "Nobody answered in time: the place went back",
    K.UNDONE: "undid that",
}


@dataclass(frozen=True, slots=True)
class Left:
    """How long a hold lasts, in words and as urgency."""

    words: str
    tone: str
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a booking's history."""

    at: datetime
    sentence: str
    reason: str
    letter: str


def left(until: datetime | None, now: datetime) -> Left | None:
    """What is left until a moment: `2 days 3 h`, `5 h 10 min`, `12 min`; None where nothing is."""
    if until is None:
        return None
    rest = until - now
    if rest <= timedelta(0):
        return Left("over", "bad", is_urgent=True)
    tone = "bad" if rest < _URGENT else "warn" if rest < _SOON else "plain"
    return Left(f"{_span(rest)} left", tone, is_urgent=rest < _URGENT)


def _span(rest: timedelta) -> str:
    minutes = int(rest.total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} day{'s' if days > 1 else ''}" + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else "less than a minute"


def status(booking: Booking) -> tuple[str, str]:
    """A booking's state as a word and a tone."""
    if booking.status is S.HELD and booking.offered_at is not None:
        return "Waiting for them", "info"
    return STATUS[booking.status]


def history(session: Session, booking: Booking) -> list[Told]:
    """Everything that was done to a booking, oldest first, with where each letter is."""
    taken = steps.of_booking(session, booking)
    left_letters = notices.keyed(session, [each.letter_key for each in taken if each.letter_key])
    lines = [
        Told(
            at=each.at,
            sentence=_sentence(each.kind, each.by or booking.name),
            reason=each.reason,
            letter=_letter(session, left_letters.get(each.letter_key)),
        )
        for each in taken
    ]
    if not taken or taken[0].kind is not K.REQUESTED:
        lines.insert(0, Told(booking.created_at, f"{booking.name} asked for this visit", "", ""))
    return lines


def _sentence(kind: StepKind, by: str) -> str:
    return _DONE[kind] if kind is K.EXPIRED else f"{by} {_DONE[kind]}"


def _letter(session: Session, letter: Notice | None) -> str:
    if letter is None:
        return ""
    if letter.status is NoticeStatus.SENT:
        return "Letter accepted by the mail server"
    if letter.status is NoticeStatus.WITHDRAWN:
        return "Letter withdrawn: it never left"
    if letter.status is NoticeStatus.FAILED:
        return f"Letter not sent: {letter.error}"
    if letter.attempts:
        return f"Letter put off, tried again soon: {letter.error or 'being sent'}"
    waits = letter.next_at > clock.now(session)
    return "Letter waits until undo is over" if waits else "Letter is about to leave"
