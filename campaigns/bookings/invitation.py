"""A booking as an iCalendar entry (RFC 5545): one stable UID and a SEQUENCE that rises."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from campaigns import addresses, clock
from campaigns.bookings.models import BookingStatus
from campaigns.bookings.queries import Visit
from campaigns.database import Session
from campaigns.language import translate

_FOLD_AT = 75
_TENTATIVE = {BookingStatus.REQUESTED, BookingStatus.HELD, BookingStatus.WAITLISTED}
_CONFIRMED = {BookingStatus.CONFIRMED, BookingStatus.ATTENDED, BookingStatus.NO_SHOW}


def calendar(session: Session, visit: Visit, *, manage_url: str) -> bytes:
    """The file a calendar imports; its summary names the clinic and never what the visit is for."""
    lines = (_fold(line) for line in _lines(visit, manage_url, clock.now(session)))
    return ("\r\n".join(lines) + "\r\n").encode()


def status(booking_status: BookingStatus) -> str:
    """The calendar's word for a booking's status."""
    if booking_status in _TENTATIVE:
        return "TENTATIVE"
    return "CONFIRMED" if booking_status in _CONFIRMED else "CANCELLED"


def _lines(visit: Visit, manage_url: str, now: datetime) -> Iterator[str]:
    booking = visit.booking
    starts_at = visit.slot.starts_at
    ends_at = starts_at + timedelta(minutes=visit.package.minutes_per_visit)
    domain = addresses.parse(visit.clinic.sender_address).domain
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Bedside//Bookings//EN")
    yield from ("CALSCALE:GREGORIAN", "METHOD:PUBLISH", "BEGIN:VEVENT")
    yield f"UID:{booking.reference.lower()}@{domain}"
    yield f"SEQUENCE:{booking.sequence}"
    yield f"DTSTAMP:{_utc(now)}"
    yield f"DTSTART:{_utc(starts_at)}"
    yield f"DTEND:{_utc(ends_at)}"
    yield f"SUMMARY:{_text(summary(visit))}"
    yield f"LOCATION:{_text(visit.location.postal_address)}"
    yield f"DESCRIPTION:{_text(_description(visit, manage_url))}"
    yield f"URL:{manage_url}"
    yield f"STATUS:{status(booking.status)}"
    yield from ("END:VEVENT", "END:VCALENDAR")


def summary(visit: Visit) -> str:
    """What shows on a lock screen: the clinic's name, nothing about health."""
    return translate("Visit at %(clinic)s", visit.contact.language) % {"clinic": visit.clinic.name}


def _description(visit: Visit, manage_url: str) -> str:
    sentence = translate(
        "Reference %(reference)s. Change or cancel: %(url)s. Questions: call %(phone)s.",
        visit.contact.language,
    )
    return sentence % {
        "reference": visit.booking.reference,
        "url": manage_url,
        "phone": visit.clinic.phone,
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(escaped.splitlines())


def _fold(line: str) -> str:
    """Folded so that no physical line is longer than 75 octets, never inside a character."""
    parts, room = [""], _FOLD_AT
    for character in line:
        size = len(character.encode())
        if size > room:
            parts.append("")
            room = _FOLD_AT - 1
        parts[-1] += character
        room -= size
    return "\r\n ".join(parts)
