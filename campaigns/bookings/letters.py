"""The letters about a booking, and the links in them that let a reader change or cancel it."""

from datetime import datetime, timedelta

from campaigns import notices, public_urls, tokens
from campaigns.addresses import Address
from campaigns.bookings.queries import Visit
from campaigns.database import Session
from campaigns.tokens import Family

LINK_OUTLIVES_VISIT = timedelta(days=30)

RECEIVED = "booking_received"
CONFIRMED = "booking_confirmed"
DECLINED = "booking_declined"
OFFERED = "booking_offered"
CHANGED = "booking_changed"
CANCELLED = "booking_cancelled"


def manage_token(visit: Visit) -> str:
    """The token that lets whoever holds it change or cancel this one booking."""
    expires_at = visit.slot.starts_at + LINK_OUTLIVES_VISIT
    return tokens.mint_notice(Family.MANAGE, subject_id=visit.booking.id, expires_at=expires_at)


def leave(
    session: Session,
    visit: Visit,
    *,
    kind: str,
    reason: str = "",
    not_before: datetime | None = None,
) -> str:
    """Leave the letter of this kind, once for each state of the booking; its key, empty for nobody.

    `reason` is what the clinic says of it to the person, `not_before` when it may leave.
    """
    contact, booking = visit.contact, visit.booking
    if contact.address is None or contact.canonical_address is None:
        return ""
    token = manage_token(visit)
    key = f"{kind}:{booking.reference}:{booking.sequence}"
    said = {"reason": reason} if reason else {}
    held = {"held_until": visit.held_until} if kind == OFFERED else {}
    notices.leave(
        session,
        key=key,
        not_before=not_before,
        kind=kind,
        to=Address(given=contact.address, canonical=contact.canonical_address),
        name=booking.name,
        language=contact.language,
        context={
            "name": booking.name,
            "package": visit.package.name,
            "price": str(visit.price),
            "when": visit.when,
            "reference": booking.reference,
            "manage_url": public_urls.manage(token),
            "calendar_url": public_urls.calendar(token),
            "clinic_phone": visit.clinic.phone,
            **said,
            **held,
        },
    )
    return key
