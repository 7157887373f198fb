"""The catalogue of blocks: whole folders only, with words for the people who write."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from campaigns import settings, template_folders
from campaigns.errors import Misconfigured, NotFound
from campaigns.planning import catalogue, content
from campaigns.planning.blocks import EVERY_BLOCK
from campaigns.planning.fields import Part

RECORD = """\
from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block
from campaigns.planning.fields import Line


class Note(Block):
    name: ClassVar[str] = "Note"
    purpose: ClassVar[str] = "A line of its own."

    type: Literal["note"] = "note"
    text: Line = Field(title="Text")
"""
WHOLE = {
    "block.py": RECORD,
    "block.html": "<p>{{ block.text }}</p>",
    "block.txt": "{{ block.text }}",
    "sample.json": '{"type": "note", "text": "Hello"}',
}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The owner's own folder of templates, empty."""
    changed = settings.current().model_copy(update={"templates_dir": tmp_path})
    monkeypatch.setattr(settings, "current", lambda: changed)
    return tmp_path


def put(own: Path, name: str, **changed: str | None) -> None:
    """A block in the owner's folder, whole but for what is changed (None: left out)."""
    folder = own / "blocks" / name
    folder.mkdir(parents=True)
    for file, words in (WHOLE | {each.replace("_", "."): w for each, w in changed.items()}).items():
        if words is not None:
            (folder / file).write_text(words, encoding="utf-8")


def parts(annotation: Any) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for each in get_args(annotation):
        yield from parts(each)


@pytest.mark.parametrize("kind", catalogue.kinds())
def test_every_block_says_what_it_is_for_and_every_field_has_a_label(kind: str) -> None:
    record = catalogue.kind(kind)
    assert record.purpose.endswith(".")
    for field in set(record.model_fields) - {"id", "type"}:
        label = catalogue.label(kind, field)
        assert label.label != field
        assert not label.help or label.help.endswith((".", "?"))


def test_every_part_of_a_block_has_labels_and_says_how_to_add_one() -> None:
    found = {
        part
        for record in catalogue.kinds().values()
        for field in record.model_fields.values()
        for part in parts(field.annotation)
    }
    assert found
    for part in found:
        assert part.asks.startswith("Add a")
        assert all(each.title for each in part.model_fields.values())


def test_blocks_are_told_apart_by_their_headings() -> None:
    assert catalogue.title({"type": "article", "heading": "A visit"}) == "Article “A visit”"
    assert catalogue.title({"type": "cta_button", "text": "Book it"}) == "Button “Book it”"
    assert catalogue.title({"type": "quote", "text": "<p>Fine.</p>"}) == "Quote"


def test_a_block_that_is_not_here_any_more_is_called_by_its_type() -> None:
    assert catalogue.title({"type": "banner", "heading": "A visit"}) == "banner"
    assert catalogue.label("banner", "text") == ("text", "")
    assert catalogue.label("article", "wings") == ("wings", "")
    with pytest.raises(NotFound, match="There is no block 'banner' here; there are header"):
        catalogue.kind("banner")


def test_the_menu_begins_with_the_header_and_every_block_has_the_common_fields() -> None:
    assert next(iter(catalogue.kinds())) == "header"
    assert all(set(EVERY_BLOCK) <= set(each.model_fields) for each in catalogue.kinds().values())


def test_what_the_law_asks_for_is_kept_from_nobody() -> None:
    for kind in ("header", "footer", "risk_information", "crisis_line"):
        assert catalogue.kind(kind).for_everyone


def test_a_folder_of_the_owner_is_a_block_like_any_other(own: Path) -> None:
    put(own, "note")
    [block] = content.parse([{"type": "note", "text": "Hello"}])
    assert block.type == "note"
    assert catalogue.title({"type": "note"}) == "Note"
    assert "article" in catalogue.kinds()


def test_the_owners_folder_goes_first_and_may_change_one_file_only(own: Path) -> None:
    ours = catalogue.kind("quote")
    folder = own / "blocks" / "quote"
    folder.mkdir(parents=True)
    (folder / "block.html").write_text("<p>{{ block.text }}</p>", encoding="utf-8")
    assert catalogue.kind("quote") is ours


def test_a_hidden_folder_is_no_block(own: Path) -> None:
    (own / "blocks" / ".git").mkdir(parents=True)
    assert ".git" not in catalogue.kinds()


@pytest.mark.parametrize("missing", ["block_py", "block_html", "block_txt", "sample_json"])
def test_a_folder_that_is_not_whole_is_named_with_what_is_missing(own: Path, missing: str) -> None:
    put(own, "note", **{missing: None})
    with pytest.raises(Misconfigured, match=rf"blocks/note has no {missing.replace('_', '.')}"):
        catalogue.kinds()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('Literal["note"] = "note"', 'Literal["nota"] = "nota"', "its type is 'nota'"),
        ('    name: ClassVar[str] = "Note"\n', "", "does not say its name"),
        ('purpose: ClassVar[str] = "A line of its own."', "pass", "does not say its purpose"),
        ("Field(title=", "Field(description=", "field text has no label"),
        ("class Note(Block)", "class Note", "has 0 classes made of Block"),
        ("import Line", "import Lines", "does not load: cannot import name 'Lines'"),
        ("class Note", "class Note Note", "does not load: "),
        ("text: Line", "text: Line2", "does not load: name 'Line2' is not defined"),
    ],
)
def test_a_record_that_cannot_be_is_refused_by_its_folder(
    own: Path, old: str, new: str, said: str
) -> None:
    assert old in RECORD
    put(own, "note", block_py=RECORD.replace(old, new))
    with pytest.raises(Misconfigured, match=r"blocks/note: block.py: ") as caught:
        catalogue.kinds()
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        ("{", "it is not JSON"),
        (json.dumps({"type": "note"}), "text: Field required"),
        (json.dumps({"type": "divider"}), "it shows the block 'divider'"),
        (json.dumps({"type": "nota"}), "the sample: Input tag 'nota'"),
    ],
)
def test_a_sample_that_does_not_fit_its_record_is_refused(
    own: Path, sample: str, said: str
) -> None:
    put(own, "note", sample_json=sample)
    with pytest.raises(Misconfigured, match=r"blocks/note: sample.json: ") as caught:
        catalogue.kinds()
    assert said in str(caught.value)


def test_a_package_without_blocks_is_not_whole(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template_folders, "folders", lambda: (own,))
    with pytest.raises(Misconfigured, match="is the package whole"):
        catalogue.kinds()


def test_a_clinic_may_have_one_block_only(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(own, "note")
    monkeypatch.setattr(template_folders, "folders", lambda: (own,))
    assert list(catalogue.kinds()) == ["note"]
    assert content.parse([{"type": "note", "text": "Hello"}])[0].id == "note"
