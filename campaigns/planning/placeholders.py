"""Values that staff text may carry by name: a fixed list, filled without a template engine.

`{saving}` is asked of the clinic or the promotion when the content is frozen, so that a claim
about a price is never typed. `{first_name|there}` is filled for each contact; the words after the
bar stand where nothing is known. Staff text is data: no `str.format` ever runs on it.
"""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape

from markupsafe import Markup, escape
from pydantic import BaseModel

from campaigns.errors import Invalid

NAMES: Mapping[str, str] = {
    "clinic": "the clinic's name",
    "phone": "the clinic's phone number",
    "promotion": "the promotion's name",
    "saving": "the best saving the promotion truly gives, such as 26%",
    "last_day": "the last day of the promotion, such as Dec 12",
}
OF_PROMOTION = frozenset({"promotion", "saving", "last_day"})
"""Names that only a campaign with a promotion can use."""
FIELDS: Mapping[str, str] = {
    "first_name": "the reader's first name",
    "last_name": "the reader's last name",
    "email": "the reader's own address",
}
"""What is said to each reader alone."""
ALWAYS_KNOWN = frozenset({"email"})
"""Fields that need no words to stand in for them."""

Field = Callable[[str, str], str]
"""What is put in for a field of this name with these words for readers of whom it is not known."""


class Verbatim(str):
    """A text in which no value of ours is named: it was written elsewhere."""

    __slots__ = ()


_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)(?:\|([^{}|<>]*))?\}")
_WITH_BAR = re.compile(r"\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\|[^}\n]{0,200}\}?")


def check(text: str) -> str:
    """The text itself; raises ValueError where it names a value that does not exist or stand."""
    for found in _WITH_BAR.finditer(text):
        if not _PLACE.match(text, found.start()):
            name = found.group(1)
            raise ValueError(
                f"{found.group()[:60]} cannot be read; write {{{name}|there}}, with plain words "
                "after the bar"
            )
    for found in _PLACE.finditer(text):
        _check_one(found.group(1), found.group(2))
    return text


def used(content: object) -> set[str]:
    """The names that this content uses: a text, a block, or a list of them."""
    return {found.group(1) for text in _texts(content) for found in _PLACE.finditer(text)}


def fill(text: str, values: Mapping[str, str], *, field: Field | None = None) -> str:
    """The text with its values in place, escaped in rich text; raises Invalid for a missing one.

    `field` writes what a reader fills; without it the words after the bar stand there.
    """
    if isinstance(text, Verbatim):
        return text
    is_rich = isinstance(text, Markup)

    def value(found: re.Match[str]) -> str:
        name, fallback = found.group(1), (found.group(2) or "").strip()
        if name in FIELDS:
            words = unescape(fallback) if is_rich else fallback
            put = field(name, words) if field else words
        elif name in values:
            put = values[name]
        else:
            raise Invalid(
                f"The text uses {{{name}}}, {NAMES.get(name, 'an unknown value')}, "
                "but this campaign carries no promotion to take it from."
            )
        return str(escape(put)) if is_rich else put

    filled = _PLACE.sub(value, str(text))
    return Markup(filled) if is_rich else filled  # noqa: S704 - each value was escaped


def for_nobody(text: str) -> str:
    """A line with its fields as a reader of whom nothing is known sees them; the rest stays."""

    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        fallback = (found.group(2) or "").strip()
        return (fallback or f"[{_plain(name)}]") if name in FIELDS else found.group()

    return _PLACE.sub(value, text)


def example(name: str) -> str:
    """How a field is written."""
    return f"{{{name}}}" if name in ALWAYS_KNOWN else f"{{{name}|there}}"


def _check_one(name: str, fallback: str | None) -> None:
    if name in FIELDS:
        if not (fallback or "").strip() and name not in ALWAYS_KNOWN:
            raise ValueError(
                f"{{{name}}} needs words for readers whose {_plain(name)} we do not know: "
                f"write {{{name}|there}}"
            )
    elif name not in NAMES:
        known = ", ".join([*(f"{{{each}}}" for each in NAMES), *map(example, FIELDS)])
        close = difflib.get_close_matches(name.lower(), [*NAMES, *FIELDS], n=1, cutoff=0.6)
        meant = f" (did you mean {{{close[0]}}}?)" if close else ""
        raise ValueError(f"there is no value {{{name}}}{meant}; there are {known}")
    elif fallback is not None:
        raise ValueError(f"{{{name}}} takes no words after a bar: write it without them")


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _texts(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield from () if isinstance(content, Verbatim) else (content,)
    elif isinstance(content, BaseModel):
        for field in type(content).model_fields:
            yield from _texts(getattr(content, field))
    elif isinstance(content, list | tuple):
        for each in content:
            yield from _texts(each)
