"""What a package costs, and why an offer is not given."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from campaigns import clock
from campaigns.accounts.models import Organisation
from campaigns.database import Session
from campaigns.errors import Conflict
from campaigns.promotions import limits, pricing
from campaigns.promotions.models import Package, Promotion, PromotionStatus
from campaigns.promotions.pricing import Considered, Customer
from tests.promotions.factories import make_package, make_promotion, percent

pytestmark = pytest.mark.usefixtures("clinic")


def test_twenty_six_percent_of_2550_dollars_leaves_1887(session: Session) -> None:
    package = make_package(session)
    promotion = make_promotion(session, "savings", (package, percent(2600)))
    [quote] = pricing.quotes(session, promotion.id)
    assert (str(quote.regular), str(quote.price), str(quote.saving)) == ("$2,550", "$1,887", "$663")
    assert quote.percent == 26


def test_a_price_is_rounded_down_so_that_the_percentage_stays_true(session: Session) -> None:
    package = make_package(session, cents=249_975)
    promotion = make_promotion(session, "savings", (package, percent(2600)))
    [quote] = pricing.quotes(session, promotion.id)
    assert quote.price_cents == 184_981
    assert quote.percent == 26


def test_an_amount_and_a_fixed_price_are_offers_too(session: Session) -> None:
    booster, consult = make_package(session, "BST-1", 40_000), make_package(session, "C", 15_000)
    promotion = make_promotion(
        session, "week", (booster, {"amount_cents": 7_500}), (consult, {"fixed_price_cents": 9_900})
    )
    quotes = pricing.quotes(session, promotion.id)
    assert [(each.price_cents, each.percent) for each in quotes] == [(32_500, 18), (9_900, 34)]


def test_the_regular_price_is_the_one_of_that_moment(session: Session) -> None:
    from tests.promotions.factories import add_price

    package = make_package(session, cents=13_500)
    add_price(session, package, 15_000, since_days=10)
    earlier = clock.now(session) - timedelta(days=11)
    assert pricing.regular_cents(session, package) == 15_000
    assert pricing.regular_cents(session, package, at=earlier) == 13_500


def test_a_package_without_a_price_says_so(session: Session) -> None:
    package = make_package(session, cents=0)
    with pytest.raises(Conflict, match="has no price yet"):
        pricing.price(session, package)


def test_without_an_offer_the_regular_price_stands(session: Session) -> None:
    quote = pricing.price(session, make_package(session))
    assert quote.promotion is None
    assert (quote.price_cents, quote.percent, quote.may_compare) == (255_000, 0, False)


def test_the_lowest_price_wins_and_offers_do_not_stack(session: Session) -> None:
    package = make_package(session)
    make_promotion(session, "small", (package, percent(1000)), priority=9)
    large = make_promotion(session, "large", (package, percent(2000)))
    quote = pricing.price(session, package)
    assert quote.promotion is large
    assert quote.price_cents == 204_000
    assert quote.considered == (Considered("small", "not_lowest"),)


def test_a_tie_goes_to_the_higher_priority_then_to_the_older(session: Session) -> None:
    package = make_package(session)
    make_promotion(session, "first", (package, percent(1000)))
    important = make_promotion(session, "important", (package, percent(1000)), priority=1)
    make_promotion(session, "last", (package, percent(1000)), priority=1)
    assert pricing.price(session, package).promotion is important


def test_a_link_keeps_to_the_promotions_of_its_message(session: Session) -> None:
    package = make_package(session)
    mine = make_promotion(session, "mine", (package, percent(1000)))
    make_promotion(session, "other", (package, percent(2000)))
    quote = pricing.price(session, package, promotion_ids=[mine.id])
    assert quote.promotion is mine
    assert quote.considered == ()


@pytest.mark.parametrize(
    ("customer", "reason"),
    [
        (None, "new_contacts_only"),
        (Customer(is_new=False), "new_contacts_only"),
        (Customer(is_new=True, used={1: 0}), ""),
    ],
)
def test_an_offer_for_new_contacts_is_for_them_only(
    session: Session, customer: Customer | None, reason: str
) -> None:
    package = make_package(session)
    make_promotion(session, "first-visit", (package, percent(1000)), new_contacts_only=True)
    quote = pricing.price(session, package, customer=customer)
    assert [each.reason for each in quote.considered] == ([reason] if reason else [])


def test_an_offer_is_given_as_often_as_it_says(session: Session) -> None:
    package = make_package(session)
    twice = make_promotion(session, "twice", (package, percent(1000)), max_per_contact=2)
    once = pricing.price(session, package, customer=Customer(used={twice.id: 1}))
    again = pricing.price(session, package, customer=Customer(used={twice.id: 2}))
    assert once.promotion is twice
    assert again.considered == (Considered("twice", "used"),)


@pytest.mark.parametrize(
    ("package_values", "way", "reason"),
    [
        ({"published": False}, {"percent_bp": 3000}, "not_published"),
        ({"bookable": False}, {"percent_bp": 3000}, "not_bookable"),
        ({"cents": 0}, {"percent_bp": 3000}, "no_price"),
        ({}, {"amount_cents": 300_000}, "no_saving"),
        ({}, {"fixed_price_cents": 255_000}, "no_saving"),
    ],
)
def test_a_draft_or_mispriced_package_is_left_out_with_its_reason(
    session: Session, package_values: dict[str, Any], way: dict[str, int], reason: str
) -> None:
    package = make_package(session, **package_values)
    promotion = make_promotion(session, "savings", (package, way))
    assert pricing.quotes(session, promotion.id) == []
    assert [each.reason for each in pricing.refusals(session, promotion)] == [reason]


def _status(session: Session, promotion: Promotion, status: PromotionStatus) -> None:
    session.execute(update(Promotion).values(status=status))
    session.refresh(promotion)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (PromotionStatus.DRAFT, "not_ready"),
        (PromotionStatus.IN_REVIEW, "not_ready"),
        (PromotionStatus.PAUSED, "paused"),
        (PromotionStatus.EXHAUSTED, "exhausted"),
        (PromotionStatus.ENDED, "ended"),
    ],
)
def test_a_promotion_that_is_not_open_gives_nothing(
    session: Session, status: PromotionStatus, reason: str
) -> None:
    package = make_package(session)
    promotion = make_promotion(session, "savings", (package, percent(1000)))
    _status(session, promotion, status)
    quote = pricing.price(session, package)
    assert quote.price_cents == quote.regular_cents
    assert [each.reason for each in quote.considered] == [reason]


def test_a_promotion_gives_nothing_outside_its_window(session: Session) -> None:
    package = make_package(session)
    now = clock.now(session)
    promotion = make_promotion(
        session,
        "savings",
        (package, percent(1000)),
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=2),
    )
    moments = (now, now + timedelta(days=1), now + timedelta(days=2))
    found = [pricing.refusals(session, promotion, at=each) for each in moments]
    assert [[one.reason for one in each] for each in found] == [["not_started"], [], ["ended"]]


def test_a_saving_above_the_rest_of_the_budget_is_not_given(session: Session) -> None:
    large, small = make_package(session), make_package(session, "INF-1", 45_000)
    promotion = make_promotion(
        session, "savings", (large, percent(1000)), (small, percent(1000)), budget_cents=25_499
    )
    assert [each.reason for each in pricing.refusals(session, promotion)] == ["budget"]
    assert pricing.price(session, small).price_cents == 40_500


def test_the_last_place_of_a_promotion_is_the_last(session: Session) -> None:
    package: Package = make_package(session)
    promotion = make_promotion(session, "one", (package, percent(1000)), max_redemptions=1)
    limits.hold(session, promotion, cents=25_500)
    assert [each.reason for each in pricing.refusals(session, promotion)] == ["exhausted"]


def test_prices_carry_the_currency_of_the_installation(
    session: Session, clinic: Organisation
) -> None:
    assert pricing.price(session, make_package(session)).currency == "USD"
