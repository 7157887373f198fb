"""A block is a folder of four: record, HTML, text, sample. Add the folder and it is tested here."""

import json
from typing import Any

import pytest
from lxml import html

from campaigns.database import Session
from campaigns.planning import catalogue
from campaigns.promotions.models import CodeMode
from campaigns.rendering import templates
from campaigns.rendering.freeze import freeze
from campaigns.rendering.message import Rendered, RenderedBlock
from tests.rendering import factories

FOLDER = templates.BESIDE / "blocks"
NAMES = sorted(each.name for each in FOLDER.iterdir())
WORDLESS = {"divider"}
UNSAID = {
    "id", "type", "background", "spacing", "visibility", "url", "link", "action", "statement",
    "file", "alt", "network", "starts", "ends", "zone", "consent",
}  # fmt: skip
"""What a block keeps and neither twin says in these words."""


def sample(name: str) -> dict[str, Any]:
    """The block of this kind as its folder shows it."""
    return dict(json.loads((FOLDER / name / "sample.json").read_text(encoding="utf-8")))


def rendered(session: Session, name: str) -> tuple[Rendered, RenderedBlock]:
    """A message of the sample of this block."""
    blocks = [] if name == "footer" else [sample(name)]
    version = factories.make_offer(session, *blocks, mode=CodeMode.SHARED)
    message = Rendered.of(freeze(session, version))
    return message, next(each for each in message.blocks if each.type == name)


def test_every_kind_of_block_has_its_folder() -> None:
    assert sorted(catalogue.kinds()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_block_is_a_folder_of_four(name: str) -> None:
    found = {each.name for each in (FOLDER / name).iterdir() if each.is_file()}
    assert found == {"block.py", "block.html", "block.txt", "sample.json"}


@pytest.mark.parametrize("name", NAMES)
def test_both_twins_of_a_block_say_the_same_words(session: Session, name: str) -> None:
    _message, block = rendered(session, name)
    said = " ".join(block.text.split())
    for text in words_of(block.data):
        assert text in said, text
        assert text in flat(block.html)
    assert bool(said.strip("- ")) is (name not in WORDLESS)


def flat(markup: str) -> str:
    """The words of some markup on one line."""
    root = html.fragment_fromstring(markup, create_parent="div")
    return " ".join("".join(str(each) for each in root.itertext()).split())


def words_of(data: Any) -> list[str]:
    """The plain words that staff wrote into a block."""
    if isinstance(data, dict):
        return [each for key, value in data.items() if key not in UNSAID
                for each in words_of(value)]  # fmt: skip
    if isinstance(data, list):
        return [each for value in data for each in words_of(value)]
    return [] if isinstance(data, int) or "<a" in data else [flat(data)]


@pytest.mark.parametrize("name", NAMES)
def test_layout_tables_say_so_and_images_have_size_and_words(session: Session, name: str) -> None:
    message, _block = rendered(session, name)
    root = html.fromstring(message.html)
    for table in root.iter("table"):
        if table.get("role") != "presentation":
            assert {each.get("scope") for each in table.iter("th")} >= {"row"}
    for image in root.iter("img"):
        assert image.get("alt") is not None
        assert image.get("width")
        assert image.get("height")


@pytest.mark.parametrize("name", NAMES)
def test_a_message_asks_nothing_of_other_hosts_and_hides_no_script(
    session: Session, name: str
) -> None:
    message, _block = rendered(session, name)
    root = html.fromstring(message.html)
    own = "http://localhost:8125/"
    assert all(str(each.get("src")).startswith(own) for each in root.iter("img"))
    assert not list(root.iter("script", "form", "iframe", "svg", "link", "base"))
    for word in ("var(", "url(", "position:", "display:flex", "javascript:"):
        assert word not in message.html.replace(" ", "")


def test_a_message_is_marked_up_as_mail_programs_need_it(session: Session) -> None:
    message, _block = rendered(session, "article")
    root = html.fromstring(message.html)
    body = root.find("body")
    assert message.html.startswith("<!DOCTYPE html>")
    assert (root.get("lang"), root.get("dir")) == ("en", "ltr")
    assert body is not None
    children = list(body.iterchildren("*"))
    assert [(each.get("lang"), each.get("dir")) for each in children] == [("en", "ltr")]
    assert message.preheader in message.html.partition("<body")[2]
    styles = "".join(str(each.text) for each in root.iter("style"))
    assert len(styles.encode()) < 16_000
    assert "prefers-color-scheme: dark" in styles
    assert '<meta name="color-scheme" content="light dark">' in message.html


def test_prices_are_a_table_whose_rows_and_columns_are_named(session: Session) -> None:
    _message, block = rendered(session, "price_table")
    (table,) = html.fromstring(f"<div>{block.html}</div>").findall(".//table[@class='prices']")
    scopes = [each.get("scope") for each in table.iter("th")]
    assert scopes == ["col"] * 3 + ["row"] * 4


def test_risks_are_written_as_large_as_benefits(session: Session) -> None:
    _message, risk = rendered(session, "risk_information")
    assert {each.get("style", "").partition("font-size:")[2][:4]
            for each in html.fromstring(risk.html).iter("p")} == {"17px"}  # fmt: skip
