"""Colours as mail programs read them, and the contrast of two (WCAG 2.2, 1.4.3)."""

from functools import lru_cache
from typing import NamedTuple

import tinycss2
from tinycss2.color3 import parse_color


class Colour(NamedTuple):
    """Red, green and blue from 0 to 1, and how opaque it is."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def __str__(self) -> str:
        return "#" + "".join(f"{round(each * 255):02x}" for each in self[:3])

    def over(self, behind: "Colour") -> "Colour":
        """What is seen of it on another colour."""
        mixed = (a * self.alpha + b * (1 - self.alpha) for a, b in zip(self, behind, strict=True))
        red, green, blue, _ = mixed
        return Colour(red, green, blue)


BLACK, WHITE = Colour(0.0, 0.0, 0.0), Colour(1.0, 1.0, 1.0)


@lru_cache(maxsize=1024)
def read(value: str) -> Colour | None:
    """The colour in a value, as `#333` or the colour of `background: #333 url(x) repeat`."""
    for token in tinycss2.parse_component_value_list(value):
        found = parse_color(token)
        if found is not None and not isinstance(found, str):
            return Colour(*found)
    return None


def contrast(one: Colour, other: Colour) -> float:
    """How far two opaque colours are apart, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in colour[:3]
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
