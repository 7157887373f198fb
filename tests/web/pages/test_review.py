"""The review: read as readers will, hand in, sign or send back, and let it go."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import httpx
import pytest

from campaigns import clock
from campaigns.accounts.models import AuditEntry, Organisation, Role
from campaigns.compliance.models import StoredFinding
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.planning import queries as planning
from campaigns.planning import timing
from campaigns.planning.models import Campaign, CampaignApproval, CampaignStatus
from campaigns.promotions.models import Promotion
from tests.web.pages.campaign_desk import House, make_house, mark_on
from tests.web.pages.desk import Desk, Seat

LETTER, OFFER = "/desk/campaigns/letter/review", "/desk/campaigns/offer/review"
S = CampaignStatus


@pytest.fixture
def house(desk: Desk) -> House:
    return make_house(desk.sessions)


def _press(seat: Seat, path: str, **form: str) -> str:
    """Press a button of the page as it is now; the page that comes next."""
    answer = seat.post(path, data={"seen": mark_on(seat, path)} | form)
    return seat.follow(answer).text if answer.status_code == 303 else answer.text


def _posted(seat: Seat, path: str) -> httpx.Response:
    return seat.post(path, data={"seen": mark_on(seat, path)})


def _tomorrow(house: House, name: str, *, not_after: date | None = None) -> None:
    """Cora wishes for ten o'clock tomorrow."""

    local = _at_ten(house)
    house.do(
        lambda session: timing.wish(
            session,
            planning.named(session, name),
            actor=house.cora,
            local=local,
            not_after=not_after,
            pace_per_minute=60,
        )
    )


def _at_ten(house: House) -> datetime:
    now = house.do(clock.now).astimezone(clock.zone("America/Chicago"))
    return (now + timedelta(days=1)).replace(
        hour=10, minute=0, second=0, microsecond=0, tzinfo=None
    )


def test_it_is_shown_as_three_readers_get_it_with_everything_beside_it(
    desk: Desk, house: House
) -> None:
    page = desk.as_(user=house.cora).get(OFFER).text
    assert len(re.findall(r"<iframe ", page)) == 3
    assert "Ada, ada@example.com" in page
    assert "nameless@example.com" in page
    assert "Would get it now" in page
    assert "The person never agreed to this topic." in page
    assert "It may be said: save up to 26%." in page
    assert "$1,887" in page
    assert "The reader&#39;s own booking page" in page
    assert "in: Offer" in page
    assert "1 finding asks" in page or "findings ask" in page
    assert "Hand in for review" in page


def test_each_message_is_the_readers_own(desk: Desk, house: House) -> None:
    seat = desk.as_(user=house.cora)
    page = seat.get(LETTER).text
    frames = [each.replace("&amp;", "&") for each in re.findall(r'<iframe src="([^"]+)"', page)]
    messages = [seat.get(each) for each in frames]
    assert [each.status_code for each in messages] == [200, 200, 200]
    assert all("sandbox" in each.headers["content-security-policy"] for each in messages)


def test_who_neither_sees_contacts_nor_signs_reads_as_invented_readers(
    desk: Desk, house: House
) -> None:
    page = desk.as_(Role.VIEWER).get(OFFER).text
    assert "these readers are invented" in page
    assert "ada@example.com" not in page
    assert len(re.findall(r"<iframe ", page)) == 2


def test_an_audience_of_nobody_is_said(desk: Desk, house: House) -> None:
    house.do(lambda session: session.query(Contact).update({"region": "XX"}))
    page = desk.as_(user=house.cora).get(LETTER).text
    assert "Nobody would get it at the moment" in page


def test_what_cannot_be_put_together_is_said_and_not_handed_in(desk: Desk, house: House) -> None:
    house.do(lambda session: session.query(Promotion).update({"in_claims": False}))
    page = desk.as_(user=house.cora).get(OFFER).text
    assert "It cannot be put together yet" in page
    assert "Go to the check" in page
    assert "Hand in for review" not in page


