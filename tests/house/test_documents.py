"""Links and pictures in the documents lead to files that are there."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import ROOT

LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LARGEST_PICTURE = 250_000


def documents() -> Iterator[Path]:
    """Everything written for people beside the code."""
    yield from (ROOT / "README.md", ROOT / "CHANGELOG.md")
    yield from (ROOT / "docs").rglob("*.md")


def anchors(document: Path) -> set[str]:
    """What headings are called in links."""
    headings = HEADING.findall(document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def test_every_link_leads_to_something_that_is_there() -> None:
    broken = []
    for document in documents():
        for pair in LINK.findall(document.read_text(encoding="utf-8")):
            target = "".join(pair)
            if "://" in target:
                continue
            path, _, anchor = target.partition("#")
            file = document.parent / path if path else document
            if not file.exists() or (anchor and anchor not in anchors(file)):
                broken.append(f"{document.relative_to(ROOT)}: {target}")
    assert broken == []


def test_every_picture_is_shown_somewhere_and_small() -> None:
    said = "".join(each.read_text(encoding="utf-8") for each in documents())
    pictures = list((ROOT / "docs" / "pictures").iterdir())
    assert pictures
    assert [each.name for each in pictures if f"pictures/{each.name}" not in said] == []
    assert [each.name for each in pictures if each.stat().st_size > LARGEST_PICTURE] == []
