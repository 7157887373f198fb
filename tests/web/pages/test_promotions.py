"""Promotions: every figure is the domain's, every deed says what it does, no edit is lost."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from campaigns.accounts.models import AuditEntry, Role
from campaigns.planning.models import CampaignPromotion, CampaignStatus
from campaigns.promotions import claims, codes, pricing
from campaigns.promotions.models import CodeMode, PromotionCounter, PromotionStatus
from tests.factories import make_campaign
from tests.promotions import factories
from tests.web.pages.desk import Desk, Seat
from tests.web.pages.offers import Offers, make_offers

S = PromotionStatus
HOME = "/desk/promotions/package-savings"


@pytest.fixture
def offers(desk: Desk) -> Offers:
    return make_offers(desk.sessions, max_redemptions=25, budget_cents=1_200_000)


@pytest.fixture
def seat(desk: Desk, offers: Offers) -> Seat:
    """Cora, the coordinator."""
    return desk.as_(Role.COORDINATOR)


def promised(**changes: Any) -> dict[str, Any]:
    values = {
        "code": "winter",
        "name": "Winter",
        "starts": "2026-12-01",
        "last_day": "2026-12-20",
        "use_by": "",
        "max_redemptions": "10",
        "budget": "5,000.50",
        "max_per_contact": "1",
        "in_claims": "yes",
        "codes": "none",
        "shared_code": "",
        "priority": "0",
        "terms": "One for each person.",
        "value-SER-6": "12.5",
        "way-SER-6": "percent",
        "value-CONSULT": "",
        "way-CONSULT": "percent",
    }
    return values | changes


def test_the_arithmetic_on_the_page_is_that_of_the_quotes(offers: Offers, seat: Seat) -> None:
    page = seat.get(HOME).text
    with offers.sessions() as session:
        (quote,) = pricing.quotes(session, offers.promotion.id)
        claim = claims.best(session, [offers.promotion.id])
    cells = re.findall(r'<td class="number[^"]*">([^<]+)</td>', page)
    assert cells[:4] == ["$2,550", str(quote.price), str(quote.saving), f"{quote.percent} %"]
    assert "$2,550 − 26 % = $1,887" in page
    assert f"“Save up to {claim.percent} %”" in page
    assert claim.disclosure.replace("'", "&#39;") in page
    assert "A price is rounded down to the cent" in page


def test_odd_prices_are_rounded_as_the_domain_rounds(offers: Offers, seat: Seat) -> None:
    with offers.sessions.begin() as session:
        odd = factories.make_package(session, "ODD-1", 249_975)
        made = factories.make_promotion(session, "odd", (odd, factories.percent(2600)))
    page = seat.get("/desk/promotions/odd").text
    with offers.sessions() as session:
        (quote,) = pricing.quotes(session, made.id)
    assert quote.price_cents == 184_981
    assert "$2,499.75 − 26 % = $1,849.81" in page
    assert "$649.94" in page


def test_a_price_that_may_not_be_compared_says_why(offers: Offers, seat: Seat) -> None:
    with offers.sessions.begin() as session:
        fresh = factories.make_package(session, "NEW-1", 40_000, since_days=5)
        draft = factories.make_package(session, "DRAFT-1", 50_000, published=False)
        factories.make_promotion(
            session,
            "fresh",
            (fresh, {"amount_cents": 7_500}),
            (draft, {"fixed_price_cents": 9_900}),
            (session.merge(offers.package), {"fixed_price_cents": 200_000}),
        )
    page = seat.get("/desk/promotions/fresh").text
    assert "<strong>No.</strong> The regular price of Package NEW-1 was asked" in page
    assert "$400 − $75 = $325" in page
    assert "The package is a draft." in page
    assert "a fixed price of $2,000" in page


def test_what_is_left_held_and_used_adds_up(offers: Offers, seat: Seat) -> None:
    with offers.sessions.begin() as session:
        counter = session.get_one(PromotionCounter, offers.promotion.id)
        counter.held, counter.captured = 3, 2
        counter.held_cents, counter.captured_cents = 198_900, 132_600
    page = seat.get(HOME).text
    assert "<strong>20 left</strong> of 25" in page
    assert "2 used, 3 held by open requests" in page
    assert "<strong>$8,685 left</strong> of $12,000" in page
    assert "$3,315 given" in page
    assert "2 used, 3 held, <strong>20 left</strong> of 25" in seat.get("/desk/promotions").text


def test_promotions_are_listed_by_state(desk: Desk, offers: Offers, seat: Seat) -> None:
    with offers.sessions.begin() as session:
        package = session.merge(offers.package)
        for status in (S.DRAFT, S.SCHEDULED, S.ENDED):
            made = factories.make_promotion(
                session, f"p-{status.value}", (package, factories.percent(500))
            )
            made.status = status
    page = seat.get("/desk/promotions").text
    titles = re.findall(r'<h2 id="group-\d">(\w+)', page)
    assert titles == ["Running", "Coming", "Drafts", "Over"]


def test_without_promotions_the_page_says_what_one_is(desk: Desk) -> None:
    assert "No promotions yet" in desk.as_(Role.OWNER).get("/desk/promotions").text


def test_codes_are_shown_as_they_are_handed_out(offers: Offers, seat: Seat) -> None:
    with offers.sessions.begin() as session:
        contact = factories.make_contact(session)
        own = factories.make_promotion(session, "own", code_mode=CodeMode.UNIQUE)
        codes.ensure_for(session, own, [contact.id])
        word = factories.make_promotion(session, "word", code_mode=CodeMode.SHARED)
        codes.share(session, word, "RENEW26")
    assert "1 handed out so far" in seat.get("/desk/promotions/own").text
    assert "The word is <strong>RENEW26</strong>." in seat.get("/desk/promotions/word").text
    assert "No “save up to”" in seat.get("/desk/promotions/own").text


def test_campaigns_that_carry_it_are_named(offers: Offers, seat: Seat) -> None:
    with offers.sessions.begin() as session:
        campaign = make_campaign(session, name="autumn", status=CampaignStatus.SENDING)
        session.add(
            CampaignPromotion(
                campaign_id=campaign.id, promotion_id=offers.promotion.id, snapshot={}
            )
        )
    for path in (HOME, f"{HOME}/end"):
        page = seat.get(path).text
        assert "/desk/campaigns/autumn" in page
        assert "sending now" in page
    assert "Carried by 1 campaign" in seat.get(f"{HOME}/edit").text


def test_a_promotion_begins_as_a_draft_and_is_published(offers: Offers, seat: Seat) -> None:
    assert "Save as a draft" in seat.get("/desk/promotions/new").text
    answer = seat.post("/desk/promotions", data=promised())
    assert answer.headers["location"] == "/desk/promotions/winter"
    page = seat.follow(answer).text
    assert "Winter is a draft." in page
    assert "$2,550 − 12.5 % = $2,231.25" in page
    made = offers.promotion_now("winter")
    assert (made.status, made.budget_cents, made.max_redemptions) == (S.DRAFT, 500_050, 10)

    assert "Can use it within its days" in seat.get("/desk/promotions/winter/publish").text
    answer = seat.post("/desk/promotions/winter/publish")
    assert "Winter is published." in seat.follow(answer).text
    assert offers.promotion_now("winter").status is S.SCHEDULED
    seat.post("/desk/promotions/winter/withdraw")
    assert offers.promotion_now("winter").status is S.DRAFT


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("code", "a b", "Use 2 to 40 letters"),
        ("code", "package-savings", "There is a promotion package-savings already."),
        ("name", "", "Fill this in."),
        ("starts", "soon", "Enter a date"),
        ("last_day", "2026-11-01", "ends before it begins"),
        ("use_by", "2026-12-02", "use_by is before the last day"),
        ("max_redemptions", "0", "Enter 1 or more."),
        ("budget", "a lot", "is not an amount of money"),
        ("max_per_contact", "0", "Enter 1 or more."),
        ("terms", "", "Fill this in."),
        ("shared_code", "WINTER", "Only a promotion with one word for everybody"),
        ("value-SER-6", "120", "write a percentage"),
        ("value-CONSULT", "much", "write a percentage"),
        ("value-SER-6", "", "Say for at least one package"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_what_was_typed_is_kept(
    offers: Offers, seat: Seat, field: str, typed: str, said: str
) -> None:
    answer = seat.post("/desk/promotions", data=promised(**{field: typed}))
    assert answer.status_code == 422
    place = "offers" if said.startswith("Say for") else field
    found = re.search(rf'id="{place}-error">.*?</svg>(.*?)</p>', answer.text, re.DOTALL)
    assert found is not None
    assert said in found[1].replace("&#39;", "'")
    assert field == "terms" or f'value="{typed}"' in answer.text
    assert 'value="5,000.50"' in answer.text or field == "budget"


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        ({"codes": "shared"}, "shared_code", "Write the word that everybody types."),
        ({"codes": "shared", "shared_code": "x!"}, "shared_code", "cannot be a promo code"),
        ({"way-SER-6": "nothing"}, "value-SER-6", "Choose one of the list."),
        (
            {"way-SER-6": "price", "value-SER-6": "2,550"},
            "value-SER-6",
            "is not below its regular price",
        ),
    ],
)
def test_what_does_not_fit_together_is_said_where_it_is_mended(
    offers: Offers, seat: Seat, changes: dict[str, str], place: str, said: str
) -> None:
    answer = seat.post("/desk/promotions", data=promised(**changes))
    assert answer.status_code == 422
    found = re.search(rf'id="{place}-error">.*?</svg>(.*?)</p>', answer.text, re.DOTALL)
    assert found is not None
    assert said in found[1]


def test_a_form_shows_a_promotion_as_it_is_and_saves_what_changed(
    offers: Offers, seat: Seat
) -> None:
    with offers.sessions.begin() as session:
        consult = factories.make_package(session, "EXTRA-1", 10_000)
        factories.make_promotion(
            session,
            "mixed",
            (session.merge(offers.package), {"fixed_price_cents": 199_950}),
            (consult, {"amount_cents": 2_500}),
        )
    page = seat.get("/desk/promotions/mixed/edit").text
    assert 'value="1,999.50"' in page
    assert 'value="25"' in page
    page = seat.get(f"{HOME}/edit").text
    assert 'value="12,000"' in page
    seen = offers.promotion_now().epoch
    answer = seat.post(HOME, data=promised(name="Savings", seen=seen, **{"value-SER-6": "20"}))
    assert "Saved. Campaigns that carry it check it again" in seat.follow(answer).text
    changed = offers.promotion_now()
    assert (changed.name, changed.status) == ("Savings", S.SCHEDULED)
    same = promised(name="Savings", seen=changed.epoch, **{"value-SER-6": "20"})
    assert "nothing changed" in seat.follow(seat.post(HOME, data=same)).text


def test_an_edit_never_overwrites_someone_elses(offers: Offers, seat: Seat) -> None:
    seen = offers.promotion_now().epoch
    seat.post(HOME, data=promised(name="First", seen=seen))
    answer = seat.post(HOME, data=promised(name="Second", seen=seen))
    assert answer.status_code == 409
    assert "Someone changed this promotion" in answer.text
    assert 'value="Second"' in answer.text
    assert offers.promotion_now().name == "First"


def test_an_edit_that_cannot_be_taken_keeps_what_was_typed(offers: Offers, seat: Seat) -> None:
    seen = offers.promotion_now().epoch
    wrong = seat.post(HOME, data=promised(name="", seen=seen))
    assert wrong.status_code == 422
    backwards = seat.post(HOME, data=promised(last_day="2026-11-30", seen=seen))
    assert backwards.status_code == 422
    assert "ends before it begins" in backwards.text


def test_it_is_paused_resumed_and_ended_with_a_reason(offers: Offers, seat: Seat) -> None:
    page = seat.get(f"{HOME}/pause").text
    assert "pauses itself before its next message" in page
    answer = seat.post(f"{HOME}/pause", data={"reason": "The machine is away."})
    page = seat.follow(answer).text
    assert "is paused." in page
    assert f'action="{HOME}/resume"' in page, "one press undoes it"
    assert offers.promotion_now().status is S.PAUSED
    seat.post(f"{HOME}/resume")
    assert offers.promotion_now().status is S.ACTIVE
    seat.post(f"{HOME}/end")
    assert offers.promotion_now().status is S.ENDED
    with offers.sessions() as session:
        reasons = session.scalars(select(AuditEntry.reason).order_by(AuditEntry.id)).all()
    assert reasons[0] == "The machine is away."
    assert "Edit" not in re.findall(
        r'class="button[^>]*>(?:<svg.*?</svg>)?([^<]+)<', seat.get(HOME).text
    )


def test_what_is_not_possible_any_more_is_said(offers: Offers, seat: Seat) -> None:
    assert "not possible while the promotion is running" in seat.get(f"{HOME}/resume").text
    answer = seat.post(f"{HOME}/resume")
    assert "cannot be resumed: it is active" in seat.follow(answer).text
    assert seat.post(f"{HOME}/pause", data={"reason": "x" * 301}).status_code == 422
    assert seat.get(f"{HOME}/dance").status_code == 404
    assert seat.post(f"{HOME}/dance").status_code == 404
    assert seat.get("/desk/promotions/none").status_code == 404


def test_approvers_read_and_only_the_coordinator_changes(desk: Desk, offers: Offers) -> None:
    for role in (Role.LEGAL, Role.CLINICAL):
        seat = desk.as_(role)
        page = seat.get(HOME)
        assert page.status_code == 200
        assert "End it now" not in page.text
        for path in ("new", "package-savings/edit", "package-savings/end"):
            assert seat.get(f"/desk/promotions/{path}").status_code == 403
        for path in ("", "/package-savings", "/package-savings/end"):
            assert seat.post(f"/desk/promotions{path}", data=promised()).status_code == 403
    assert offers.promotion_now().status is S.ACTIVE


def test_every_mistake_is_said_at_once(offers: Offers, seat: Seat) -> None:
    posted = promised(**{"name": "", "value-SER-6": ""})
    page = seat.post("/desk/promotions", data=posted).text
    assert 'id="name-error"' in page
    assert 'id="offers-error"' in page
