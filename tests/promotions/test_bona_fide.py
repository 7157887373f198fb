"""A regular price is compared with only where it was truly asked."""

from datetime import timedelta

import pytest

from campaigns import clock
from campaigns.database import Session
from campaigns.promotions import bona_fide
from campaigns.promotions.bona_fide import Doubt
from campaigns.promotions.models import Package, Promotion
from tests.promotions.factories import add_price, make_package, make_promotion, percent

pytestmark = pytest.mark.usefixtures("clinic")


def _doubts(session: Session, package: Package, promotion: Promotion) -> tuple[Doubt, ...]:
    return bona_fide.doubts(session, package, promotion, at=clock.now(session))


def _ran(session: Session, package: Package, code: str, *, since: int, days: int) -> Promotion:
    begins = clock.now(session) - timedelta(days=since)
    return make_promotion(
        session,
        code,
        (package, percent(1000)),
        starts_at=begins,
        ends_at=begins + timedelta(days=days),
    )


def test_a_price_of_long_standing_may_be_compared_with(session: Session) -> None:
    package = make_package(session)
    promotion = _ran(session, package, "now", since=3, days=20)
    assert _doubts(session, package, promotion) == ()


@pytest.mark.parametrize(("since_days", "doubted"), [(30, True), (31, False)])
def test_a_new_package_makes_no_percentage_claim(
    session: Session, since_days: int, doubted: bool
) -> None:
    package = make_package(session, since_days=since_days)
    promotion = _ran(session, package, "now", since=3, days=20)
    assert _doubts(session, package, promotion) == ((Doubt.TOO_NEW,) if doubted else ())


def test_a_package_without_a_price_cannot_be_compared(session: Session) -> None:
    package = make_package(session, cents=0)
    promotion = _ran(session, package, "now", since=3, days=20)
    assert _doubts(session, package, promotion) == (Doubt.TOO_NEW,)


def test_days_on_promotion_are_not_days_at_the_regular_price(session: Session) -> None:
    package = make_package(session)
    _ran(session, package, "before", since=90, days=60)
    promotion = _ran(session, package, "now", since=3, days=20)
    assert _doubts(session, package, promotion) == (Doubt.TOO_NEW,)


@pytest.mark.parametrize(("raised_days_ago", "doubted"), [(30, True), (32, False)])
def test_a_price_raised_within_28_days_before_the_promotion_is_doubted(
    session: Session, raised_days_ago: int, doubted: bool
) -> None:
    package = make_package(session, cents=200_000)
    add_price(session, package, 255_000, since_days=raised_days_ago)
    promotion = _ran(session, package, "now", since=3, days=20)
    found = _doubts(session, package, promotion)
    assert (Doubt.RAISED in found) is doubted


def test_a_price_that_fell_is_not_raised(session: Session) -> None:
    package = make_package(session, cents=300_000)
    add_price(session, package, 255_000, since_days=33)
    promotion = _ran(session, package, "now", since=3, days=20)
    assert _doubts(session, package, promotion) == ()


def test_a_package_that_is_always_on_sale_has_no_regular_price(session: Session) -> None:
    package = make_package(session)
    _ran(session, package, "one", since=180, days=50)
    _ran(session, package, "overlapping", since=150, days=52)
    assert Doubt.ALWAYS_ON_SALE not in _doubts(
        session, package, _ran(session, package, "last", since=8, days=20)
    )
    again = _ran(session, package, "again", since=20, days=11)
    assert Doubt.ALWAYS_ON_SALE in _doubts(session, package, again)


def test_a_promotion_nobody_saw_does_not_count(session: Session) -> None:
    package = make_package(session)
    now = clock.now(session)
    make_promotion(
        session,
        "draft",
        (package, percent(1000)),
        draft=True,
        starts_at=now - timedelta(days=170),
        ends_at=now - timedelta(days=10),
    )
    promotion = _ran(session, package, "now", since=3, days=20)
    assert _doubts(session, package, promotion) == ()


def test_each_doubt_has_a_sentence(session: Session) -> None:
    package = make_package(session, name="Initial series")
    assert [bona_fide.sentence(each, package) for each in Doubt] == [
        "The regular price of Initial series was asked without a promotion on fewer than 28 of "
        "the last 90 days.",
        "The regular price of Initial series was raised less than 28 days before the promotion "
        "began.",
        "The regular price of Initial series was on promotion for more than 50 % of the last "
        "180 days.",
    ]
