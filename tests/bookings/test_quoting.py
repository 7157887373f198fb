"""What a wish costs, who may have the offer, and every reason why not."""

from typing import Any

import pytest

from campaigns.bookings import lifecycle, menu, quoting
from campaigns.bookings.models import Booking
from campaigns.bookings.quoting import WrongCode
from campaigns.bookings.wish import Wish, problems
from campaigns.database import Session
from campaigns.delivery import codes
from campaigns.errors import Conflict, OfferEnded
from campaigns.promotions import codes as promo_codes
from campaigns.promotions.models import CodeMode, Offer, PromotionStatus
from tests.bookings import factories
from tests.bookings.factories import Clinic


def ask(session: Session, clinic: Clinic, **changes: Any) -> Booking:
    wish = factories.make_wish(clinic, **changes)
    return lifecycle.request(session, delivery=clinic.delivery, wish=wish, key="form")


def with_codes(session: Session, mode: CodeMode) -> Clinic:
    clinic = factories.make_clinic(session, code_mode=mode)
    if mode is CodeMode.SHARED:
        promo_codes.share(session, clinic.promotion, "AUTUMN26")
    codes.assign(session, promotion_ids=[clinic.promotion.id], delivery_ids=[clinic.delivery.id])
    return clinic


def test_a_package_without_an_offer_has_no_price_in_an_offers_link(session: Session) -> None:
    clinic = factories.make_clinic(session)

    with pytest.raises(Conflict, match="no offer on this package"):
        ask(session, clinic, package_code="CONSULT")


def test_an_offer_for_first_bookings_is_not_for_those_who_came_before(session: Session) -> None:
    clinic = factories.make_clinic(session, new_contacts_only=True)
    booking = ask(session, clinic)
    lifecycle.confirm(session, booking, actor=clinic.desk)
    clinic.promotion.max_per_contact = 5
    session.flush()

    with pytest.raises(Conflict, match="for a first booking"):
        lifecycle.request(
            session,
            delivery=clinic.delivery,
            wish=factories.make_wish(clinic, slot_id=clinic.slots[1].id),
            key="second",
        )


def test_a_paused_promotion_refuses_with_its_reason(session: Session) -> None:
    clinic = factories.make_clinic(session, status=PromotionStatus.PAUSED)

    with pytest.raises(OfferEnded, match="paused") as refused:
        ask(session, clinic)
    assert refused.value.reason == "paused"


@pytest.mark.parametrize("typed", ["AUTUMN26", " autumn-26 ", ""])
def test_a_shared_code_opens_the_offer_typed_or_carried(session: Session, typed: str) -> None:
    clinic = with_codes(session, CodeMode.SHARED)

    assert ask(session, clinic, code=typed).code_id == factories.code_of(session, clinic.delivery)


def test_a_code_is_asked_for_where_the_message_carries_none(session: Session) -> None:
    clinic = factories.make_clinic(session, code_mode=CodeMode.SHARED)
    promo_codes.share(session, clinic.promotion, "AUTUMN26")

    with pytest.raises(WrongCode, match="Enter the promo code"):
        ask(session, clinic)
    assert ask(session, clinic, code="AUTUMN26").code_id is not None


def test_another_contacts_code_opens_nothing(session: Session) -> None:
    clinic = with_codes(session, CodeMode.UNIQUE)
    other = factories.make_contact(session, "ben@example.com")
    promo_codes.ensure_for(session, clinic.promotion, [other.id])

    with pytest.raises(WrongCode, match="does not open"):
        ask(session, clinic, code=promo_codes.of_contact(clinic.promotion, other.id))


def test_another_promotions_code_opens_nothing(session: Session) -> None:
    clinic = with_codes(session, CodeMode.SHARED)
    other = factories.make_promotion(
        session, {clinic.consult: {"fixed_price_cents": 9_900}}, code_mode=CodeMode.SHARED
    )
    promo_codes.share(session, other, "FIRSTVISIT")

    for word in ("FIRSTVISIT", "NOSUCHCODE"):
        with pytest.raises(WrongCode, match="does not open"):
            ask(session, clinic, code=word)


