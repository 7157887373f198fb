""" "Save up to N %" says what is true, and says what it rests on."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from campaigns import clock
from campaigns.database import Session
from campaigns.promotions import claims, limits
from campaigns.promotions.claims import Claim
from campaigns.promotions.models import Package, Promotion, PromotionStatus, Slot
from tests.promotions.factories import add_price, make_package, make_promotion, make_slot, percent

pytestmark = pytest.mark.usefixtures("clinic")


def _claim(session: Session, *promotions: Promotion) -> Claim:
    return claims.best(session, [each.id for each in promotions])


def _why(claim: Claim) -> list[str]:
    return [each.reason for each in claim.excluded]


@pytest.fixture
def series(session: Session) -> Package:
    return make_package(session, name="Initial series")


@pytest.fixture
def savings(session: Session, series: Package) -> Promotion:
    """The demo's promotion, with its draft at 30 %."""
    others = [
        (make_package(session, "EXT-3", 360_000, name="Extended-visit series"), percent(2000)),
        (make_package(session, "BST-4", 150_000, name="Booster plan"), percent(1800)),
        (make_package(session, "SER-3", 132_000, name="Starter series"), percent(1500)),
        (make_package(session, "SER-10", 400_000, published=False), percent(3000)),
    ]
    return make_promotion(session, "savings", (series, percent(2600)), *others)


def test_the_demo_claims_26_percent_and_ignores_the_draft_at_30(
    session: Session, savings: Promotion
) -> None:
    claim = _claim(session, savings)
    assert claim.percent == 26
    assert (len(claim.at_maximum), claim.of, claim.share_percent) == (1, 4, 25)
    assert claim.disclosure == (
        "26% on Initial series (6 visits, $2,550 → $1,887). Other packages 15–20%. "
        "1 of 4 promoted packages is at the maximum. Through 15 Dec 2026."
    )
    assert _why(claim) == ["not_published"]
    assert claim.supports(26)
    assert not claim.supports(27)
    assert not claim.supports(0)


@pytest.mark.parametrize(
    ("regular", "price", "supported"),
    [
        (255_000, 188_700, 26),
        (239_500, 177_300, 25),
        (10_000, 7_100, 29),
        (249_975, 184_982, 25),
        (249_975, 184_981, 26),
    ],
)
def test_the_percentage_is_never_rounded_up(
    session: Session, regular: int, price: int, supported: int
) -> None:
    package = make_package(session, cents=regular)
    promotion = make_promotion(session, "savings", (package, {"fixed_price_cents": price}))
    assert _claim(session, promotion).percent == supported


def test_29_percent_of_100_dollars_is_29_percent(session: Session) -> None:
    package = make_package(session, cents=10_000)
    assert _claim(session, make_promotion(session, "x", (package, percent(2900)))).percent == 29


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (PromotionStatus.EXHAUSTED, "exhausted"),
        (PromotionStatus.PAUSED, "paused"),
        (PromotionStatus.ENDED, "ended"),
        (PromotionStatus.DRAFT, "not_ready"),
    ],
)
def test_a_promotion_that_is_not_open_supports_nothing(
    session: Session, series: Package, status: PromotionStatus, reason: str
) -> None:
    promotion = make_promotion(session, "savings", (series, percent(2600)))
    session.execute(update(Promotion).values(status=status))
    session.refresh(promotion)
    claim = _claim(session, promotion)
    assert (claim.percent, claim.disclosure, claim.through) == (0, "", None)
    assert (claim.share_percent, claim.reaches_enough) == (0, False)
    assert _why(claim) == [reason]


def test_used_up_limits_support_nothing_even_before_the_tick(
    session: Session, series: Package
) -> None:
    promotion = make_promotion(session, "savings", (series, percent(2600)), max_redemptions=1)
    limits.hold(session, promotion, cents=66_300)
    assert _claim(session, promotion).percent == 0


def test_a_saving_that_needs_two_promotions_at_once_is_ignored(
    session: Session, series: Package
) -> None:
    both = [
        make_promotion(session, "ten", (series, percent(1000))),
        make_promotion(session, "twenty", (series, percent(2000))),
    ]
    claim = _claim(session, *both)
    assert (claim.percent, claim.of) == (20, 1)
    assert _claim(session, *reversed(both)).percent == 20


def test_of_two_promotions_the_lower_price_counts_in_any_order(
    session: Session, series: Package
) -> None:
    both = [
        make_promotion(session, "twenty", (series, percent(2000))),
        make_promotion(session, "ten", (series, percent(1000))),
    ]
    assert _claim(session, *both).percent == 20


