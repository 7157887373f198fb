"""A booking's life: asked, promised, confirmed, declined, moved, cancelled, let go."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from campaigns.accounts.models import AuditEntry, Role
from campaigns.bookings import asking, lifecycle, queries
from campaigns.bookings.models import Booking, BookingStatus, Conversion
from campaigns.bookings.quoting import Changed
from campaigns.database import Session
from campaigns.errors import Conflict, Invalid, NotAllowed, NotFound, NotInState, SlotFull
from campaigns.notices import Notice
from tests.bookings import factories
from tests.bookings.factories import NOW, Clinic

S = BookingStatus


@pytest.fixture
def clinic(session: Session) -> Clinic:
    return factories.make_clinic(session)


def ask(session: Session, clinic: Clinic, *, key: str = "form-1", **changes: Any) -> Booking:
    wish = factories.make_wish(clinic, **changes)
    return lifecycle.request(session, delivery=clinic.delivery, wish=wish, key=key)


def letters(session: Session) -> list[str]:
    return list(session.scalars(select(Notice.kind).order_by(Notice.id)))


def test_a_request_holds_the_place_and_keeps_the_promised_price(
    session: Session, clinic: Clinic
) -> None:
    booking = ask(session, clinic)

    assert booking.status is S.HELD
    assert (booking.list_cents, booking.price_cents, booking.currency) == (255_000, 188_700, "USD")
    assert booking.hold_until == clinic.slots[0].starts_at, "a hold never outlives its visit"
    assert (clinic.slots[0].held, clinic.slots[0].confirmed) == (1, 0)
    assert booking.quote["promotion"] == clinic.promotion.code
    assert len(booking.quote["terms_hash"]) == 64
    assert booking.reference.startswith("BK-")
    assert len(booking.reference) == 8


def test_a_far_visit_is_held_for_the_hours_of_the_setting(session: Session, clinic: Clinic) -> None:
    booking = ask(session, clinic, slot_id=clinic.slots[2].id)

    assert booking.hold_until == NOW + timedelta(hours=72)


def test_the_letter_of_a_request_says_when_in_the_clinics_zone(
    session: Session, clinic: Clinic
) -> None:
    booking = ask(session, clinic)

    letter = session.scalars(select(Notice)).one()
    assert letter.kind == "booking_received"
    assert letter.canonical_address == "ada@example.com"
    assert set(letter.context) == {
        "name",
        "package",
        "price",
        "when",
        "reference",
        "manage_url",
        "calendar_url",
        "clinic_phone",
    }
    assert letter.context["when"] == "Wed 25 Nov 2026, 09:00 CST"
    assert letter.context["price"] == "$1,887"
    assert letter.context["reference"] == booking.reference


def test_someone_who_was_erased_gets_no_letter(session: Session, clinic: Clinic) -> None:
    clinic.contact.address = clinic.contact.canonical_address = None

    ask(session, clinic)

    assert letters(session) == []


def test_the_same_form_sent_twice_is_one_booking(session: Session, clinic: Clinic) -> None:
    first = ask(session, clinic)
    second = ask(session, clinic)

    assert first.id == second.id
    assert clinic.slots[0].held == 1
    assert letters(session) == ["booking_received"]


def test_the_same_wish_on_a_fresh_form_is_one_booking(session: Session, clinic: Clinic) -> None:
    assert ask(session, clinic, key="one").id == ask(session, clinic, key="two").id


def test_a_used_form_with_another_wish_says_what_it_made(session: Session, clinic: Clinic) -> None:
    made = ask(session, clinic)

    with pytest.raises(Conflict, match=f"{made.reference} \\(held\\)"):
        ask(session, clinic, slot_id=clinic.slots[1].id)


def test_a_form_whose_booking_was_cancelled_makes_no_silent_second_one(
    session: Session, clinic: Clinic
) -> None:
    lifecycle.cancel(session, ask(session, clinic))

    with pytest.raises(Conflict, match="cancelled"):
        ask(session, clinic)
    assert ask(session, clinic, key="fresh").status is S.HELD


def test_another_contacts_key_reaches_nobody_elses_booking(
    session: Session, clinic: Clinic
) -> None:
    first = ask(session, clinic)
    other = factories.make_contact(session, "ben@example.com")
    clinic.delivery = factories.make_delivery(session, clinic.campaign, other)

    second = ask(session, clinic, slot_id=clinic.slots[1].id)

    assert second.id != first.id


def test_an_offer_is_used_once_by_a_contact(session: Session, clinic: Clinic) -> None:
    ask(session, clinic)

    with pytest.raises(Conflict, match="You have used this offer already"):
        ask(session, clinic, key="second", slot_id=clinic.slots[1].id)


def test_an_offer_that_may_be_used_twice_is_used_twice_and_no_more(session: Session) -> None:
    clinic = factories.make_clinic(session, max_per_contact=2)
    for number in (0, 1):
        ask(session, clinic, key=f"form-{number}", slot_id=clinic.slots[number].id)

    with pytest.raises(Conflict, match="as often as it can be used"):
        ask(session, clinic, key="third", slot_id=clinic.slots[2].id)


def test_without_the_offer_one_may_book_as_often_as_one_likes(
    session: Session, clinic: Clinic
) -> None:
    for number in (0, 1):
        booking = ask(
            session,
            clinic,
            key=f"form-{number}",
            slot_id=clinic.slots[number].id,
            at_regular_price=True,
            self_pay_attested=False,
        )

    assert booking.price_cents == booking.list_cents == 255_000
    assert booking.promotion_id is None


def test_one_link_cannot_take_every_place(
    session: Session, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "_MOST_OPEN", 2)
    plain = {"at_regular_price": True, "self_pay_attested": False}
    first, second, third = (slot.id for slot in clinic.slots[:3])
    held = ask(session, clinic, key="form-1", slot_id=first, **plain)
    ask(session, clinic, key="form-2", slot_id=second, **plain)
    with pytest.raises(Conflict, match="You have 2 requests that wait for our answer"):
        ask(session, clinic, key="form-3", slot_id=third, **plain)
    lifecycle.cancel(session, held)
    ask(session, clinic, key="form-4", slot_id=third, **plain)


def test_a_taken_time_sends_the_reader_to_other_times(session: Session, clinic: Clinic) -> None:
    ask(session, clinic)
    other = factories.make_contact(session, "ben@example.com")
    clinic.delivery = factories.make_delivery(session, clinic.campaign, other)

    with pytest.raises(SlotFull, match="choose another one"):
        ask(session, clinic)


@pytest.mark.parametrize("slot_id", [10**9, "consult", "past"])
def test_a_time_that_does_not_fit_is_refused(
    session: Session, clinic: Clinic, slot_id: int | str
) -> None:
    if slot_id == "consult":
        slot_id = factories.make_slot(session, clinic.location, days=9, category="consult").id
    elif slot_id == "past":
        slot_id = factories.make_slot(session, clinic.location, days=-1).id

    with pytest.raises(SlotFull, match="does not fit"):
        ask(session, clinic, slot_id=slot_id)


def test_an_offer_with_a_last_day_of_use_takes_no_later_time(session: Session) -> None:
    clinic = factories.make_clinic(session, use_by=date(2026, 11, 26))

    with pytest.raises(SlotFull, match="until 26 Nov 2026"):
        ask(session, clinic, slot_id=clinic.slots[2].id)
    assert ask(session, clinic, slot_id=clinic.slots[1].id).status is S.HELD


def test_a_price_that_rose_since_it_was_shown_is_shown_first(
    session: Session, clinic: Clinic
) -> None:
    with pytest.raises(Changed, match=r"changed to \$1,887"):
        ask(session, clinic, seen_cents=180_000)
    assert ask(session, clinic, seen_cents=190_000).price_cents == 188_700


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Enter your name."),
        ({"self_pay_attested": False}, "pay for these visits yourself"),
    ],
)
def test_a_request_with_something_missing_is_refused(
    session: Session, clinic: Clinic, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        ask(session, clinic, **changes)


def test_confirming_makes_the_place_theirs(session: Session, clinic: Clinic) -> None:
    booking = ask(session, clinic)

    lifecycle.confirm(session, booking, actor=clinic.desk)

    assert booking.status is S.CONFIRMED
    assert booking.confirmed_at == NOW
    assert booking.hold_until is None
    assert booking.sequence == 1
    assert (clinic.slots[0].held, clinic.slots[0].confirmed) == (0, 1)
    assert letters(session) == ["booking_received", "booking_confirmed"]
    assert session.scalars(select(AuditEntry.subject)).one() == f"booking {booking.reference}"
    assert queries.ledger_differences(session) == []


def test_the_promised_price_holds_when_the_promotion_ends_before_the_desk_confirms(
    session: Session, clinic: Clinic
) -> None:
    booking = ask(session, clinic, slot_id=clinic.slots[2].id)
    clinic.promotion.ends_at = NOW + timedelta(hours=1)
    session.flush()
    factories.move_clock(session, hours=2)

    lifecycle.confirm(session, booking, actor=clinic.desk)

    assert booking.price_cents == 188_700
    assert queries.ledger_differences(session) == []


def test_confirming_twice_says_that_it_is_confirmed(session: Session, clinic: Clinic) -> None:
    booking = ask(session, clinic)
    lifecycle.confirm(session, booking, actor=clinic.desk)

    with pytest.raises(NotInState, match="cannot be confirmed: it is confirmed"):
        lifecycle.confirm(session, booking, actor=clinic.desk)


def test_a_hold_that_ran_out_is_not_confirmed(session: Session, clinic: Clinic) -> None:
    booking = ask(session, clinic, slot_id=clinic.slots[2].id)
    factories.move_clock(session, hours=73)

    with pytest.raises(NotInState, match="held for is over"):
        lifecycle.confirm(session, booking, actor=clinic.desk)
    assert booking.status is S.HELD


def test_a_viewer_may_neither_confirm_nor_decline(session: Session, clinic: Clinic) -> None:
    booking = ask(session, clinic)
    viewer = factories.make_user(session, Role.VIEWER)

    with pytest.raises(NotAllowed):
        lifecycle.confirm(session, booking, actor=viewer)
    with pytest.raises(NotAllowed):
        lifecycle.decline(session, booking, actor=viewer, reason="")


def test_declining_frees_the_place_and_the_offer(session: Session, clinic: Clinic) -> None:
    factories.make_click(session, clinic.delivery, hours_ago=1)
    booking = ask(session, clinic)

    lifecycle.decline(session, booking, actor=clinic.desk, reason="fully booked that day")

    assert booking.status is S.DECLINED
    assert booking.ended_at == NOW
    assert clinic.slots[0].held == 0
    assert session.scalars(select(AuditEntry.reason)).one() == "fully booked that day"
    assert session.scalars(select(Conversion.reversed_at)).one() == NOW
    assert letters(session)[-1] == "booking_declined"
    assert queries.ledger_differences(session) == []
    with pytest.raises(NotInState, match="cannot be declined: it is declined"):
        lifecycle.decline(session, booking, actor=clinic.desk, reason="")


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_reader_cancels_before_the_visit_and_everything_goes_back(
    session: Session, clinic: Clinic, confirmed: bool
) -> None:
    factories.make_click(session, clinic.delivery, hours_ago=1)
    booking = ask(session, clinic)
    if confirmed:
        lifecycle.confirm(session, booking, actor=clinic.desk)

    lifecycle.cancel(session, booking)
    lifecycle.cancel(session, booking)

    assert booking.status is S.CANCELLED
    assert (clinic.slots[0].held, clinic.slots[0].confirmed) == (0, 0)
    assert session.scalars(select(Conversion.reversed_at)).one() == NOW
    assert letters(session).count("booking_cancelled") == 1
    assert queries.ledger_differences(session) == []
    assert ask(session, clinic, key="again").status is S.HELD, "the offer may be used after all"


def test_what_has_begun_is_neither_cancelled_nor_changed(session: Session, clinic: Clinic) -> None:
    booking = ask(session, clinic)
    lifecycle.confirm(session, booking, actor=clinic.desk)
    factories.move_clock(session, days=2)

    with pytest.raises(NotInState, match="cannot be cancelled: the visit has begun"):
        lifecycle.cancel(session, booking)
    with pytest.raises(NotInState, match="cannot be changed: the visit has begun"):
        lifecycle.change(session, booking, slot_id=clinic.slots[2].id)


def test_what_was_declined_cannot_be_changed(session: Session, clinic: Clinic) -> None:
    booking = ask(session, clinic)
    lifecycle.decline(session, booking, actor=clinic.desk, reason="")

    with pytest.raises(NotInState, match="it is declined"):
        lifecycle.change(session, booking, slot_id=clinic.slots[1].id)


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_reader_moves_to_another_time_and_keeps_the_price(
    session: Session, clinic: Clinic, confirmed: bool
) -> None:
    booking = ask(session, clinic)
    if confirmed:
        lifecycle.confirm(session, booking, actor=clinic.desk)
    before = booking.sequence

    lifecycle.change(session, booking, slot_id=clinic.slots[2].id)

    assert booking.status is (S.CONFIRMED if confirmed else S.HELD)
    assert booking.sequence == before + 1
    assert booking.price_cents == 188_700
    assert (booking.hold_until is None) is confirmed
    assert clinic.slots[0].held + clinic.slots[0].confirmed == 0
    assert letters(session)[-1] == "booking_changed"
    assert queries.ledger_differences(session) == []


def test_choosing_the_same_time_again_changes_nothing(session: Session, clinic: Clinic) -> None:
    booking = ask(session, clinic)

    lifecycle.change(session, booking, slot_id=booking.slot_id)

    assert booking.sequence == 0
    assert letters(session) == ["booking_received"]


def test_changing_to_a_taken_time_keeps_the_old_one(session: Session, clinic: Clinic) -> None:
    booking = ask(session, clinic)
    clinic.slots[1].held = 1
    session.flush()

    with pytest.raises(SlotFull):
        lifecycle.change(session, booking, slot_id=clinic.slots[1].id)
    assert (booking.slot_id, clinic.slots[0].held) == (clinic.slots[0].id, 1)


def test_a_package_that_cannot_be_booked_is_refused(session: Session, clinic: Clinic) -> None:
    clinic.consult.bookable = False
    for code in ("CONSULT", "NOTHING"):
        with pytest.raises(Conflict, match="cannot be booked at the moment"):
            ask(session, clinic, package_code=code)


def test_an_unknown_booking_is_said_to_be_none(session: Session, clinic: Clinic) -> None:
    with pytest.raises(NotFound, match="There is no booking"):
        queries.by_reference(session, "bk-00000")
    with pytest.raises(NotFound, match="call the clinic"):
        queries.by_id(session, 1)


def test_the_desk_finds_a_booking_however_its_reference_is_typed(
    session: Session, clinic: Clinic
) -> None:
    booking = ask(session, clinic)

    assert queries.by_reference(session, f" {booking.reference.lower()} ") is booking
    assert [each.booking for each in queries.listed(session)] == [booking]
    assert queries.listed(session, [S.DECLINED]) == []
