"""Every block and every field of it has words for the people who write."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from campaigns.planning import blockwords
from campaigns.planning.blocks import KINDS, Block

BY_KIND: dict[str, type[Block]] = {each.model_fields["type"].default: each for each in KINDS}


def parts(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from parts(each)


@pytest.mark.parametrize("kind", BY_KIND)
def test_every_field_of_every_block_has_a_label(kind: str) -> None:
    words = blockwords.of_block(kind)
    assert words.name
    assert words.purpose.endswith(".")
    fields = set(BY_KIND[kind].model_fields) - {"id", "type"}
    assert all(blockwords.label(kind, each).label for each in fields)
    assert set(words.fields) == fields - {"background"}


def test_every_part_of_a_block_has_labels() -> None:
    found = {
        part
        for kind in KINDS
        for field in kind.model_fields.values()
        for part in parts(field.annotation)
    }
    assert {each.__name__ for each in found} == {"Cta", "Source", "Item", "Step", "Question"}
    for part in found:
        words = blockwords.of_part(part.__name__)
        assert words.asks
        assert set(words.fields) == set(part.model_fields)


def test_there_are_words_for_nothing_that_does_not_exist() -> None:
    assert set(blockwords.kinds()) == set(BY_KIND)


def test_blocks_are_told_apart_by_their_headings() -> None:
    assert blockwords.title({"type": "article", "heading": "A visit"}) == "Article “A visit”"
    assert blockwords.title({"type": "cta_button", "text": "Book it"}) == "Button “Book it”"
    assert blockwords.title({"type": "quote", "text": "<p>Fine.</p>"}) == "Quote"


def test_every_choice_has_a_name() -> None:
    assert set(blockwords.choices("action")) == {"book", "call", "reply", ""}
    assert set(blockwords.choices("columns")) == {"1", "2"}
    assert set(blockwords.choices("background")) == {"plain", "soft"}
