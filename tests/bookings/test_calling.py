"""A caller quotes a promo code, and the desk books for them at the promised price."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from campaigns.accounts.models import AuditEntry, Role
from campaigns.bookings import calling, lifecycle, queries, steps, undoing
from campaigns.bookings.models import Booking, BookingStatus, Conversion
from campaigns.bookings.quoting import Changed
from campaigns.bookings.wish import Wish
from campaigns.contacts.models import Consent, Contact
from campaigns.database import Session
from campaigns.errors import BadAddress, Conflict, Invalid, NotAllowed, NotFound, SlotFull
from campaigns.notices import Notice
from campaigns.promotions import codes, pricing
from campaigns.promotions.models import CodeMode
from tests.bookings import factories
from tests.bookings.factories import NOW, Clinic


@pytest.fixture
def clinic(session: Session) -> Clinic:
    return factories.make_clinic(session, code_mode=CodeMode.UNIQUE)


@dataclass
class Desk:
    """The desk with a caller on the phone."""

    session: Session
    clinic: Clinic
    word: str

    def book(self, *, key: str = "form", address: str = "", **changes: Any) -> Booking:
        caller = calling.find(self.session, self.word, actor=self.clinic.desk)
        wish = factories.make_wish(self.clinic, **changes)
        return calling.book(
            self.session, caller, wish=wish, address=address, key=key, actor=self.clinic.desk
        )


@pytest.fixture
def own(session: Session, clinic: Clinic) -> Desk:
    """Someone with a code of their own, which came with a message."""
    codes.ensure_for(session, clinic.promotion, [clinic.contact.id])
    word = codes.of_contact(clinic.promotion, clinic.contact.id)
    return Desk(session, clinic, word)


@pytest.fixture
def shared(session: Session, clinic: Clinic) -> Desk:
    """Someone with the word that everyone has."""
    clinic.promotion.code_mode = CodeMode.SHARED
    codes.share(session, clinic.promotion, "RENEW26")
    return Desk(session, clinic, "renew 26")


def test_a_code_of_ones_own_says_who_calls_and_what_it_gives(
    session: Session, clinic: Clinic, own: Desk
) -> None:
    caller = calling.find(session, own.word.lower(), actor=clinic.desk)
    (choice,) = calling.choices(session, caller)

    assert caller.contact is not None
    assert caller.contact.id == clinic.contact.id
    expected = pricing.price(session, clinic.package, promotion_ids=[clinic.promotion.id])
    assert choice.quote.price_cents == expected.price_cents == 188_700
    assert choice.refusal == ""


def test_a_booking_by_phone_is_confirmed_with_one_letter_and_can_be_undone(
    session: Session, clinic: Clinic, own: Desk
) -> None:
    booking = own.book()

    assert booking.status is BookingStatus.CONFIRMED
    assert (booking.list_cents, booking.price_cents) == (255_000, 188_700)
    letter = session.scalars(select(Notice)).one()
    assert (letter.kind, letter.next_at) == ("booking_confirmed", NOW + timedelta(seconds=30))
    assert session.scalars(select(AuditEntry.verb)).all() == ["book by phone"]
    step = steps.undoable(session, booking)
    assert step is not None
    undoing.undo(session, booking, step_id=step.id, actor=clinic.desk)
    assert queries.by_id(session, booking.id).status is BookingStatus.HELD, "among the requests"
    assert queries.ledger_differences(session) == []


def test_the_message_that_carried_the_code_gets_the_credit(
    session: Session, clinic: Clinic, own: Desk
) -> None:
    from campaigns.delivery import codes as carried

    carried.assign(session, promotion_ids=[clinic.promotion.id], delivery_ids=[clinic.delivery.id])
    booking = own.book()
    assert booking.delivery_id == clinic.delivery.id
    assert session.scalars(select(Conversion.model)).one() == "code"


def test_the_same_form_twice_is_one_booking(session: Session, own: Desk) -> None:
    assert own.book().id == own.book().id


def test_who_used_the_offer_is_told_so_before_and_after(
    session: Session, clinic: Clinic, own: Desk
) -> None:
    own.book()
    caller = calling.find(session, own.word, actor=clinic.desk)
    (choice,) = calling.choices(session, caller)
    assert choice.refusal.startswith("You have used this offer already.")
    with pytest.raises(Conflict, match="used this offer already"):
        own.book(key="again", slot_id=clinic.slots[1].id)


def test_a_shared_word_asks_whose_booking_it_is(
    session: Session, clinic: Clinic, shared: Desk
) -> None:
    caller = calling.find(session, shared.word, actor=clinic.desk)
    assert caller.contact is None
    assert calling.choices(session, caller)[0].quote.price_cents == 188_700
    with pytest.raises(BadAddress):
        shared.book()
    assert session.scalars(select(Booking)).all() == []

    assert shared.book(address="ADA@example.com").contact_id == clinic.contact.id


def test_someone_new_is_added_without_any_consent(
    session: Session, clinic: Clinic, shared: Desk
) -> None:
    booking = shared.book(address="new@example.com", name="Nia New")
    contact = session.get_one(Contact, booking.contact_id)
    assert contact.canonical_address == "new@example.com"
    assert session.scalars(select(Consent).where(Consent.contact_id == contact.id)).all() == []


def test_a_price_that_rose_while_they_spoke_is_shown_first(own: Desk) -> None:
    with pytest.raises(Changed, match="price has changed"):
        own.book(seen_cents=100_000)


def test_what_cannot_be_taken_leaves_nothing(session: Session, clinic: Clinic, own: Desk) -> None:
    with pytest.raises(Invalid, match="Enter your name"):
        own.book(name="")
    clinic.slots[0].confirmed = 1
    session.flush()
    with pytest.raises(SlotFull):
        own.book()
    assert session.scalars(select(Booking)).all() == []


def test_a_code_that_nobody_knows_says_what_to_ask(session: Session, clinic: Clinic) -> None:
    with pytest.raises(NotFound, match="Ask them to spell it"):
        calling.find(session, "NOSUCHCODE", actor=clinic.desk)


def test_who_is_not_at_the_desk_finds_nobody(session: Session, clinic: Clinic, own: Desk) -> None:
    viewer = factories.make_user(session, Role.VIEWER)
    with pytest.raises(NotAllowed):
        calling.find(session, own.word, actor=viewer)
    caller = calling.find(session, own.word, actor=clinic.desk)
    with pytest.raises(NotAllowed):
        calling.book(
            session, caller, wish=Wish("SER-6", 1, "Ada"), address="", key="x", actor=viewer
        )


def test_a_package_without_a_price_is_not_offered(
    session: Session, clinic: Clinic, own: Desk
) -> None:
    from sqlalchemy import delete

    from campaigns.promotions.models import PackagePrice

    session.execute(delete(PackagePrice).where(PackagePrice.package_id == clinic.package.id))
    caller = calling.find(session, own.word, actor=clinic.desk)
    assert calling.choices(session, caller) == []


def test_a_request_of_the_page_and_a_call_share_one_limit(
    session: Session, clinic: Clinic, own: Desk
) -> None:
    wish = factories.make_wish(clinic, code=own.word)
    asked = lifecycle.request(session, delivery=clinic.delivery, wish=wish, key="page")
    assert own.book(key="call").id == asked.id, "the same package at the same moment"


def test_a_caller_without_a_code_is_found_by_the_address_of_their_message(
    session: Session, clinic: Clinic
) -> None:
    clinic.promotion.code_mode = CodeMode.NONE
    session.flush()
    caller = calling.find(session, "ADA@example.com", actor=clinic.desk)
    assert (caller.code, caller.delivery) == (None, clinic.delivery)
    (choice,) = calling.choices(session, caller)
    assert choice.quote.price_cents == 188_700

    wish = factories.make_wish(clinic, code="ADA@example.com")
    booking = calling.book(session, caller, wish=wish, address="", key="x", actor=clinic.desk)
    assert (booking.price_cents, booking.delivery_id) == (188_700, clinic.delivery.id)
    assert session.scalars(select(Notice.kind)).all() == ["booking_confirmed"]


def test_an_address_without_any_offer_says_what_to_ask(session: Session, clinic: Clinic) -> None:
    factories.make_contact(session, "ben@example.com")
    with pytest.raises(NotFound, match="No message with an offer"):
        calling.find(session, "ben@example.com", actor=clinic.desk)
    with pytest.raises(NotFound, match="There is no contact"):
        calling.find(session, "nobody@example.com", actor=clinic.desk)
    with pytest.raises(BadAddress):
        calling.find(session, "not@an@address", actor=clinic.desk)