def test_handed_in_read_signed_and_sent(desk: Desk, house: House) -> None:
    cora, lena = desk.as_(user=house.cora), desk.as_(user=house.lena)
    assert "It is being put together and checked" in _press(cora, f"{OFFER}/submit")
    house.render()
    assert "It waits for legal approver" in cora.get(OFFER).text
    page = lena.get(OFFER).text
    assert "You sign as legal approver" in page
    refused = lena.post(
        f"{OFFER}/approve", data={"reason": " ", "seen": mark_on(lena, f"{OFFER}/approve")}
    )
    assert refused.status_code == 422
    assert "say why you sign" in refused.text
    assert "it is approved and can be scheduled" in _press(
        lena, f"{OFFER}/approve", reason="Prices checked."
    )
    page = cora.get(OFFER).text
    assert "3 people get it at once; 1 does not" in page
    assert "<strong>Lena</strong> signed as legal approver" in page
    assert "Prices checked." in page
    answer = _posted(cora, f"{OFFER}/schedule")
    assert answer.headers["location"] == "/desk/campaigns/offer/live"
    assert house.status("offer") is S.SCHEDULED


def test_it_is_scheduled_for_the_moment_that_was_wished_and_taken_off_again(
    desk: Desk, house: House
) -> None:
    _tomorrow(house, "letter")
    house.approved("letter")
    seat = desk.as_(user=house.cora)
    said = clock.local_text(
        clock.moment(_at_ten(house), "America/Chicago").instant, "America/Chicago"
    )
    assert f"3 people get it on {said}; 1 does not" in seat.get(LETTER).text
    assert "At most 60 messages a minute" in seat.get(LETTER).text
    page = _press(seat, f"{LETTER}/schedule")
    assert f"Scheduled: it begins on {said} by itself." in page
    assert "Take it off the schedule" in page
    assert house.status("letter") is S.SCHEDULED
    assert "Its approval stands" in _press(seat, f"{LETTER}/unschedule")
    assert house.status("letter") is S.APPROVED
    assert "That is not possible any more" in _press(seat, f"{LETTER}/unschedule")


def test_nothing_leaves_after_the_last_day_that_was_chosen(desk: Desk, house: House) -> None:
    last = _at_ten(house).date()
    _tomorrow(house, "letter", not_after=last)
    house.approved("letter")
    seat = desk.as_(user=house.cora)
    assert "Nothing leaves after" in seat.get(LETTER).text
    _posted(seat, f"{LETTER}/schedule")
    ends = house.campaign("letter").send_not_after
    assert ends is not None
    assert ends.astimezone(clock.zone("America/Chicago")).date() == last + timedelta(days=1)


def test_a_moment_that_has_passed_is_not_scheduled(desk: Desk, house: House) -> None:
    _tomorrow(house, "letter")
    house.approved("letter")
    yesterday = _at_ten(house) - timedelta(days=2)
    house.do(lambda session: session.query(Campaign).update({"wished_local": yesterday}))
    seat = desk.as_(user=house.cora)
    assert "The moment you wished for has passed" in seat.get(LETTER).text
    seen = house.mark("letter")
    assert "is in the past" in _press(seat, f"{LETTER}/schedule", seen=seen)
    assert house.status("letter") is S.APPROVED


def test_what_stands_against_it_at_that_moment_is_shown_as_findings(
    desk: Desk, house: House
) -> None:
    house.approved("offer")
    house.do(lambda session: session.query(Promotion).update({"terms": "Only on Mondays."}))
    seen = {"seen": house.mark("offer")}
    answer = desk.as_(user=house.cora).post(f"{OFFER}/schedule", data=seen)
    assert answer.status_code == 409
    assert "this stands against it" in answer.text
    assert "are not those that Savings has now" in answer.text
    assert house.status("offer") is S.APPROVED


def test_it_is_sent_back_with_a_note_that_its_author_reads(desk: Desk, house: House) -> None:
    house.in_review("offer")
    lena = desk.as_(user=house.lena)
    refused = lena.post(f"{OFFER}/send-back", data={"note": "  "})
    assert refused.status_code == 422
    assert "Say what is to be changed" in refused.text
    assert "Sent back" in _press(lena, f"{OFFER}/send-back", note="Shorter, please.")
    page = desk.as_(user=house.cora).get(OFFER).text
    assert page.count("Shorter, please.") == 2
    assert "<strong>Lena</strong> sent it back" in page
    assert "That is not possible any more" in _press(lena, f"{OFFER}/send-back", note="Again.")


def test_an_author_does_not_sign_for_their_own(desk: Desk, house: House) -> None:
    house.do(lambda session: session.query(Campaign).update({"author_id": house.olga.id}))
    house.in_review("letter")
    olga = desk.as_(user=house.olga)
    page = olga.get(LETTER).text
    assert "You worked on this, so somebody else approves it" in page
    assert "Approve</button>" not in page
    assert "someone else has to approve it" in _press(olga, f"{LETTER}/approve")
    assert house.status("letter") is S.IN_REVIEW


