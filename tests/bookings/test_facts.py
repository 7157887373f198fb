"""Why a contact who booked is not written to now, and what segments may ask about bookings."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from campaigns.bookings import facts, lifecycle
from campaigns.bookings.models import Booking
from campaigns.contacts.facts import AudienceContext
from campaigns.contacts.models import Contact, Topic
from campaigns.database import Session
from campaigns.errors import Invalid
from tests.bookings import factories
from tests.bookings.factories import NOW, Clinic

RULES = {rule.name: rule for rule in facts.RULES}


@pytest.fixture
def clinic(session: Session) -> Clinic:
    return factories.make_clinic(session)


@pytest.fixture
def booking(session: Session, clinic: Clinic) -> Booking:
    wish = factories.make_wish(clinic)
    return lifecycle.request(session, delivery=clinic.delivery, wish=wish, key="form")


def kept_back(
    session: Session, rule: str, *, days: float = 0, topic: Topic = Topic.OFFERS, **values: Any
) -> bool:
    context = AudienceContext(topic=topic, now=NOW + timedelta(days=days), **values)
    return bool(session.scalars(select(Contact.id).where(RULES[rule].condition(context))).all())


def test_a_visit_still_to_come_keeps_every_newsletter_back(
    session: Session, booking: Booking
) -> None:
    for topic in Topic:
        assert kept_back(session, "booking_upcoming", topic=topic)
        assert not kept_back(session, "booking_upcoming", topic=topic, days=3)
    lifecycle.cancel(session, booking)
    assert not kept_back(session, "booking_upcoming")


def test_after_a_confirmation_there_are_no_offers_for_thirty_days(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    assert not kept_back(session, "cool_down"), "a request alone is no booking yet"
    lifecycle.confirm(session, booking, actor=clinic.desk)

    assert kept_back(session, "cool_down", days=29)
    assert not kept_back(session, "cool_down", days=29, topic=Topic.EDUCATION)


def test_the_thirty_days_are_counted_from_the_visit_when_that_is_later(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    lifecycle.confirm(session, booking, actor=clinic.desk)

    assert kept_back(session, "cool_down", days=31)
    assert not kept_back(session, "cool_down", days=32.5)


def test_who_has_used_a_promotion_is_not_offered_it_again(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    ids = (clinic.promotion.id,)
    assert kept_back(session, "promotion_used", promotion_ids=ids)
    assert not kept_back(session, "promotion_used", promotion_ids=(clinic.promotion.id + 1,))
    assert not kept_back(session, "promotion_used")

    clinic.promotion.max_per_contact = 2
    session.flush()
    assert not kept_back(session, "promotion_used", promotion_ids=ids), "one use is left"


def test_an_offer_given_back_may_be_offered_again(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    lifecycle.cancel(session, booking)

    assert not kept_back(session, "promotion_used", promotion_ids=(clinic.promotion.id,))


def test_segments_may_ask_who_has_booked(
    session: Session, clinic: Clinic, booking: Booking
) -> None:
    other = factories.make_contact(session, "ben@example.com")
    lifecycle.confirm(session, booking, actor=clinic.desk)
    (fact,) = facts.FACTS
    context = AudienceContext(topic=Topic.OFFERS, now=NOW)

    def found(value: bool) -> list[int]:
        return list(session.scalars(select(Contact.id).where(fact.condition(context, value))))

    assert found(True) == [clinic.contact.id]
    assert found(False) == [other.id]
    with pytest.raises(Invalid, match="true or false, not 'yes'"):
        fact.condition(context, "yes")
