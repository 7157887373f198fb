"""Choosing a picture in a block, as a browser without scripts does it: all that was typed stays."""

import re
from typing import Any

import httpx
import pytest
from lxml import html

from campaigns.accounts.models import Role
from campaigns.rendering import pictures, shipped
from tests.factories import make_campaign, make_version
from tests.rendering.picture_files import moving, photograph, picture
from tests.web.pages.content_desk import PATH, Draft, article, make_draft, texts
from tests.web.pages.desk import Desk, Seat

HERE = f"{PATH}/pictures?block=visit"


@pytest.fixture
def draft(desk: Desk) -> Draft:
    return make_draft(desk.sessions)


@pytest.fixture
def cora(desk: Desk, draft: Draft) -> Seat:
    return desk.as_(user=draft.cora)


def upload(seat: Seat, form: dict[str, str], content: bytes, name: str = "hills.jpg") -> Any:
    data = form | {"do": "image:upload"}
    return seat.post(HERE, data=data, files={"image~upload": (name, content, "image/jpeg")})


def fields(answer: httpx.Response) -> dict[str, str]:
    """What stands in the open form."""
    forms = html.document_fromstring(answer.text).iter("form")
    [form] = [each for each in forms if "piece-form" in str(each.get("class"))]
    assert isinstance(form, html.FormElement)
    return {str(name): str(value or "") for name, value in form.form_values()}


def kept(draft: Draft, content: bytes | None = None, name: str = "hills.jpg") -> str:
    with draft.sessions.begin() as session:
        cora = session.merge(draft.cora)
        return pictures.take(
            session, actor=cora, content=content or photograph(), file_name=name
        ).name


def test_an_upload_comes_back_to_the_form_with_everything_typed(cora: Seat, draft: Draft) -> None:
    typed = article(draft, heading="Typed and not saved", eyebrow="New")
    answer = upload(cora, typed, photograph())
    assert answer.status_code == 200
    now = fields(answer)
    assert (now["heading"], now["eyebrow"]) == ("Typed and not saved", "New")
    assert re.fullmatch(r"[0-9a-f]{20}\.jpg", now["image.file"])
    assert now["image.alt"] == ""
    assert "image" not in draft.blocks()["visit"]
    shown = re.search(r'<img src="(/assets/pictures/[^"]+)" width="600" height="450"', answer.text)
    assert shown
    assert cora.get(shown[1]).headers["content-type"] == "image/jpeg"