def test_where_four_eyes_are_off_an_own_signature_is_noted(desk: Desk, house: House) -> None:
    house.do(lambda session: session.query(Campaign).update({"author_id": house.olga.id}))
    house.do(lambda session: session.query(Organisation).update({"four_eyes": False}))
    house.in_review("letter")
    olga = desk.as_(user=house.olga)
    assert "Your own campaign" in olga.get(LETTER).text
    assert "it is approved" in _press(olga, f"{LETTER}/approve")
    assert "Own campaign, four-eyes approval is off." in olga.get(LETTER).text


def test_a_role_that_is_not_asked_reads_who_is(desk: Desk, house: House) -> None:
    house.in_review("offer")
    page = desk.as_(user=house.carl).get(OFFER).text
    assert "It waits for legal approver; your role cannot sign for that" in page
    assert "Approve</button>" not in page


def test_two_approvers_at_once_sign_once(desk: Desk, house: House) -> None:
    house.in_review("letter")
    seats = [desk.as_(user=house.lena), desk.as_(user=house.carl)]
    seen = mark_on(seats[0], f"{LETTER}/approve")
    with ThreadPoolExecutor(2) as pool:
        pages = list(pool.map(lambda seat: _press(seat, f"{LETTER}/approve", seen=seen), seats))
    assert house.status("letter") is S.APPROVED
    assert house.do(lambda session: session.query(CampaignApproval).count()) == 1
    assert sum("Signed: it is approved" in each for each in pages) == 1
    assert sum("not possible any more" in each for each in pages) == 1


def test_two_coordinators_at_once_hand_it_in_once(desk: Desk, house: House) -> None:
    seats = [desk.as_(user=house.cora), desk.as_(Role.COORDINATOR)]
    seen = {"seen": mark_on(seats[0], f"{LETTER}/submit")}
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda seat: seat.post(f"{LETTER}/submit", data=seen), seats))
    entries = house.do(
        lambda session: session.query(AuditEntry).filter_by(verb="submit campaign").count()
    )
    assert (entries, house.status("letter")) == (1, S.RENDERING)


def test_a_note_that_is_too_long_is_kept_and_refused(desk: Desk, house: House) -> None:
    house.in_review("letter")
    answer = desk.as_(user=house.lena).post(f"{LETTER}/approve", data={"reason": "x" * 2001})
    assert answer.status_code == 422
    assert "at most 2000 characters" in answer.text
    assert "x" * 2001 in answer.text


def test_what_is_over_has_nothing_left_to_decide(desk: Desk, house: House) -> None:
    house.do(lambda session: session.query(Campaign).update({"status": S.CANCELLED}))
    assert "There is nothing left to decide." in desk.as_(user=house.cora).get(LETTER).text
    house.do(lambda session: session.query(Campaign).update({"status": S.SENDING}))
    assert "See its progress" in desk.as_(user=house.cora).get(LETTER).text


DEEDS = {
    "submit": {Role.OWNER, Role.COORDINATOR},
    "approve": {Role.OWNER, Role.CLINICAL, Role.LEGAL},
    "send-back": {Role.OWNER, Role.CLINICAL, Role.LEGAL},
    "schedule": {Role.OWNER, Role.COORDINATOR},
    "unschedule": {Role.OWNER, Role.COORDINATOR},
}


@pytest.mark.parametrize("role", list(Role))
def test_everyone_reads_the_review_and_each_deed_has_its_roles(
    desk: Desk, house: House, role: Role
) -> None:
    seat = desk.as_(role)
    assert seat.get(LETTER).status_code == 200
    for deed, roles in DEEDS.items():
        answer = seat.post(f"{LETTER}/{deed}")
        assert (answer.status_code == 403) is (role not in roles), deed


def test_findings_of_another_role_wait_for_it(desk: Desk, house: House) -> None:
    house.in_review("offer")

    def also_clinical(session: Session) -> None:
        session.query(StoredFinding).limit(1).one().role = Role.CLINICAL.value

    house.do(also_clinical)
    page = _press(desk.as_(user=house.lena), f"{OFFER}/approve", reason="Fine.")
    assert "It still waits for the clinical approver." in page
