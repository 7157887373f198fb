"""Whether two colours of a clinic can be read wherever messages put them, and the nearest that can.

WCAG 2.2 asks 4.5 of text (1.4.3) and 3.0 of what only has to be seen (1.4.11).
"""

from collections.abc import Callable
from dataclasses import dataclass

from campaigns.rendering.brand import (
    BLACK,
    WHITE,
    Brand,
    Colour,
    colour,
    contrast,
    hexadecimal,
    mixed,
)

TEXT = 4.5
SEEN = 3.0
_STEPS = 200


@dataclass(frozen=True, slots=True)
class Pair:
    """Two colours that meet in a message, and how far apart they must be."""

    where: str
    scheme: str
    """`light` or `dark`."""
    ink: str
    ground: str
    needed: float

    @property
    def ratio(self) -> float:
        """How far apart they are, 1 to 21."""
        return contrast(colour(self.ink), colour(self.ground))

    @property
    def is_enough(self) -> bool:
        """Whether that is enough."""
        return self.ratio >= self.needed

    @property
    def said(self) -> str:
        """The ratio as it is written, rounded down so that it never says more than there is."""
        return f"{int(self.ratio * 100) / 100:.2f}"


def pairs(primary: str, accent: str) -> list[Pair]:
    """Every place where these two colours, taken as they are, must be read or seen."""
    return [*of_primary(primary), *of_accent(primary, accent)]


def of_primary(primary: str) -> list[Pair]:
    """Where the main colour must be read or seen."""
    of = Brand.of({"primary": primary})
    return [
        Pair("White words on a button", "light", "#ffffff", primary, TEXT),
        Pair("Links on the letter's paper", "light", primary, of.card, TEXT),
        Pair("Links on the ground around the letter", "light", primary, of.page, TEXT),
        Pair("The frame around an offer", "light", primary, of.soft, SEEN),
        Pair("Words on a button", "dark", of.dark_page, of.dark_primary, TEXT),
        Pair("Links on the letter's paper", "dark", of.dark_primary, of.dark_card, TEXT),
    ]


def of_accent(primary: str, accent: str) -> list[Pair]:
    """Where the second colour must be."""
    of = Brand.of({"primary": primary, "accent": accent})
    return [
        Pair("The small line above the headline", "light", accent, of.deep, TEXT),
        Pair("The small line above the headline", "dark", accent, of.dark_deep, TEXT),
        Pair("Words on an accent button", "light", of.on_accent, accent, TEXT),
    ]


def nearest_primary(primary: str) -> str:
    """This colour, or the nearest darker one with which every pair of it is enough."""
    return _nearest(primary, BLACK, of_primary)


def nearest_accent(primary: str, accent: str) -> str:
    """This colour, or the nearest lighter one with which every pair of it is enough."""
    return _nearest(accent, WHITE, lambda tried: of_accent(primary, tried))


def _nearest(given: str, towards: Colour, judged: Callable[[str], list[Pair]]) -> str:
    start = colour(given)
    tried = (hexadecimal(mixed(start, towards, step / _STEPS)) for step in range(_STEPS + 1))
    return next(each for each in tried if all(pair.is_enough for pair in judged(each)))