def test_a_code_typed_for_an_offer_without_codes_does_no_harm(session: Session) -> None:
    clinic = factories.make_clinic(session)

    assert ask(session, clinic, code="WHATEVER").code_id is None


def test_the_menu_fills_in_the_code_of_the_message(session: Session) -> None:
    clinic = with_codes(session, CodeMode.SHARED)
    shown = menu.offered(session, clinic.delivery)
    assert menu.code_to_show(session, shown, clinic.delivery) == "AUTUMN26"

    clinic.promotion.code_mode = CodeMode.NONE
    shown = menu.offered(session, clinic.delivery)
    assert menu.code_to_show(session, shown, clinic.delivery) == ""


def test_the_menu_shows_no_time_after_the_last_day_of_use(session: Session) -> None:
    clinic = factories.make_clinic(session, use_by=factories.NOW.date().replace(day=26))

    days = menu.offered(session, clinic.delivery).days["infusion"]

    assert [each.day.day for each in days] == [25, 26]
    assert len(menu.at_regular_price(session).days["infusion"]) == 3


def test_the_menu_names_the_place_where_there_are_several(session: Session) -> None:
    clinic = factories.make_clinic(session)
    factories.make_location(session, "Plano")

    days = menu.days(session, category="infusion")

    assert days[0].times[0].place == clinic.location.name


def test_a_menu_whose_packages_cannot_be_booked_says_so(session: Session) -> None:
    clinic = factories.make_clinic(session)
    clinic.package.bookable = False

    with pytest.raises(Conflict, match="no offer on this package"):
        menu.offered(session, clinic.delivery)


def test_a_menu_under_which_the_budget_is_too_small_says_so(session: Session) -> None:
    clinic = factories.make_clinic(session, budget_cents=1_000)

    with pytest.raises(OfferEnded, match="All places"):
        menu.offered(session, clinic.delivery)


def test_what_speaks_against_one_promotion_is_said_when_another_is_silent(
    session: Session,
) -> None:
    clinic = factories.make_clinic(session, new_contacts_only=True)
    other = factories.make_promotion(
        session,
        {clinic.consult: {"amount_cents": 1_000}},
        status=PromotionStatus.PAUSED,
        priority=5,
    )
    campaign = factories.make_campaign(session, clinic.desk, clinic.promotion, other)
    clinic.delivery = factories.make_delivery(session, campaign, clinic.contact)
    lifecycle.confirm(session, ask(session, clinic), actor=clinic.desk)

    with pytest.raises(Conflict, match="for a first booking"):
        menu.offered(session, clinic.delivery)


def test_the_lowest_price_of_a_campaigns_promotions_is_promised(session: Session) -> None:
    clinic = factories.make_clinic(session)
    better = factories.make_promotion(session, {clinic.package: {"percent_bp": 3000}})
    campaign = factories.make_campaign(session, clinic.desk, clinic.promotion, better)
    clinic.delivery = factories.make_delivery(session, campaign, clinic.contact)

    assert ask(session, clinic).price_cents == 178_500


def test_a_promotion_of_another_campaign_gives_nothing_here(session: Session) -> None:
    clinic = factories.make_clinic(session)
    other = factories.make_promotion(session, {clinic.package: {"percent_bp": 5000}})
    session.add(Offer(promotion_id=other.id, package_id=clinic.consult.id, percent_bp=1000))

    quote = quoting.quote(session, clinic.package, delivery=clinic.delivery, regular=False)

    assert quote.price_cents == 188_700


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"package_code": ""}, "package"),
        ({"slot_id": 0}, "slot"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "Ada\nExample"}, "name"),
        ({"phone": "my back hurts"}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"self_pay_attested": False}, "attest"),
    ],
)
def test_each_field_says_what_is_wrong_with_it(changes: dict[str, Any], field: str) -> None:
    values: dict[str, Any] = {
        "package_code": "SER-6",
        "slot_id": 1,
        "name": "Ada",
        "phone": "+1 (555) 010-0123 x12",
        "self_pay_attested": True,
    }
    assert problems(Wish(**values)) == {}
    assert list(problems(Wish(**(values | changes)))) == [field]
