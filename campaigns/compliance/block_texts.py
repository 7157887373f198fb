"""The texts of a block as staff wrote it: changed one by one, listed, and as it is read."""

from collections.abc import Callable, Collection
from typing import Any

from campaigns.compliance import reading
from campaigns.planning.fields import NOT_WORDS


def each_text(part: Any, change: Callable[[str], str], *, but: Collection[str] = NOT_WORDS) -> Any:
    """A block, or a part of one, with each text changed; what is no text stays as it is."""
    if isinstance(part, list):
        return [each_text(each, change, but=but) for each in part]
    if isinstance(part, dict):
        return {
            name: value if name in but else each_text(value, change, but=but)
            for name, value in part.items()
        }
    return change(part) if isinstance(part, str) else part


def words_of(part: Any) -> str:
    """Every text of a block, a line each."""
    lines: list[str] = []

    def keep(text: str) -> str:
        lines.append(text)
        return text

    each_text(part, keep)
    return "\n".join(lines)


def as_read(text: str) -> str:
    """Rich text as a person reads it."""
    return reading.seen(text) if "<" in text else text
