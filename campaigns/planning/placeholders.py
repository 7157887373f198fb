"""Named values that staff text may carry, such as `{saving}`: a fixed list, filled at freeze.

Staff text is data: no template engine and no `str.format` ever runs on it. A claim about a price
is never typed, it is asked of the promotion by name.
"""

import re
from collections.abc import Iterator, Mapping

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

_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


def check(text: str) -> str:
    """The text itself; raises ValueError where it names a value that does not exist."""
    for name in _PLACE.findall(text):
        if name not in NAMES:
            known = ", ".join(f"{{{each}}}" for each in NAMES)
            raise ValueError(f"there is no value {{{name}}}; there are {known}")
    return text


def used(content: object) -> set[str]:
    """The names that this content uses: a text, a block, or a list of them."""
    return {name for text in _texts(content) for name in _PLACE.findall(text)}


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its values in place, escaped in rich text; raises Invalid for a missing one."""
    is_rich = isinstance(text, Markup)

    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in values:
            raise Invalid(
                f"The text uses {{{name}}}, {NAMES.get(name, 'an unknown value')}, "
                "but this campaign carries no promotion to take it from."
            )
        return str(escape(values[name])) if is_rich else values[name]

    filled = _PLACE.sub(value, str(text))
    return Markup(filled) if is_rich else filled  # noqa: S704 - each value was escaped


def _texts(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, BaseModel):
        for field in type(content).model_fields:
            yield from _texts(getattr(content, field))
    elif isinstance(content, list | tuple):
        for each in content:
            yield from _texts(each)
