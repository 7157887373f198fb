"""Integer cents; percentages rounded once, so that what is claimed is true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import money
from campaigns.errors import Invalid
from campaigns.money import Money

CENTS = st.integers(1, 10**9)
BASIS_POINTS = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("regular", "price", "percent"),
    [
        (255_000, 188_700, 26),  # exactly 26
        (239_500, 177_300, 25),  # 25.97 is not 26
        (10_000, 7_100, 29),  # a float says 28
        (249_975, 184_981, 26),  # the floor keeps the claim
        (249_975, 184_982, 25),  # half-up breaks it: 25.9998
        (40_000, 32_500, 18),  # booster week: 18.75
        (15_000, 9_900, 34),  # first visit
        (10_000, 10_000, 0),
        (10_000, 12_000, 0),  # dearer saves nothing
        (10_000, 0, 100),
        (0, 0, 0),
    ],
)
def test_the_percentage_that_may_be_claimed(regular: int, price: int, percent: int) -> None:
    assert money.whole_percent_saved(regular, price) == percent


@pytest.mark.parametrize(
    ("regular", "percent_bp", "price"),
    [
        (255_000, 2600, 188_700),
        (360_000, 2000, 288_000),
        (150_000, 1800, 123_000),
        (132_000, 1500, 112_200),
        (249_975, 2600, 184_981),
        (10_000, 2900, 7_100),
        (999, 0, 999),
        (999, 10_000, 0),
    ],
)
def test_a_discounted_price_rounds_in_the_customers_favour(
    regular: int, percent_bp: int, price: int
) -> None:
    assert money.less_percent(regular, percent_bp) == price


@given(CENTS, st.integers(0, 100))
def test_a_discount_always_supports_its_own_claim(regular: int, percent: int) -> None:
    price = money.less_percent(regular, percent * 100)
    assert money.whole_percent_saved(regular, price) >= percent


@given(CENTS, BASIS_POINTS)
def test_a_claim_never_promises_more_than_is_saved(regular: int, percent_bp: int) -> None:
    price = money.less_percent(regular, percent_bp)
    claimed = money.whole_percent_saved(regular, price)
    assert 100 * (regular - price) >= claimed * regular
    assert 100 * (regular - price) < (claimed + 1) * regular


@pytest.mark.parametrize(
    ("cents", "currency", "text"),
    [
        (188_700, "USD", "$1,887"),
        (184_981, "USD", "$1,849.81"),
        (5, "USD", "$0.05"),
        (-66_300, "USD", "-$663"),
        (150_000, "EUR", "€1,500"),
        (150_050, "CHF", "1,500.50 CHF"),
    ],
)
def test_an_amount_reads_as_people_write_it(cents: int, currency: str, text: str) -> None:
    assert str(Money(cents, currency)) == text


def test_amounts_add_up() -> None:
    assert Money(150) + Money(50) - Money(20) == Money(180)
    assert max(Money(150), Money(180)) == Money(180)


def test_amounts_of_two_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="cannot mix USD and EUR"):
        Money(1) + Money(1, "EUR")
    with pytest.raises(ValueError, match="cannot mix USD and EUR"):
        Money(1) - Money(1, "EUR")
    with pytest.raises(ValueError, match="cannot mix EUR and USD"):
        max(Money(1, "EUR"), Money(2))


@pytest.mark.parametrize(
    ("text", "cents"),
    [("2,550", 255_000), ("$2,550.00", 255_000), (99.5, 9_950), (150, 15_000), (" 0.05 ", 5)],
)
def test_what_a_person_writes_becomes_cents(text: str | float, cents: int) -> None:
    assert money.cents_from(text) == cents


@pytest.mark.parametrize("text", ["", "free", "-5", "2.550,00", "25,50", "1.005", "1e3", "$"])
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="is not an amount of money"):
        money.cents_from(text)


@given(st.integers(0, 10**12))
def test_an_amount_read_back_is_the_same(cents: int) -> None:
    assert money.cents_from(str(Money(cents))) == cents
