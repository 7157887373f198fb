"""docs/adding-a-block.md is followed to the letter: its four files are a whole block."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from campaigns import clock, registry, settings
from campaigns.accounts.models import Role
from campaigns.compliance import preflight
from campaigns.compliance.findings import Finding
from campaigns.compliance.models import Severity
from campaigns.database import Session, Sessions
from campaigns.errors import BadFile
from campaigns.planning import blocks, catalogue, content, editing, fields
from campaigns.planning import queries as planning
from campaigns.rendering.freeze import freeze
from campaigns.rendering.message import Rendered
from tests.factories import make_campaign, make_organisation, make_version
from tests.house.sources import ROOT
from tests.web.pages.desk import Desk

PAGE = (ROOT / "docs" / "adding-a-block.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^### `([\w.]+)`\n\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
KIND = "getting_here"
PATH = "/desk/campaigns/autumn/content"


@pytest.fixture(autouse=True)
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The four files of the page, in a folder of the owner's own templates."""
    folder = tmp_path / "blocks" / KIND
    folder.mkdir(parents=True)
    for name, words in FILES.items():
        (folder / name).write_text(words, encoding="utf-8")
    changed = settings.current().model_copy(update={"templates_dir": tmp_path})
    monkeypatch.setattr(settings, "current", lambda: changed)


def sample(**changed: Any) -> dict[str, Any]:
    return {"id": "here", **json.loads(FILES["sample.json"]), **changed}


@pytest.fixture
def desk(committed: Sessions) -> Desk:
    """The desk of a clinic that has a draft."""
    with committed.begin() as session:
        make_organisation(session)
        make_version(session, make_campaign(session, name="autumn"))
    return Desk(committed)


def test_the_page_has_the_four_files() -> None:
    assert set(FILES) == {"block.py", "block.html", "block.txt", "sample.json"}


def test_the_block_stands_in_the_menu(desk: Desk) -> None:
    seat = desk.as_(Role.COORDINATOR)
    page: Any = html.fromstring(seat.get(f"{PATH}?add=").text)
    [offered] = page.xpath(f"//*[@id='block-menu']//a[contains(@href, '?add={KIND}&')]")
    assert "Getting here" in offered.text_content()
    assert "How to reach the clinic by train, by car or on foot." in offered.text_content()


def test_the_block_has_a_form_with_labels_and_help(desk: Desk) -> None:
    seat = desk.as_(Role.COORDINATOR)
    page: Any = html.fromstring(seat.get(f"{PATH}?add={KIND}").text)
    [form] = page.xpath("//form[@id='form-new']")
    said = form.text_content()
    for words in ("Ways", "Add a way", "By", "How", "Without steps", "Such as See the map."):
        assert words in said
    assert form.xpath(".//rich-text[@data-name='ways.0.text']")


def test_the_form_refuses_with_a_sentence_beside_the_field_and_keeps_what_fits(
    desk: Desk,
) -> None:
    seat = desk.as_(Role.COORDINATOR)
    typed = {"kind": KIND, "do": "save", "heading": "Come in", "ways.0.by": "On foot"}
    refused = seat.post(f"{PATH}/blocks", data=typed)
    assert refused.status_code == 422
    page: Any = html.fromstring(refused.text)
    [wrong] = page.xpath("//*[contains(@class, 'wrong') and @data-field='ways.0.text']")
    assert "Fill this in." in wrong.text_content()
    kept = seat.post(f"{PATH}/blocks", data=typed | {"ways.0.text": "Through the *garden*."})
    assert kept.status_code == 303
    with desk.sessions.begin() as session:
        version = planning.newest_version(session, planning.named(session, "autumn"))
        [block] = [each for each in editing.blocks_of(version) if each["type"] == KIND]
    assert block["ways"] == [{"by": "On foot", "text": "<p>Through the <em>garden</em>.</p>"}]


def test_a_campaign_file_may_have_it_and_a_misspelt_field_is_named_with_its_line() -> None:
    file = (
        "name: autumn\ntopic: education\nsegment: everyone\nsubject: News\npreheader: Plain\n"
        "blocks:\n  - type: getting_here\n    ways: [{by: On foot, text: Through the garden.}]\n"
        "    acces: The ramp.\n  - type: footer\n"
    )
    with pytest.raises(BadFile, match="line 9: block 1, acces: there is no such field") as error:
        content.read(file)
    assert "Did you mean 'access'?" in str(error.value)
    assert content.read(file.replace("acces:", "access:")).blocks[0].type == KIND


def found(session: Session, *all_blocks: dict[str, Any]) -> tuple[Rendered, list[Finding]]:
    """The message of these blocks, and what is found in it."""
    make_organisation(session)
    campaign = make_campaign(session)
    written = [*all_blocks, {"type": "footer", "id": "footer"}]
    version = make_version(session, campaign, blocks=written)
    rendered = Rendered.of(freeze(session, version))
    said = preflight.run(
        session, campaign, version, rendered, rules=registry.RULES, facts=registry.FACTS
    )
    return rendered, said


def test_both_twins_are_rendered(session: Session) -> None:
    rendered, _said = found(session, sample())
    [block] = [each for each in rendered.blocks if each.type == KIND]
    for words in (
        "How to reach us",
        "By train",
        "Ten minutes on foot",
        "The ramp is on the garden",
    ):
        assert words in block.html
        assert words in block.text
    assert "How to reach us\n---------------" in block.text
    assert "https://renew.example.com/map" in [each.url for each in rendered.links]


def test_its_own_check_is_reported_with_its_field(session: Session) -> None:
    invites = {"type": "booking_card", "id": "book", "heading": "Come and see us"}
    _rendered, said = found(session, sample(access=None), invites)
    [own] = [each for each in said if each.rule == f"BK-{KIND}"]
    assert (own.place, own.field, own.severity) == ("block here", "access", Severity.WARN)
    assert own.mend == "Say where the ramp or the lift is."
    with_ramp = content.parse([sample(), invites])
    letter = blocks.Letter(tuple(with_ramp), now=clock.now(session))
    assert list(with_ramp[0].problems(letter)) == []


def test_the_page_names_types_and_class_variables_that_there_are() -> None:
    tables = "\n".join(line for line in PAGE.splitlines() if line.startswith("|"))
    types = re.findall(r"`([A-Z]\w+)`", tables)
    assert "Moment" in types
    assert [each for each in types if not hasattr(fields, each)] == []
    said = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| [a-z`]", PAGE, re.MULTILINE)
    variables = {each for row in said for each in re.findall(r"`([a-z_]+)`", row)}
    assert variables >= {"name", "purpose", "order", "once"}
    assert variables <= set(blocks.Block.__class_vars__)


def test_no_block_of_ours_has_the_name_of_the_page_s() -> None:
    assert KIND in catalogue.kinds()
    assert not (ROOT / "templates" / "email" / "blocks" / KIND).exists()
