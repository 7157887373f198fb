"""The catalogue: what is sold, what it cost before, and what a new price does before it is set."""

import re
from typing import Any

import pytest

from campaigns.accounts.models import Role
from campaigns.promotions import pricing, repricing
from tests.promotions import factories
from tests.web.pages.desk import Desk, Seat
from tests.web.pages.offers import Offers, make_offers


@pytest.fixture
def offers(desk: Desk) -> Offers:
    return make_offers(desk.sessions)


@pytest.fixture
def seat(desk: Desk, offers: Offers) -> Seat:
    """Cora, the coordinator."""
    return desk.as_(Role.COORDINATOR)


def sold(**changes: Any) -> dict[str, Any]:
    values = {
        "code": "NEW-3",
        "name": "Small series",
        "category": "infusion",
        "visits": "3",
        "minutes_per_visit": "90",
        "validity_months": "",
        "published": "yes",
        "bookable": "yes",
        "terms": "After a consultation only.",
        "price": "1,200.50",
    }
    return values | changes


def test_the_catalogue_shows_regular_prices_and_what_is_on_promotion(
    offers: Offers, seat: Seat
) -> None:
    page = seat.get("/desk/packages").text
    with offers.sessions() as session:
        quote = pricing.price(session, offers.package, promotion_ids=[offers.promotion.id])
    assert "$2,550" in page
    assert f"</a>: {quote.price}" in page
    assert "$150" in page


def test_an_empty_catalogue_says_what_a_package_is(desk: Desk) -> None:
    page = desk.as_(Role.OWNER).get("/desk/packages").text
    assert "A package is a number of visits at a price." in page
    assert "/desk/packages/new" in page


