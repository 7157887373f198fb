"""One word for one thing: in classes, tables, modules, and in what people read."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns import schema
from tests.house.sources import ROOT, modules

FORBIDDEN = ("subscriber", "blacklist", "blocklist", "coupon", "voucher", "blast", "mailing")
WORD = re.compile("|".join(FORBIDDEN), re.IGNORECASE)
OF_OTHERS = {ROOT / "campaigns/rendering/foreign/merge_names.yaml"}
"""What other tools call their fields: read in what is pasted, never shown or sent."""
TEXTS = (".html", ".txt", ".json", ".yaml", ".ics")


def pages() -> Iterator[Path]:
    """Every template and every text that is shown or sent."""
    for folder in ("templates", "campaigns"):
        for file in (ROOT / folder).rglob("*"):
            if file.suffix in TEXTS and file.is_file() and file not in OF_OTHERS:
                yield file


def test_no_class_bears_a_forbidden_word() -> None:
    names = {each.name for module in modules() for each in module.walk(ast.ClassDef)}
    assert [name for name in names if WORD.search(name)] == []


def test_no_table_or_column_bears_a_forbidden_word() -> None:
    names = [
        f"{table.name}.{column.name}"
        for table in schema.metadata.sorted_tables
        for column in table.columns
    ]
    assert [name for name in names if WORD.search(name)] == []


def test_no_module_bears_a_forbidden_word() -> None:
    assert [each.name for each in modules() if WORD.search(each.name)] == []


def test_no_page_or_message_says_a_forbidden_word() -> None:
    found = list(pages())
    assert found
    said = [
        f"{file.relative_to(ROOT)}: {hit.group()}"
        for file in found
        for hit in WORD.finditer(file.read_text(encoding="utf-8"))
    ]
    assert said == []


def test_no_sentence_in_the_code_says_a_forbidden_word() -> None:
    said = [
        module.at(node)
        for module in modules()
        for node in module.walk(ast.Constant)
        if isinstance(node.value, str) and WORD.search(node.value)
    ]
    assert said == []


@pytest.mark.parametrize("word", FORBIDDEN)
def test_the_vocabulary_says_what_to_say_instead(word: str) -> None:
    assert word in (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8")
