"""The desk's inbox: the shortest hold comes first, and everything lies in one tray."""

from typing import Any

import pytest

from campaigns.bookings import inbox, lifecycle
from campaigns.bookings.inbox import Tray
from campaigns.bookings.models import Booking
from campaigns.database import Session
from tests.bookings import factories
from tests.bookings.factories import Clinic


@pytest.fixture
def clinic(session: Session) -> Clinic:
    return factories.make_clinic(session)


def ask(session: Session, clinic: Clinic, name: str, **changes: Any) -> Booking:
    contact = factories.make_contact(session, f"{name}@example.com")
    delivery = factories.make_delivery(session, clinic.campaign, contact)
    wish = factories.make_wish(clinic, name=name, **changes)
    return lifecycle.request(session, delivery=delivery, wish=wish, key="form")


def names(session: Session, tray: Tray, **values: Any) -> list[str]:
    return [each.booking.name for each in inbox.shown(session, tray, **values)]


def test_what_is_held_shortest_comes_first(session: Session, clinic: Clinic) -> None:
    ask(session, clinic, "late", slot_id=clinic.slots[2].id)
    ask(session, clinic, "soon", slot_id=clinic.slots[0].id)
    assert names(session, Tray.ANSWER) == ["soon", "late"]


def test_every_booking_lies_in_one_tray(session: Session, clinic: Clinic) -> None:
    ask(session, clinic, "waits", slot_id=clinic.slots[2].id)
    coming = ask(session, clinic, "comes", slot_id=clinic.slots[0].id)
    lifecycle.confirm(session, coming, actor=clinic.desk)
    declined = ask(session, clinic, "not", slot_id=clinic.slots[1].id)
    lifecycle.decline(session, declined, actor=clinic.desk, reason="full")

    assert inbox.counts(session) == {
        Tray.ANSWER: 1,
        Tray.OFFERED: 0,
        Tray.COMING: 1,
        Tray.OVER: 1,
    }
    assert names(session, Tray.COMING) == ["comes"]
    assert names(session, Tray.OVER) == ["not"]
    factories.move_clock(session, days=3)
    assert names(session, Tray.COMING) == []
    assert names(session, Tray.OVER) == ["comes", "not"], "the newest first"
    factories.move_clock(session, days=40)
    assert names(session, Tray.OVER) == []


def test_a_day_is_one_of_the_clinics_calendar(session: Session, clinic: Clinic) -> None:
    ask(session, clinic, "soon", slot_id=clinic.slots[0].id)
    ask(session, clinic, "late", slot_id=clinic.slots[1].id)
    day = clinic.slots[1].starts_at.date()
    assert names(session, Tray.ANSWER, day=day) == ["late"]
