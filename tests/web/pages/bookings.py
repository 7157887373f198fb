"""A clinic with requests in its inbox, for the desk's pages."""

from dataclasses import dataclass
from typing import Any

from campaigns.bookings import lifecycle, queries
from campaigns.bookings.models import Booking
from campaigns.database import Sessions
from tests.bookings import factories
from tests.bookings.factories import Clinic


@dataclass
class Inbox:
    """The clinic, and what its readers ask for."""

    sessions: Sessions
    clinic: Clinic

    def ask(self, name: str = "Ada Example", *, days: int = 0, **changes: Any) -> str:
        """Someone asks for a visit (one of the clinic's three times); the booking's reference."""
        address = f"{name.split(maxsplit=1)[0].lower()}@example.com"
        with self.sessions.begin() as session:
            delivery = session.merge(self.clinic.delivery)
            if not name.startswith("Ada"):
                contact = factories.make_contact(session, address)
                delivery = factories.make_delivery(session, self.clinic.campaign, contact)
            wish = factories.make_wish(
                self.clinic,
                name=name,
                phone="(555) 010-0123",
                slot_id=self.clinic.slots[days].id,
                **changes,
            )
            return lifecycle.request(session, delivery=delivery, wish=wish, key=name).reference

    def booking(self, reference: str) -> Booking:
        """A booking as it stands in the database."""
        with self.sessions() as session:
            return queries.by_reference(session, reference)

    def pass_time(self, **step: float) -> None:
        """Let time pass for everyone."""
        with self.sessions.begin() as session:
            factories.move_clock(session, **step)


def make_inbox(sessions: Sessions, **promotion: Any) -> Inbox:
    """A clinic on a stopped clock with three free times; keywords go to its promotion."""
    with sessions.begin() as session:
        clinic = factories.make_clinic(session, **promotion)
    return Inbox(sessions, clinic)
