"""Packages and promotions in a real browser: for everyone, by keyboard, without scripts."""

import pytest

from campaigns.accounts.models import Role
from campaigns.promotions.models import PromotionStatus
from tests.web.pages.desk import Live
from tests.web.pages.offers import Offers, make_offers

S = PromotionStatus
PATHS = (
    "/desk/packages",
    "/desk/packages/new",
    "/desk/packages/SER-6",
    "/desk/packages/SER-6/edit",
    "/desk/packages/SER-6/price?price=2,800",
    "/desk/promotions",
    "/desk/promotions/new",
    "/desk/promotions/package-savings",
    "/desk/promotions/package-savings/edit",
    "/desk/promotions/package-savings/end",
)


@pytest.fixture
def offers(live: Live) -> Offers:
    return make_offers(live.sessions, max_redemptions=25)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_every_page_of_the_offers_can_be_used_by_everyone(
    live: Live, offers: Offers, width: int, scheme: str
) -> None:
    page = live.as_(
        Role.OWNER,
        path="/desk/promotions",
        width=width,
        scheme="dark" if scheme == "dark" else "light",
    )
    for path in PATHS:
        page.goto(path)
        live.inspect(page)


@pytest.mark.browser
def test_a_price_is_changed_without_scripts_after_seeing_what_it_does(
    live: Live, offers: Offers
) -> None:
    page = live.as_(Role.COORDINATOR, path="/desk/packages/SER-6", scripts=False)
    page.get_by_role("link", name="Change the price").click()
    page.get_by_label("New regular price").fill("2,800")
    page.get_by_role("button", name="See what it does").click()
    page.get_by_text("Not allowed while it lasts.").wait_for()
    assert offers.prices() == [255_000]
    page.get_by_role("button", name="Change the price").click()
    page.get_by_text("costs $2,800 from now on").wait_for()
    assert offers.prices() == [255_000, 280_000]


@pytest.mark.browser
def test_a_keyboard_pauses_a_promotion_and_resumes_it(live: Live, offers: Offers) -> None:
    page = live.as_(Role.COORDINATOR, path="/desk/promotions/package-savings/pause")
    page.get_by_label("Why").focus()
    page.keyboard.type("The machine is away.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Package savings is paused.").wait_for()
    assert offers.promotion_now().status is S.PAUSED
    page.get_by_role("button", name="Resume").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Package savings is given again.").wait_for()
    assert offers.promotion_now().status is S.ACTIVE
