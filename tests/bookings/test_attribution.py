"""A booking is credited once: to its code, else to the last click by a person, else to nobody."""

from typing import Any

import pytest
from sqlalchemy import select

from campaigns.bookings import attribution, lifecycle
from campaigns.bookings.models import Booking, Conversion
from campaigns.database import Session
from campaigns.delivery import codes
from campaigns.delivery.models import Delivery
from campaigns.promotions.models import CodeMode
from campaigns.tracking.models import EventKind, MadeBy
from tests.bookings import factories
from tests.bookings.factories import Clinic


@pytest.fixture
def clinic(session: Session) -> Clinic:
    return factories.make_clinic(session)


def book(session: Session, clinic: Clinic, **changes: Any) -> Booking:
    wish = factories.make_wish(clinic, **changes)
    return lifecycle.request(session, delivery=clinic.delivery, wish=wish, key="form")


def credited(session: Session) -> list[tuple[int, str, int]]:
    rows = session.scalars(select(Conversion))
    return [(each.delivery_id, each.model, each.window_days) for each in rows]


def another_delivery(session: Session, clinic: Clinic) -> Delivery:
    campaign = factories.make_campaign(session, clinic.desk)
    return factories.make_delivery(session, campaign, clinic.contact)


def test_the_last_click_by_a_person_gets_the_credit(session: Session, clinic: Clinic) -> None:
    later = another_delivery(session, clinic)
    factories.make_click(session, clinic.delivery, hours_ago=30)
    factories.make_click(session, later, hours_ago=2)

    book(session, clinic)

    assert credited(session) == [(later.id, "last_click", 7)]


def test_a_machines_click_and_an_open_get_none(session: Session, clinic: Clinic) -> None:
    factories.make_click(session, clinic.delivery, hours_ago=1, made_by=MadeBy.MACHINE)
    factories.make_click(session, clinic.delivery, hours_ago=1).kind = EventKind.OPENED

    book(session, clinic)

    assert credited(session) == []


def test_a_click_outside_the_window_gets_none(session: Session, clinic: Clinic) -> None:
    factories.make_click(session, clinic.delivery, hours_ago=7 * 24 + 1)

    book(session, clinic)

    assert credited(session) == []


def test_another_contacts_click_gets_none(session: Session, clinic: Clinic) -> None:
    other = factories.make_contact(session, "ben@example.com")
    delivery = factories.make_delivery(session, clinic.campaign, other)
    factories.make_click(session, delivery, hours_ago=1)

    book(session, clinic)

    assert credited(session) == []


def test_a_redeemed_code_goes_before_a_later_click(session: Session, clinic: Clinic) -> None:
    clinic.promotion.code_mode = CodeMode.UNIQUE
    codes.assign(session, promotion_ids=[clinic.promotion.id], delivery_ids=[clinic.delivery.id])
    factories.make_click(session, another_delivery(session, clinic), hours_ago=1)

    booking = book(session, clinic)

    assert booking.code_id is not None
    assert credited(session) == [(clinic.delivery.id, "code", 7)]


def test_a_code_that_no_message_carried_leaves_the_credit_to_the_click(
    session: Session, clinic: Clinic
) -> None:
    factories.make_click(session, clinic.delivery, hours_ago=1)
    booking = book(session, clinic)
    session.execute(Conversion.__table__.delete())  # type: ignore[attr-defined]
    clinic.promotion.code_mode = CodeMode.UNIQUE
    other = factories.make_contact(session, "ben@example.com")
    theirs = factories.make_delivery(session, clinic.campaign, other)
    codes.assign(session, promotion_ids=[clinic.promotion.id], delivery_ids=[theirs.id])
    booking.code_id = factories.code_of(session, theirs)

    made = attribution.credit(session, booking)

    assert made is not None
    assert made.model == "last_click"


def test_a_booking_is_counted_once(session: Session, clinic: Clinic) -> None:
    factories.make_click(session, clinic.delivery, hours_ago=1)
    booking = book(session, clinic)

    attribution.credit(session, booking)

    assert len(credited(session)) == 1


def test_a_credit_is_reversed_once(session: Session, clinic: Clinic) -> None:
    factories.make_click(session, clinic.delivery, hours_ago=1)
    booking = book(session, clinic)
    attribution.reverse(session, booking)
    first = session.scalars(select(Conversion.reversed_at)).one()
    factories.move_clock(session, hours=1)
    attribution.reverse(session, booking)

    assert first == factories.NOW
    assert session.scalars(select(Conversion.reversed_at)).one() == first
