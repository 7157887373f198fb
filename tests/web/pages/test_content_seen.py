"""The content step: its history, the message beside it, and what the checks say of it."""

import re

import httpx
import pytest

from campaigns.accounts.models import Role
from campaigns.planning.models import CampaignStatus
from tests.factories import make_contact
from tests.web.pages.content_desk import PART, PATH, Draft, article, make_draft, texts
from tests.web.pages.desk import Desk, Seat


@pytest.fixture
def draft(desk: Desk) -> Draft:
    return make_draft(desk.sessions)


@pytest.fixture
def cora(desk: Desk, draft: Draft) -> Seat:
    return desk.as_(user=draft.cora)


@pytest.fixture
def olaf(desk: Desk, draft: Draft) -> Seat:
    return desk.as_(user=draft.olaf)


def test_the_history_says_who_changed_what_and_brings_it_back(
    cora: Seat, olaf: Seat, draft: Draft
) -> None:
    olaf.post(f"{PATH}/blocks/visit", data=article(draft, heading="Olaf's heading"))
    page = texts(cora.get(f"{PATH}/history").text)
    assert "changed Article “Olaf's heading”: heading" in page
    assert "begun with this content" in page
    first = cora.get(f"{PATH}/history/1").text
    assert "What a visit looks like" in first
    assert "Restore this version" in first
    assert "Restore this version" not in cora.get(f"{PATH}/history/2").text
    answer = _restore(cora, 1)
    assert "Version 1 is back, as version 3." in cora.follow(answer).text
    assert draft.blocks()["visit"]["heading"] == "What a visit looks like"
    assert cora.get(f"{PATH}/history/9").status_code == 404
    draft.stands(CampaignStatus.IN_REVIEW)
    late = cora.post(f"{PATH}/history/1/restore", data={"seen": "old"})
    assert "handed in for review" in cora.follow(late).text


def _restore(seat: Seat, revision: int) -> httpx.Response:
    page = seat.get(f"{PATH}/history/{revision}").text
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None
    return seat.post(f"{PATH}/history/{revision}/restore", data={"seen": seen[1]})


def test_restoring_does_not_go_over_what_a_colleague_saved_meanwhile(
    cora: Seat, olaf: Seat, draft: Draft
) -> None:
    cora.post(f"{PATH}/blocks/visit", data=article(draft, heading="Second"))
    told = cora.follow(_restore(cora, 1)).text
    undo = re.search(r'action="([^"]+/history/2/restore[^"]*)"', told)
    page = cora.get(f"{PATH}/history/2").text
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert undo is not None
    assert seen is not None
    olaf.post(f"{PATH}/blocks/visit", data=article(draft, heading="Olaf was here"))
    stale = (
        cora.post(undo[1]),
        cora.post(f"{PATH}/history/2/restore", data={"seen": seen[1]}),
        cora.post(f"{PATH}/history/2/restore"),
    )
    for answer in stale:
        assert "so nothing was restored" in cora.follow(answer).text
    assert draft.blocks()["visit"]["heading"] == "Olaf was here"
    assert "is back, as version 5" in cora.follow(_restore(cora, 2)).text


def test_a_long_history_has_pages(cora: Seat, draft: Draft) -> None:
    for _each in range(31):
        cora.post(f"{PATH}/blocks/faq/move", data={"way": "up"})
        cora.post(f"{PATH}/blocks/faq/move", data={"way": "down"})
    first = cora.get(f"{PATH}/history").text
    older = re.search(r'href="([^"]*\?below=\d+)"', first)
    assert older is not None
    assert 'rel="prev"' in cora.get(older[1]).text


@pytest.mark.parametrize(
    ("look", "there", "away"),
    [
        ("light", "@media not all", "prefers-color-scheme"),
        ("dark", "@media all", "prefers-color-scheme"),
    ],
)
def test_the_message_is_seen_in_light_and_dark_whatever_the_device(
    cora: Seat, draft: Draft, look: str, there: str, away: str
) -> None:
    message = cora.get(f"{PATH}/preview?look={look}")
    assert there in message.text
    assert away not in message.text
    assert "script-src" not in message.headers["content-security-policy"]
    assert "sandbox" in message.headers["content-security-policy"]
    assert message.headers["x-frame-options"] == "SAMEORIGIN"


