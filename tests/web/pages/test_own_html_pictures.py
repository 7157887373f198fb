"""Pictures of other hosts in somebody's own HTML are replaced by files of the clinic's own."""

import re

import pytest

from campaigns.accounts.models import Role
from campaigns.planning.models import CampaignStatus
from tests.rendering import picture_files
from tests.web.pages.content_desk import PATH, Draft, make_draft, texts
from tests.web.pages.desk import Desk, Seat
from tests.web.pages.test_own_html import HERE, paste, seen

THERE = f"{HERE}/pictures"
A, B = "https://cdn.example.com/a.png", "https://cdn.example.com/b.png"
PAGE = f'<p>Come in.</p>\n<img src="{A}" alt="The door" width="300">\n<img src="{B}" alt="">'
FILE = picture_files.picture((800, 500))


@pytest.fixture
def draft(desk: Desk) -> Draft:
    return make_draft(desk.sessions)


@pytest.fixture
def cora(desk: Desk, draft: Draft) -> Seat:
    seat = desk.as_(user=draft.cora)
    seat.post(HERE, data=paste(seat, PAGE))
    return seat


def upload(seat: Seat, **files: bytes) -> dict[str, object]:
    chosen = {name.replace("_", "-"): ("a.png", each, "image/png") for name, each in files.items()}
    return {"data": {"seen": seen(seat, PATH)}, "files": chosen}


def test_each_picture_of_another_host_has_a_field_and_the_preview_says_why_it_is_not_there(
    cora: Seat,
) -> None:
    page = cora.get(PATH).text
    said = texts(page)
    assert "“The door” Line 2" in said
    assert "Picture 2, without words Line 3" in said
    assert page.count('type="file" id="picture-') == 2
    assert "Pictures of other hosts are not loaded here: readers see them." in said


def test_a_file_takes_the_place_of_a_picture_and_that_can_be_undone(
    cora: Seat, draft: Draft
) -> None:
    answer = cora.post(THERE, **upload(cora, picture_1=FILE))
    page = cora.follow(answer).text
    assert "1 picture stands in your HTML from here now." in page
    source = draft.blocks()["html"]["source"]
    assert A not in source
    assert B in source
    [name] = re.findall(r'src="[^"]*/assets/pictures/([0-9a-f]{20}(?:-\d+)?\.png)"', source)
    assert cora.get(f"/assets/pictures/{name}").status_code == 200
    assert f"/assets/pictures/{name}" in cora.get(f"{PATH}/preview").text
    assert "“The door”" not in texts(page)
    undo = re.findall(r'action="([^"]*/restore[^"]*)"', page)
    cora.post(undo[0].replace("&amp;", "&"))
    assert draft.blocks()["html"]["source"] == PAGE


def test_all_may_be_given_at_once(cora: Seat, draft: Draft) -> None:
    answer = cora.post(THERE, **upload(cora, picture_1=FILE, picture_2=picture_files.moving()))
    said = texts(cora.follow(answer).text)
    assert "2 pictures stand in your HTML from here now." in said
    assert "It moves, and a message shows it standing still" in said
    assert "Pictures of other hosts" not in said
    assert "cdn.example.com" not in draft.blocks()["html"]["source"]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "Choose a file beside a picture first."),
        ({"picture_1": b"<svg></svg>", "picture_2": FILE}, "a.png for line 2: "),
    ],
)
def test_a_file_that_is_no_picture_changes_nothing(
    cora: Seat, draft: Draft, files: dict[str, bytes], sentence: str
) -> None:
    said = texts(cora.follow(cora.post(THERE, **upload(cora, **files))).text)
    assert sentence in said
    assert draft.blocks()["html"]["source"] == PAGE


def test_what_somebody_changed_meanwhile_is_not_written_over(cora: Seat, draft: Draft) -> None:
    stale = upload(cora, picture_1=FILE)
    cora.post(HERE, data=paste(cora, f"{PAGE}<p>More.</p>", path=PATH))
    said = texts(cora.follow(cora.post(THERE, **stale)).text)
    assert "Somebody changed the content" in said
    assert A in draft.blocks()["html"]["source"]


def test_who_may_not_edit_sees_where_they_lie(desk: Desk, cora: Seat, draft: Draft) -> None:
    viewer = desk.as_(Role.VIEWER)
    assert viewer.post(THERE, data={"seen": "1"}).status_code == 403
    draft.stands(CampaignStatus.IN_REVIEW)
    page = cora.get(PATH).text
    assert A in page
    assert 'id="picture-1"' not in page
