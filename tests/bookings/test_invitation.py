"""The calendar entry of a booking, as RFC 5545 wants it and without a word about health."""

from datetime import timedelta

import pytest

from campaigns.bookings import invitation, lifecycle, queries
from campaigns.bookings.models import Booking, BookingStatus
from campaigns.database import Session
from tests.bookings import factories
from tests.bookings.factories import NOW, Clinic

LINK = "https://mail.example.com/m/token"
S = BookingStatus


@pytest.fixture
def clinic(session: Session) -> Clinic:
    return factories.make_clinic(session)


@pytest.fixture
def booking(session: Session, clinic: Clinic) -> Booking:
    wish = factories.make_wish(clinic)
    return lifecycle.request(session, delivery=clinic.delivery, wish=wish, key="form")


def entry(session: Session, booking: Booking) -> dict[str, str]:
    raw = invitation.calendar(session, queries.visit(session, booking), manage_url=LINK).decode()
    unfolded = raw.replace("\r\n ", "")
    return dict(line.split(":", 1) for line in unfolded.split("\r\n") if line)


def test_the_entry_names_the_clinic_and_the_time_in_utc(session: Session, booking: Booking) -> None:
    found = entry(session, booking)

    assert found["SUMMARY"] == "Visit at Renew Health"
    assert found["DTSTART"] == "20261125T150000Z"
    assert found["DTEND"] == "20261125T164500Z"
    assert found["DTSTAMP"] == "20261123T150000Z"
    assert found["LOCATION"] == "100 Example Plaza\\, Suite 200\\, Allen\\, TX 75000 (demo)"
    assert found["METHOD"] == "PUBLISH"
    assert found["URL"] == LINK
    assert booking.reference in found["DESCRIPTION"]
    assert "SER-6" not in str(found), "what the visit is for is nobody's business"


def test_the_uid_stays_and_the_sequence_rises(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    asked = entry(session, booking)
    lifecycle.confirm(session, booking, actor=clinic.desk)
    confirmed = entry(session, booking)
    lifecycle.change(session, booking, slot_id=clinic.slots[1].id)
    moved = entry(session, booking)
    lifecycle.cancel(session, booking)
    cancelled = entry(session, booking)

    found = (asked, confirmed, moved, cancelled)
    assert {each["UID"] for each in found} == {f"{booking.reference.lower()}@clinic.example.com"}
    assert [each["SEQUENCE"] for each in found] == ["0", "1", "2", "3"]
    assert [each["STATUS"] for each in found] == [
        "TENTATIVE",
        "CONFIRMED",
        "CONFIRMED",
        "CANCELLED",
    ]
    assert moved["DTSTART"] == "20261126T150000Z"


@pytest.mark.parametrize("status", list(BookingStatus))
def test_every_status_has_a_calendars_word(status: BookingStatus) -> None:
    assert invitation.status(status) in {"TENTATIVE", "CONFIRMED", "CANCELLED"}


def test_no_line_is_longer_than_75_octets_and_no_character_is_torn(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    clinic.organisation.name = "Clínica «Renacer» " * 12
    raw = invitation.calendar(session, queries.visit(session, booking), manage_url=LINK)

    lines = raw.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert all(line.decode() is not None for line in lines)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert entry(session, booking)["SUMMARY"] == f"Visit at {clinic.organisation.name}"


def test_marks_that_mean_something_in_a_calendar_are_escaped(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    clinic.location.postal_address = "Floor 1; back\\yard\nAllen, TX"

    assert entry(session, booking)["LOCATION"] == "Floor 1\\; back\\\\yard\\nAllen\\, TX"


def test_the_entry_ends_when_the_visit_ends(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    clinic.package.minutes_per_visit = 270
    ends_at = NOW + timedelta(days=2, minutes=270)

    assert entry(session, booking)["DTEND"] == f"{ends_at:%Y%m%dT%H%M%SZ}"
