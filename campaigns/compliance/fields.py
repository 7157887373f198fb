"""Which field of a block a finding is about: the one whose words have its sentence, by its path."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from campaigns.compliance import reading
from campaigns.compliance.checked import Checked
from campaigns.compliance.findings import Finding
from campaigns.planning.fields import NOT_WORDS

_TAG = re.compile(r"<[^>]*>")
_QUOTED = re.compile(r"“([^”]+)”")


def named(message: Checked, found: Finding) -> Finding:
    """The finding with its field; as it is where the block as a whole is meant, or none."""
    if found.field or not found.place.startswith("block "):
        return found
    data = next((each.data for each in message.blocks if each.place == found.place), {})
    quoted = _QUOTED.search(found.message)
    said = (found.sentence, quoted[1] if quoted else "")
    field = next((path for each in said if each for path in [of(data, each)] if path), "")
    return replace(found, field=field) if field else found


def of(data: Mapping[str, Any], sentence: str) -> str:
    """The path of the field that says this, as `text` or `items.2.text`; empty where none does."""
    sought = _letters(sentence)
    if not sought:
        return ""
    return next((path for path, text in _texts(data) if sought in _letters(text)), "")


def _texts(part: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text within a part of a block, in the order in which it is written, by its path."""
    if isinstance(part, str):
        yield path, part
        return
    pairs: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(part, Mapping):
        pairs = iter((name, each) for name, each in part.items() if name not in NOT_WORDS)
    elif isinstance(part, list | tuple):
        pairs = iter(enumerate(part))
    for name, each in pairs:
        yield from _texts(each, f"{path}.{name}" if path else str(name))


@lru_cache(maxsize=2048)
def _letters(text: str) -> str:
    """A text as letters and digits only, without its markup: rich text and its sentence agree."""
    return reading.bare(html.unescape(_TAG.sub(" ", text)))