def test_a_package_is_added_with_its_price(offers: Offers, seat: Seat) -> None:
    assert "Add it" in seat.get("/desk/packages/new").text
    answer = seat.post("/desk/packages", data=sold())
    assert answer.headers["location"] == "/desk/packages/NEW-3"
    page = seat.follow(answer).text
    assert "Small series is in the catalogue." in page
    assert "$1,200.50" in page
    assert offers.prices("NEW-3") == [120_050]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("code", "x", "Use 2 to 40 letters, digits and hyphens"),
        ("code", "SER-6", "There is a package SER-6 already."),
        ("name", "", "Fill this in."),
        ("visits", "0", "Enter 1 or more."),
        ("minutes_per_visit", "soon", "Enter a whole number"),
        ("validity_months", "500", "Enter 120 or less."),
        ("price", "a lot", "is not an amount of money"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_what_was_typed_is_kept(
    offers: Offers, seat: Seat, field: str, typed: str, said: str
) -> None:
    answer = seat.post("/desk/packages", data=sold(**{field: typed}))
    assert answer.status_code == 422
    found = re.search(rf'id="{field}-error">.*?</svg>(.*?)</p>', answer.text, re.DOTALL)
    assert found is not None
    assert said in found[1].replace("&#39;", "'")
    assert 'value="90"' in answer.text or field == "minutes_per_visit"
    assert f'value="{typed}"' in answer.text
    assert "After a consultation only." in answer.text


def test_a_package_is_edited_and_its_price_left_alone(offers: Offers, seat: Seat) -> None:
    page = seat.get("/desk/packages/SER-6/edit").text
    assert 'value="Initial series"' in page
    posted = sold(name="First series", seen=offers.package.version, visits="6")
    answer = seat.post("/desk/packages/SER-6", data=posted)
    assert "Saved." in seat.follow(answer).text
    assert offers.package_now().name == "First series"
    assert offers.prices() == [255_000]

    again = seat.post("/desk/packages/SER-6", data=posted | {"seen": offers.package.version + 1})
    assert "nothing changed" in seat.follow(again).text


def test_an_edit_never_overwrites_someone_elses(offers: Offers, seat: Seat) -> None:
    seen = offers.package.version
    seat.post("/desk/packages/SER-6", data=sold(name="First", seen=seen))
    answer = seat.post("/desk/packages/SER-6", data=sold(name="Second", seen=seen))
    assert answer.status_code == 409
    assert "Someone changed this package" in answer.text
    assert 'value="Second"' in answer.text
    assert offers.package_now().name == "First"
    wrong = seat.post("/desk/packages/SER-6", data=sold(name="", seen=seen))
    assert wrong.status_code == 422


def test_a_package_shows_every_price_that_stood(desk: Desk, offers: Offers, seat: Seat) -> None:
    with offers.sessions.begin() as session:
        factories.add_price(session, session.merge(offers.package), 270_000, since_days=30)
    page = seat.get("/desk/packages/SER-6").text
    assert page.index("$2,700") < page.index("$2,550"), "the newest first"
    assert '<path class="price" d="M' in page
    assert '<rect class="promoted"' in page
    assert "$2,700 − 26 % = $1,998" in page


def test_a_package_without_a_price_is_shown_too(offers: Offers, seat: Seat) -> None:
    with offers.sessions.begin() as session:
        factories.make_package(session, "FREE-1", 0)
    assert "No price was ever set." in seat.get("/desk/packages/FREE-1").text
    assert "none yet" in seat.get("/desk/packages").text


def test_a_retired_package_comes_back_with_one_press(offers: Offers, seat: Seat) -> None:
    answer = seat.post("/desk/packages/SER-6/retire")
    page = seat.follow(answer).text
    assert "nobody is offered it" in page
    assert 'action="/desk/packages/SER-6/return"' in page
    assert "Retired" in seat.get("/desk/packages").text
    seat.post("/desk/packages/SER-6/return")
    assert offers.package_now().bookable


def test_what_a_price_does_is_said_before_it_is_changed(offers: Offers, seat: Seat) -> None:
    assert "nothing changes before you press" in seat.get("/desk/packages/SER-6/price").text
    page = seat.get("/desk/packages/SER-6/price?price=2,800").text
    with offers.sessions() as session:
        package = session.merge(offers.package)
        (effect,) = repricing.foresee(session, package, cents=280_000)
    assert effect.after_cents == 207_200
    assert "$2,072" in page
    assert "Not allowed while it lasts." in page
    assert "was raised less than 28 days before the promotion began" in page
    assert "Bookings keep the price they were promised." in page
    assert offers.prices() == [255_000], "looking changes nothing"

    answer = seat.post("/desk/packages/SER-6/price", data={"price": "2,800", "day": "", "at": ""})
    assert "Initial series costs $2,800 from now on." in seat.follow(answer).text
    assert offers.prices() == [255_000, 280_000]


def test_a_price_that_ends_an_offer_says_so(offers: Offers, seat: Seat) -> None:
    with offers.sessions.begin() as session:
        package = session.merge(offers.package)
        factories.make_promotion(session, "fixed", (package, {"fixed_price_cents": 200_000}))
    page = seat.get("/desk/packages/SER-6/price?price=1,900").text
    assert "gives nothing" in page
    assert "it is no offer any more" in page
    no_promotion = seat.get("/desk/packages/CONSULT/price?price=160").text
    assert "No promotion that runs by then has this package." in no_promotion


def test_a_planned_price_is_shown_and_can_be_taken_back(offers: Offers, seat: Seat) -> None:
    planned = {"price": "2,800", "day": "2026-12-01", "at": "09:30"}
    answer = seat.post("/desk/packages/SER-6/price", data=planned)
    page = seat.follow(answer).text
    assert "costs $2,800 from Tue 1 Dec 2026, 09:30 CST." in page
    assert "This price is planned." in page
    assert "is planned already" in seat.get("/desk/packages/SER-6/price").text
    refused = seat.post("/desk/packages/SER-6/price", data={"price": "2,900"})
    assert refused.status_code == 409
    assert "$2,800 is planned" in refused.text

    answer = seat.post("/desk/packages/SER-6/price/withdraw")
    assert "taken back" in seat.follow(answer).text
    assert offers.prices() == [255_000]
    again = seat.post("/desk/packages/SER-6/price/withdraw")
    assert "nothing to take back" in seat.follow(again).text


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({"price": ""}, "Fill this in."),
        ({"price": "2,550"}, "This is the price already."),
        ({"price": "2,800", "day": "2026-11-01"}, "A price cannot change in the past"),
        ({"price": "2,800", "day": "soon"}, "Enter a date"),
        ({"price": "2,800", "at": "09:30"}, "Say on which day"),
    ],
)
def test_a_price_that_cannot_be_set_says_why(
    offers: Offers, seat: Seat, posted: dict[str, str], said: str
) -> None:
    answer = seat.post("/desk/packages/SER-6/price", data=posted)
    assert answer.status_code == 422
    assert said in answer.text
    for typed in filter(None, posted.values()):
        assert f'value="{typed}"' in answer.text
    assert offers.prices() == [255_000]


def test_a_question_that_cannot_be_read_is_answered_at_its_field(seat: Seat) -> None:
    answer = seat.get("/desk/packages/SER-6/price?price=much")
    assert answer.status_code == 422
    assert "is not an amount of money" in answer.text


def test_approvers_read_and_only_the_coordinator_changes(desk: Desk, offers: Offers) -> None:
    legal = desk.as_(Role.LEGAL)
    page = legal.get("/desk/packages/SER-6")
    assert page.status_code == 200
    assert "Change the price" not in page.text
    for path in ("", "/price", "/price/withdraw", "/retire", "/return"):
        assert legal.post(f"/desk/packages/SER-6{path}", data=sold()).status_code == 403
    for path in ("new", "SER-6/edit", "SER-6/price"):
        assert legal.get(f"/desk/packages/{path}").status_code == 403
    assert legal.post("/desk/packages", data=sold()).status_code == 403


@pytest.mark.parametrize("role", [Role.DESK, Role.VIEWER])
def test_desk_and_viewer_see_no_catalogue(desk: Desk, offers: Offers, role: Role) -> None:
    seat = desk.as_(role)
    for path in ("packages", "packages/SER-6", "promotions", "promotions/package-savings"):
        assert seat.get(f"/desk/{path}").status_code == 403
    assert offers.prices() == [255_000]


def test_what_is_not_there_is_not_found(seat: Seat) -> None:
    assert seat.get("/desk/packages/NONE-1").status_code == 404