def test_a_consultation_outside_the_scope_does_not_raise_the_claim(
    session: Session, savings: Promotion
) -> None:
    consult = make_package(session, "CONSULT", 15_000, category="consult", visits=1)
    outside = make_promotion(
        session, "first-visit", (consult, {"fixed_price_cents": 9_900}), in_claims=False
    )
    claim = _claim(session, savings, outside)
    assert claim.percent == 26
    assert _why(claim) == ["not_published", "outside"]


def test_an_offer_for_new_contacts_only_is_not_most_of_the_audience(
    session: Session, series: Package
) -> None:
    promotion = make_promotion(session, "new", (series, percent(2600)), new_contacts_only=True)
    assert _why(_claim(session, promotion)) == ["restricted"]


def test_a_regular_price_raised_ten_days_ago_supports_no_comparison(session: Session) -> None:
    package = make_package(session, "CONSULT", 13_500)
    add_price(session, package, 15_000, since_days=10)
    promotion = make_promotion(session, "savings", (package, {"fixed_price_cents": 9_900}))
    claim = _claim(session, promotion)
    assert claim.percent == 0
    # 10 days at the new price are also too few.
    assert _why(claim) == ["too_new"]


def test_a_package_without_a_free_slot_in_the_window_is_not_counted(
    session: Session, series: Package
) -> None:
    promotion = make_promotion(session, "savings", (series, percent(2600)))
    session.execute(update(Slot).values(held=2))
    assert _why(_claim(session, promotion)) == ["no_free_slot"]


def test_visits_may_begin_until_the_use_by_day(session: Session, clinic: object) -> None:
    package = make_package(session, has_slot=False)
    now = clock.now(session)
    make_slot(session, starts_at=now + timedelta(days=40), category="infusion")
    make_slot(session, starts_at=now + timedelta(days=30), category="infusion", held=2)
    promotion = make_promotion(session, "savings", (package, percent(2600)))
    assert _why(_claim(session, promotion)) == ["no_free_slot"]
    promotion.use_by = date(2027, 1, 31)
    assert _claim(session, promotion).percent == 26


def test_a_scheduled_promotion_may_be_claimed_for_the_time_of_its_window(
    session: Session, series: Package
) -> None:
    now = clock.now(session)
    starts_at = now + timedelta(hours=2)
    promotion = make_promotion(session, "soon", (series, percent(2600)), starts_at=starts_at)
    assert _why(_claim(session, promotion)) == ["not_started"]
    assert claims.best(session, [promotion.id], at=starts_at).percent == 26


def test_under_a_tenth_of_the_packages_at_the_maximum_is_too_few(session: Session) -> None:
    cheap = [(make_package(session, f"P-{n}", 10_000), percent(1000)) for n in range(10)]
    top = (make_package(session, "TOP", 10_000), percent(2000))
    assert _claim(session, make_promotion(session, "ten", *cheap[:9], top)).reaches_enough
    assert not _claim(session, make_promotion(session, "eleven", *cheap, top)).reaches_enough


def test_the_disclosure_speaks_of_one_visit_one_other_saving_and_several_at_the_top(
    session: Session,
) -> None:
    one = make_package(session, "A", 10_000, visits=1, name="Visit A")
    two = make_package(session, "B", 10_000, visits=1, name="Visit B")
    low = make_package(session, "C", 10_000)
    offers = [(one, percent(2000)), (two, percent(2000)), (low, percent(1000))]
    assert _claim(session, make_promotion(session, "x", *offers)).disclosure == (
        "20% on Visit A ($100 → $80), Visit B ($100 → $80). Other packages 10%. "
        "2 of 3 promoted packages are at the maximum. Through 15 Dec 2026."
    )
    alone = make_promotion(session, "y", (one, percent(2000)))
    assert _claim(session, alone).disclosure == (
        "20% on Visit A ($100 → $80). 1 of 1 promoted packages is at the maximum. "
        "Through 15 Dec 2026."
    )


def test_what_was_promised_is_kept_as_json(session: Session, savings: Promotion) -> None:
    kept = claims.snapshot(session, savings.id)
    assert (kept["promotion"], kept["epoch"], kept["standing"]) == ("savings", 1, "open")
    assert kept["claim_percent"] == 26
    assert kept["quotes"][0] == {
        "package": "SER-6",
        "version": 1,
        "regular_cents": 255_000,
        "price_cents": 188_700,
        "percent": 26,
        "may_compare": True,
    }
