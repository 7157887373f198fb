"""The step Check: what was found and where, and the mends that a machine makes."""

from typing import Any

import pytest

from campaigns.accounts.models import Organisation, Role
from campaigns.compliance.models import StoredFinding
from campaigns.database import Session
from campaigns.planning import queries as planning
from campaigns.planning.models import CampaignStatus
from campaigns.promotions.models import Promotion
from tests.compliance.conftest import VISIT
from tests.web.pages.campaign_desk import House, begin, make_house
from tests.web.pages.desk import Desk, Live

BARE = VISIT[:-1]
BAD: list[dict[str, Any]] = [
    VISIT[0],
    {
        "type": "article",
        "id": "relief",
        "heading": "Relief",
        "text": "<p>Ketamine cures chronic pain.</p>",
    },
    VISIT[2],
]
CHECK = "/desk/campaigns/bad/check"


@pytest.fixture
def house(desk: Desk) -> House:
    return make_house(desk.sessions)


def _bad(house: House, blocks: list[dict[str, Any]] = BAD) -> None:
    house.do(lambda session: begin(session, house.cora, blocks, name="bad"))


def test_a_clean_draft_is_told_so_with_the_next_step(desk: Desk, house: House) -> None:
    answer = desk.as_(user=house.cora).get("/desk/campaigns/letter/check")
    assert answer.status_code == 200
    assert "Nothing was found" in answer.text
    assert "Checked just now" in answer.text
    assert 'href="/desk/campaigns/letter/review"' in answer.text


def test_each_finding_says_how_bad_where_why_and_how_to_mend_it(desk: Desk, house: House) -> None:
    _bad(house)
    answer = desk.as_(user=house.cora).get(CHECK)
    assert "findings stop it" in answer.text
    field = "/desk/campaigns/bad/content?edit=relief&amp;field=text#form-relief-text"
    assert f'href="{field}">Block 2, Article: “Relief”, Text</a>' in answer.text
    assert "“cures” may not be said of a treatment." in answer.text
    assert "Tex. Occ. Code 101.201(b)(2)" in answer.text
    assert "Take the word out." in answer.text
    assert "““" not in answer.text
    assert "About “" not in answer.text
    assert "Asks for judgement: legal approver" in answer.text


def test_findings_stand_by_how_bad_they_are_with_the_mail_programs_and_the_day_of_their_test(
    desk: Desk, house: House
) -> None:
    body = '<body><h1>News</h1><p style="display: grid">Hello.</p></body>'
    pasted = f"<!DOCTYPE html><html>{body}</html>"
    _bad(house, [{"type": "html", "source": pasted}, VISIT[2]])
    page = desk.as_(user=house.cora).get(CHECK).text
    assert 'What is worth a look <span class="soft">(1)</span>' in page
    assert "What stops it" not in page
    assert ">Block 1, Your own HTML</a>" in page
    assert "Mail programs</span>" in page
    assert "<p>Not in Gmail (" in page
    assert "Tested by caniemail on 28 Feb 2019.</p>" in page
    assert 'href="https://www.caniemail.com/features/css-display-grid/"' in page


def test_what_only_an_owner_can_change_is_said_to_the_others(desk: Desk, house: House) -> None:
    house.do(lambda session: session.query(Organisation).update({"postal_address": ""}))
    page = "/desk/campaigns/letter/check"
    assert "settings, which an owner changes" in desk.as_(user=house.cora).get(page).text
    assert 'href="/desk/settings"' in desk.as_(user=house.olga).get(page).text


def test_what_concerns_no_place_of_a_page_has_no_link(desk: Desk, house: House) -> None:
    def odd(session: Session) -> None:
        session.query(StoredFinding).limit(1).one().place = "headers"

    house.in_review("offer")
    house.do(odd)
    page = desk.as_(user=house.lena).get("/desk/campaigns/offer/check").text
    assert "<span>Headers</span>" in page


def test_what_cannot_be_put_together_is_said_on_the_page(desk: Desk, house: House) -> None:
    house.do(lambda session: session.query(Promotion).update({"in_claims": False}))
    answer = desk.as_(user=house.cora).get("/desk/campaigns/offer/check")
    assert answer.status_code == 200
    assert "It cannot be put together yet" in answer.text
    assert "outside the claim" in answer.text


