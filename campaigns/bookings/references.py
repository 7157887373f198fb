"""What a person reads out on the phone: a short neutral word such as BK-7F3K2."""

import secrets

from sqlalchemy import exists, select

from campaigns.bookings.models import Booking
from campaigns.database import Session

ALPHABET = "23456789ABCDEFGHKLMNPQRSTUVWXYZ"
"""Without I, J, O, 0 and 1, which are read wrongly."""


def fresh(session: Session) -> str:
    """A reference that no booking has (unique index)."""
    while True:
        word = "BK-" + "".join(secrets.choice(ALPHABET) for _ in range(5))
        if not session.scalar(select(exists().where(Booking.reference == word))):
            return word