def test_the_message_is_seen_as_text_and_as_whom_one_likes(
    desk: Desk, cora: Seat, draft: Draft
) -> None:
    with desk.sessions.begin() as session:
        ada = make_contact(session, "ada@example.com", first_name="Ada", last_name="Lovell").id
    assert "Hello Maria," in cora.get(f"{PATH}/preview?look=text").text
    assert "Hello there," in cora.get(f"{PATH}/preview?look=text&person=nameless").text
    assert "Hello Ada," in cora.get(f"{PATH}/preview?look=text&person={ada}").text
    found = cora.get(f"{PATH}/readers?find=lovell")
    assert "Ada Lovell" in found.text
    assert "Nobody of that name" in cora.get(f"{PATH}/readers?find=zzz").text
    assert "Ada Lovell" in cora.get(f"{PATH}?person={ada}").text
    assert cora.get(f"{PATH}?person=999999").status_code == 200
    vera = desk.as_(Role.VIEWER)
    assert vera.get(f"{PATH}/preview?person={ada}").status_code == 403
    assert vera.get(f"{PATH}/readers?find=ada").status_code == 403


def test_a_message_that_cannot_be_put_together_says_why(cora: Seat, draft: Draft) -> None:
    lines = {"seen": draft.lines_mark(), "subject": "Save {saving}", "preheader": ""}
    cora.post(f"{PATH}/lines", data=lines)
    page = cora.get(f"{PATH}/preview")
    assert (page.status_code, "It cannot be shown yet" in page.text) == (200, True)
    assert "carries no promotion" in page.text
    assert "cannot be put together yet" in cora.get(f"{PATH}/findings").text


def test_findings_come_with_the_block_they_are_about(cora: Seat, draft: Draft) -> None:
    cora.post(f"{PATH}/blocks/visit", data=article(draft, text="Ketamine cures depression."))
    page = cora.get(f"{PATH}/findings").text
    assert 'data-place="block visit"' in page
    assert "See it in Check" in page
    earlier = cora.get(f"{PATH}/preview?revision=1&look=text").text
    assert "consultation" in earlier


def test_what_a_machine_can_mend_is_mended_where_it_stands_and_undone(
    cora: Seat, draft: Draft
) -> None:
    words = "Thoughts of suicide can come with pain that stays."
    cora.post(f"{PATH}/blocks/visit", data=article(draft, text=words))
    page = cora.get(f"{PATH}/findings").text
    form = re.search(
        r'/content/mend".*?name="rule" value="([^"]+)".*?name="place" value="([^"]+)"'
        r'.*?name="revision" value="(\d+)"',
        page,
        re.DOTALL,
    )
    assert form is not None
    data = dict(zip(("rule", "place", "revision"), form.groups(), strict=True))
    told = cora.follow(cora.post(f"{PATH}/mend", data=data)).text
    assert "Mended." in told
    undo = re.search(r'action="([^"]+/history/2/restore[^"]*)"', told)
    assert undo is not None
    assert draft.revision() == 3
    stale = cora.post(f"{PATH}/mend", data=data, headers=PART)
    assert (stale.status_code, "Somebody changed the content" in stale.text) == (409, True)
    undone = cora.post(undo[1])
    assert undone.status_code == 303
    assert draft.revision() == 4
    again = cora.post(f"{PATH}/mend", data=data | {"revision": "4"}, headers=PART)
    assert 'data-focus="undo"' in again.text
    draft.stands(CampaignStatus.IN_REVIEW)
    late = cora.post(f"{PATH}/mend", data=data)
    assert "Nothing was mended." in cora.follow(late).text
    assert draft.stands() is CampaignStatus.IN_REVIEW