def test_a_finding_is_mended_by_a_press_and_the_mend_undone_by_another(
    desk: Desk, house: House
) -> None:
    _bad(house, BARE)
    seat = desk.as_(user=house.cora)
    assert "Adds the footer." in seat.get(CHECK).text
    mended = seat.post(f"{CHECK}/mend", data={"rule": "CS-02", "place": "message", "revision": "1"})
    assert mended.status_code == 303
    page = seat.follow(mended)
    assert "Mended. Adds the footer." in page.text
    assert "Nothing was found" in page.text
    assert f'action="{CHECK}/undo?revision=2"' in page.text
    undone = seat.post(f"{CHECK}/undo?revision=2")
    assert "as it was before the mend" in seat.follow(undone).text
    blocks = house.do(
        lambda session: planning.newest_version(session, planning.named(session, "bad")).blocks
    )
    assert [each["type"] for each in blocks] == ["header", "hero"]


def test_a_mend_never_overwrites_what_somebody_else_wrote_meanwhile(
    desk: Desk, house: House
) -> None:
    _bad(house, BARE)
    seat = desk.as_(user=house.cora)
    form = {"rule": "CS-02", "place": "message", "revision": "7"}
    for path in ("mend", "undo?revision=7", "refresh"):
        refused = seat.post(f"{CHECK}/{path}", data=form)
        assert "Somebody changed the content" in seat.follow(refused).text
    assert house.campaign("bad").revision == 1


def test_a_press_that_names_no_revision_is_refused_in_words(desk: Desk, house: House) -> None:
    answer = desk.as_(user=house.cora).post("/desk/campaigns/letter/check/mend", data={})
    assert answer.status_code == 422
    assert "press its button once more" in answer.text


def test_while_it_is_put_together_the_page_waits_with_or_without_scripts(
    desk: Desk, house: House
) -> None:
    house.submit("letter")
    seat = desk.as_(user=house.cora)
    page = seat.get("/desk/campaigns/letter/check")
    assert "It is being put together and checked" in page.text
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page.text
    assert seat.get("/desk/campaigns/letter/check/state").text == "rendering"
    house.render()
    assert seat.get("/desk/campaigns/letter/check/state").text == "in_review"


def test_what_was_handed_in_shows_what_was_found_then(desk: Desk, house: House) -> None:
    house.in_review("offer")
    page = desk.as_(user=house.lena).get("/desk/campaigns/offer/check").text
    assert "Found when it was handed in" in page
    assert "Asks for judgement: legal approver" in page
    assert "Mend it" not in page


def test_what_changed_since_the_approval_is_found_and_read_anew(desk: Desk, house: House) -> None:
    house.approved("offer")
    house.do(lambda session: session.query(Promotion).update({"terms": "Only on Mondays."}))
    seat = desk.as_(user=house.cora)
    page = seat.get("/desk/campaigns/offer/check").text
    assert "are not those that Savings has now" in page
    assert "Take the prices and terms of now" in page
    answer = seat.post("/desk/campaigns/offer/check/refresh", data={"revision": "1"})
    assert "Hand it in again" in seat.follow(answer).text
    assert house.status("offer") is CampaignStatus.DRAFT
    assert "Nothing stops it" in seat.get("/desk/campaigns/offer/check").text


@pytest.mark.parametrize("role", list(Role))
def test_everyone_reads_the_check_and_only_authors_mend(
    desk: Desk, house: House, role: Role
) -> None:
    _bad(house, BARE)
    seat = desk.as_(role)
    page = seat.get(CHECK)
    assert page.status_code == 200
    may = role in {Role.OWNER, Role.COORDINATOR}
    assert ("Mend it" in page.text) is may
    form = {"rule": "CS-02", "place": "message", "revision": "1"}
    for path in ("mend", "undo?revision=2", "refresh"):
        assert (seat.post(f"{CHECK}/{path}", data=form).status_code == 303) is may


def test_a_campaign_that_does_not_exist_is_not_found(desk: Desk, house: House) -> None:
    assert desk.as_(user=house.cora).get("/desk/campaigns/nothing/check").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_a_mend_in_the_browser(live: Live, width: int, scheme: Any) -> None:
    house = make_house(live.sessions)
    _bad(house)
    page = live.as_(user=house.cora, path=CHECK, width=width, scheme=scheme)
    live.inspect(page)
    page.get_by_text("Mend it for me").first.click()
    live.inspect(page)
    page.get_by_role("button", name="Mend it").first.click()
    page.get_by_text("Mended. Adds").wait_for()
    live.inspect(page)
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("as it was before the mend").wait_for()


@pytest.mark.browser
def test_the_page_goes_on_by_itself_when_it_is_put_together(live: Live) -> None:
    house = make_house(live.sessions)
    house.submit("letter")
    page = live.as_(user=house.cora, path="/desk/campaigns/letter/check")
    page.get_by_role("heading", name="It is being put together").wait_for()
    live.inspect(page)
    house.render()
    page.get_by_text("Nothing was found").wait_for()