def test_a_picture_is_saved_with_its_words_and_not_without(cora: Seat, draft: Draft) -> None:
    name = kept(draft)
    form = article(draft, **{"image.file": name, "image.alt": ""})
    refused = cora.post(f"{PATH}/blocks/visit", data=form)
    assert refused.status_code == 422
    assert "Fill this in" in texts(refused.text)
    saved = cora.post(f"{PATH}/blocks/visit", data=form | {"image.alt": "Hills in the sun"})
    assert saved.status_code == 303
    assert draft.blocks()["visit"]["image"] == {"file": name, "alt": "Hills in the sun"}
    message = cora.get(f"{PATH}/preview").text
    assert f'src="/assets/pictures/{name}"' in message
    assert 'alt="Hills in the sun"' in message


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is an SVG drawing"),
        (b"x" * 10_500_000, "too large: at most 10 MB"),
        (b"hello", "no picture that can be read"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_it(
    cora: Seat, draft: Draft, content: bytes, sentence: str
) -> None:
    answer = upload(cora, article(draft, heading="Still here"), content)
    assert answer.status_code == 422
    assert sentence in texts(answer.text)
    assert fields(answer)["heading"] == "Still here"


def test_a_press_without_a_file_is_told_to_choose_one(cora: Seat, draft: Draft) -> None:
    answer = cora.post(HERE, data=article(draft, do="image:upload"))
    assert answer.status_code == 422
    assert "Choose a file first." in texts(answer.text)


def test_a_file_beyond_all_bounds_is_not_read(cora: Seat, draft: Draft) -> None:
    assert upload(cora, article(draft), b"x" * 12_100_000).status_code == 413


def test_of_a_moving_picture_one_stands_still_and_that_is_told(cora: Seat, draft: Draft) -> None:
    answer = upload(cora, article(draft), moving(), "dance.gif")
    assert "standing still" in texts(answer.text)


def test_the_shelf_shows_what_is_there_and_where_it_is_used(cora: Seat, draft: Draft) -> None:
    name = kept(draft)
    form = article(draft, **{"image.file": name, "image.alt": "Hills"})
    cora.post(f"{PATH}/blocks/visit", data=form)
    other = kept(draft, picture(), "plain.png")
    answer = cora.post(HERE, data=article(draft, heading="Mine", do="image:shelf:1"))
    said = texts(answer.text)
    assert fields(answer)["heading"] == "Mine"
    for words in ("hills.jpg", "1200 × 900", "In Autumn", "plain.png", "320 × 200, 1 KB"):
        assert words in said
    assert "Older ones" not in said
    assert shipped.listed()[0].title in said
    deletes = re.findall(r'value="image:forget:([^"]+)"', answer.text)
    assert deletes == [other]


def test_a_picture_of_the_shelf_is_taken_and_another_needs_other_words(
    cora: Seat, draft: Draft
) -> None:
    first, second = kept(draft), kept(draft, picture(), "plain.png")
    now = fields(cora.post(HERE, data=article(draft, do=f"image:take:{first}")))
    assert (now["image.file"], now["image.alt"]) == (first, "")
    form = article(draft, **{"image.file": first, "image.alt": "Hills"})
    same = fields(cora.post(HERE, data=form | {"do": f"image:take:{first}"}))
    assert same["image.alt"] == "Hills"
    now = fields(cora.post(HERE, data=form | {"do": f"image:take:{second}"}))
    assert (now["image.file"], now["image.alt"]) == (second, "")


def test_a_drawing_that_came_along_brings_its_words(cora: Seat, draft: Draft) -> None:
    along = shipped.listed()[0]
    now = fields(cora.post(HERE, data=article(draft, do=f"image:take:{along.name}")))
    assert (now["image.file"], now["image.alt"]) == (along.name, along.alt)


def test_a_picture_is_taken_out_of_the_block(cora: Seat, draft: Draft) -> None:
    form = article(draft, **{"image.file": kept(draft), "image.alt": "Hills"})
    now = fields(cora.post(HERE, data=form | {"do": "image:none"}))
    assert now["image.file"] == ""
    assert "image.alt" not in now
    assert cora.post(f"{PATH}/blocks/visit", data=now | {"do": "save"}).status_code == 303
    assert "image" not in draft.blocks()["visit"]


def test_a_picture_that_nothing_shows_is_deleted_and_one_that_is_shown_is_not(
    cora: Seat, draft: Draft
) -> None:
    name = kept(draft)
    gone = cora.post(HERE, data=article(draft, do=f"image:forget:{name}"))
    assert "The picture is deleted." in texts(gone.text)
    assert cora.get(f"/assets/pictures/{name}").status_code == 404
    name = kept(draft)
    cora.post(
        f"{PATH}/blocks/visit",
        data=article(draft, **{"image.file": name, "image.alt": "Hills"}),
    )
    stays = cora.post(HERE, data=article(draft, do=f"image:forget:{name}"))
    assert stays.status_code == 409
    assert "This picture stays" in texts(stays.text)
    assert cora.get(f"/assets/pictures/{name}").status_code == 200


def test_pictures_are_leafed_through(cora: Seat, draft: Draft) -> None:
    with draft.sessions.begin() as session:
        person = session.merge(draft.cora)
        for each in range(13):
            content = picture((40, 40 + each), colour=(each, 90, 90))
            pictures.take(session, actor=person, content=content, file_name=f"p{each}.png")
    first = cora.post(HERE, data=article(draft, do="image:shelf:1"))
    assert len(re.findall(r'value="image:take:', first.text)) == 12 + len(shipped.listed())
    second = cora.post(HERE, data=article(draft, do="image:shelf:2"))
    assert len(re.findall(r'value="image:take:', second.text)) == 1
    assert "Newer ones" in texts(second.text)
    beyond = cora.post(HERE, data=article(draft, do=f"image:shelf:{'9' * 30}"))
    assert beyond.status_code == 200
    assert "image:take:" not in beyond.text


def test_a_picture_that_is_gone_is_said_to_be(cora: Seat, draft: Draft) -> None:
    form = article(draft, **{"image.file": "0" * 20 + ".png", "image.alt": "Hills"})
    answer = cora.post(HERE, data=form | {"do": "image:shelf:1"})
    assert "This picture is not there any more." in texts(answer.text)


@pytest.mark.parametrize("deed", ["", "image", "nothing:upload", "heading:upload", "a.1.b:none"])
def test_a_deed_that_there_is_not_changes_nothing(cora: Seat, draft: Draft, deed: str) -> None:
    answer = cora.post(HERE, data=article(draft, heading="Mine", do=deed))
    assert fields(answer)["heading"] == "Mine"
    assert cora.post(HERE, data={"kind": "nonsense"}).status_code == 404


def test_a_new_block_takes_a_picture_before_it_is_added(cora: Seat, draft: Draft) -> None:
    data = {"kind": "article", "after": "greeting", "heading": "New", "do": "image:upload"}
    files = {"image~upload": ("a.png", picture(), "image/png")}
    answer = cora.post(f"{PATH}/pictures", data=data, files=files)
    now = fields(answer)
    assert (now["after"], now["heading"]) == ("greeting", "New")
    assert now["image.file"].endswith(".png")


@pytest.mark.parametrize("role", [Role.CLINICAL, Role.DESK, Role.VIEWER])
def test_who_does_not_write_campaigns_uploads_nothing(desk: Desk, draft: Draft, role: Role) -> None:
    answer = upload(desk.as_(role), article(draft), picture())
    assert answer.status_code == 403


def test_a_picture_of_one_row_leaves_the_others_as_they_are(cora: Seat, draft: Draft) -> None:
    data = {"kind": "columns", "after": "greeting", "do": "columns.1.image:upload"}
    data |= {f"columns.{each}.heading": f"Column {each}" for each in range(2)}
    data |= {f"columns.{each}.image.file": "" for each in range(2)}
    files = {"columns.1.image~upload": ("a.png", picture(), "image/png")}
    now = fields(cora.post(f"{PATH}/pictures", data=data, files=files))
    assert now["columns.0.image.file"] == ""
    assert now["columns.1.image.file"].endswith(".png")
    assert (now["columns.0.heading"], now["columns.1.heading"]) == ("Column 0", "Column 1")


def test_a_picture_of_many_campaigns_names_two_of_them(cora: Seat, draft: Draft) -> None:
    name = kept(draft)
    hero = {"id": "hero", "type": "hero", "heading": "A", "image": {"file": name, "alt": "B"}}
    with draft.sessions.begin() as session:
        for each in ("june", "july", "may"):
            make_version(session, make_campaign(session, name=each), blocks=[hero])
    answer = cora.post(HERE, data=article(draft, do="image:shelf:1"))
    assert "In July, June and 1 more" in texts(answer.text)
