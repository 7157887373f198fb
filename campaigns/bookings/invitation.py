"""A booking as an iCalendar entry (RFC 5545): one stable UID and a SEQUENCE that rises."""

from datetime import timedelta

from campaigns import addresses, clock, icalendar
from campaigns.bookings.models import BookingStatus
from campaigns.bookings.queries import Visit
from campaigns.database import Session
from campaigns.language import translate

_TENTATIVE = {BookingStatus.REQUESTED, BookingStatus.HELD, BookingStatus.WAITLISTED}
_CONFIRMED = {BookingStatus.CONFIRMED, BookingStatus.ATTENDED, BookingStatus.NO_SHOW}


def calendar(session: Session, visit: Visit, *, manage_url: str) -> bytes:
    """The file a calendar imports; its summary names the clinic and never what the visit is for."""
    booking = visit.booking
    starts_at = visit.slot.starts_at
    domain = addresses.parse(visit.clinic.sender_address).domain
    entry = icalendar.Entry(
        uid=f"{booking.reference.lower()}@{domain}",
        sequence=booking.sequence,
        stamp=clock.now(session),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=visit.package.minutes_per_visit),
        summary=summary(visit),
        location=visit.location.postal_address,
        description=_description(visit, manage_url),
        url=manage_url,
        status=status(booking.status),
    )
    return icalendar.file(entry, made_by="Bookings")


def status(booking_status: BookingStatus) -> str:
    """The calendar's word for a booking's status."""
    if booking_status in _TENTATIVE:
        return "TENTATIVE"
    return "CONFIRMED" if booking_status in _CONFIRMED else "CANCELLED"


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
