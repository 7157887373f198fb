"""Whoever signs, hands in or lets go does it to what their page showed, and to nothing else."""

import re

import pytest

from campaigns.accounts.models import Role
from campaigns.contacts.models import Contact, Segment
from campaigns.database import Session
from campaigns.planning import choosing, drafting, timing
from campaigns.planning import queries as planning
from campaigns.planning.models import CampaignApproval, CampaignStatus
from tests import factories
from tests.web.pages.campaign_desk import House, make_house, mark_on
from tests.web.pages.desk import Desk

LETTER = "/desk/campaigns/letter/review"
PREVIEW = "/desk/campaigns/letter/content/preview"
S = CampaignStatus


@pytest.fixture
def house(desk: Desk) -> House:
    return make_house(desk.sessions)


def _rewrite(house: House) -> None:
    def edit(session: Session) -> None:
        campaign = planning.named(session, "letter")
        version = planning.newest_version(session, campaign)
        drafting.edit(
            session,
            campaign,
            actor=house.cora,
            subject="Words nobody has read",
            preheader=version.preheader,
            blocks=version.blocks,
        )

    house.do(edit)


def _other_readers(house: House) -> None:
    def choose(session: Session) -> None:
        segment = factories.make_segment(session)
        choosing.choose_segment(
            session, planning.named(session, "letter"), actor=house.cora, segment=segment.name
        )

    house.do(choose)


def _signatures(house: House) -> int:
    return house.do(lambda session: session.query(CampaignApproval).count())


def test_a_page_that_is_older_than_the_words_signs_nothing_and_shows_them(
    desk: Desk, house: House
) -> None:
    house.in_review("letter")
    lena = desk.as_(user=house.lena)
    seen = mark_on(lena, f"{LETTER}/approve")
    _rewrite(house)
    house.in_review("letter")
    answer = lena.post(f"{LETTER}/approve", data={"seen": seen, "reason": "Read it."})
    assert answer.status_code == 409
    assert "It changed since you opened this page; read it again." in answer.text
    assert "Changed: its words." in answer.text
    assert "Words nobody has read" in answer.text
    assert "Read it." in answer.text
    assert (house.status("letter"), _signatures(house)) == (S.IN_REVIEW, 0)
    again = {"seen": mark_on(lena, f"{LETTER}/approve")}
    assert lena.post(f"{LETTER}/approve", data=again).status_code == 303
    assert _signatures(house) == 1


def test_a_signature_without_a_word_of_what_was_seen_is_none(desk: Desk, house: House) -> None:
    house.in_review("letter")
    assert desk.as_(user=house.lena).post(f"{LETTER}/approve").status_code == 409
    assert _signatures(house) == 0


@pytest.mark.parametrize("how", ["another segment", "another rule"])
def test_a_page_that_is_older_than_the_audience_signs_nothing(
    desk: Desk, house: House, how: str
) -> None:
    house.in_review("letter")
    lena = desk.as_(user=house.lena)
    seen = mark_on(lena, f"{LETTER}/approve")
    if how == "another segment":
        _other_readers(house)
        house.in_review("letter")
    else:
        house.do(lambda session: session.query(Segment).update({"rule": {"language": "en"}}))
    answer = lena.post(f"{LETTER}/approve", data={"seen": seen})
    assert (answer.status_code, _signatures(house)) == (409, 0)
    assert "whom it goes to" in answer.text


def test_what_was_edited_meanwhile_is_not_handed_in(desk: Desk, house: House) -> None:
    cora = desk.as_(user=house.cora)
    seen = mark_on(cora, f"{LETTER}/submit")
    _rewrite(house)
    answer = cora.post(f"{LETTER}/submit", data={"seen": seen})
    assert (answer.status_code, house.status("letter")) == (409, S.DRAFT)
    assert "Changed: its words." in answer.text
    assert "Words nobody has read" in answer.text


def _pace(house: House, pace: int) -> None:
    house.do(
        lambda session: timing.wish(
            session,
            planning.named(session, "letter"),
            actor=house.cora,
            local=None,
            not_after=None,
            pace_per_minute=pace,
        )
    )


def test_another_time_or_pace_than_was_shown_is_not_scheduled(desk: Desk, house: House) -> None:
    house.approved("letter")
    cora = desk.as_(user=house.cora)
    seen = mark_on(cora, f"{LETTER}/schedule")
    _pace(house, 7)
    answer = cora.post(f"{LETTER}/schedule", data={"seen": seen})
    assert (answer.status_code, house.status("letter")) == (409, S.APPROVED)
    assert "Changed: its time, pace or last day." in answer.text
    again = {"seen": mark_on(cora, f"{LETTER}/schedule")}
    assert cora.post(f"{LETTER}/schedule", data=again).status_code == 303
    assert house.status("letter") is S.SCHEDULED


def test_a_schedule_that_was_not_shown_is_not_taken_off(desk: Desk, house: House) -> None:
    house.scheduled("letter")
    cora = desk.as_(user=house.cora)
    answer = cora.post(f"{LETTER}/unschedule", data={"seen": "an older page"})
    assert (answer.status_code, house.status("letter")) == (409, S.SCHEDULED)
    seen = {"seen": mark_on(cora, f"{LETTER}/unschedule")}
    assert cora.post(f"{LETTER}/unschedule", data=seen).status_code == 303
    assert house.status("letter") is S.APPROVED


def test_what_was_decided_tells_of_take_backs_and_edits_between(desk: Desk, house: House) -> None:
    house.in_review("letter")
    _rewrite(house)
    house.in_review("letter")
    house.do(
        lambda session: drafting.take_back(
            session, planning.named(session, "letter"), actor=house.cora
        )
    )
    house.in_review("letter")
    _other_readers(house)
    page = desk.as_(user=house.cora).get(LETTER).text
    told = re.findall(r"<strong>Cora</strong> (.+?) <span", page)
    assert told == [
        "took it back to draft by another audience",
        "handed it in for review",
        "took it back to draft",
        "handed it in for review",
        "took it back to draft by an edit",
        "handed it in for review",
    ]


@pytest.mark.parametrize("role", [Role.LEGAL, Role.CLINICAL])
def test_whoever_may_sign_reads_three_real_messages_and_no_name(
    desk: Desk, house: House, role: Role
) -> None:
    house.in_review("letter")
    seat = desk.as_(role)
    page = seat.get(LETTER).text
    frames = [each.replace("&amp;", "&") for each in re.findall(r'<iframe src="([^"]+)"', page)]
    assert len(frames) == 3
    assert [seat.get(each).status_code for each in frames] == [200, 200, 200]
    assert "@example.com, " not in page
    assert not {"ada@example.com", "ben@example.com"} & set(re.findall(r"[\w.]+@[\w.]+", page))
    assert "these readers are invented" not in page
    others = house.do(lambda session: [str(each.id) for each in session.query(Contact)])
    left = [each for each in others if not any(f.endswith(f"person={each}") for f in frames)]
    assert [seat.get(f"{PREVIEW}?person={each}").status_code for each in left] == [403]
    assert seat.get(f"{PREVIEW}?person=999999").status_code == 403
    content = f"/desk/campaigns/letter/content?person={frames[0].rpartition('=')[2]}"
    assert seat.get(content).status_code == 403


def test_a_viewer_reads_no_real_message(desk: Desk, house: House) -> None:
    vera = desk.as_(Role.VIEWER)
    page = vera.get(LETTER).text
    assert "these readers are invented" in page
    persons = house.do(lambda session: [each.id for each in session.query(Contact)])
    assert {vera.get(f"{PREVIEW}?person={each}").status_code for each in persons} == {403}
