"""Whether two colours of a clinic can be read wherever messages put them, and the nearest that can.

WCAG 2.2 asks 4.5 of text (1.4.3) and 3.0 of what only has to be seen (1.4.11).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

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
from campaigns.rendering.brand_record import BrandRecord, Measured

TEXT = 4.5
LARGE = 3.0
"""Of text of 24 px, or of 19 px and bold."""
SEEN = 3.0
_STEPS = 200

Field = Literal["primary", "accent"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two colours that meet in a message, and how far apart they must be."""

    where: str
    scheme: Literal["light", "dark"]
    ink: str
    ground: str
    needed: float
    field: Field = "primary"
    """Which colour of the two would have to change."""

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
        return f"{_floor(self.ratio):.2f}"


def pairs(record: BrandRecord) -> list[Pair]:
    """Every two colours that meet in a message of this brand, the chosen ones as they are."""
    of = Brand.of(record)
    light = _in_light(of, record.primary, record.accent)
    return [*light, *_in_dark(of, record.accent)]


def measured(record: BrandRecord) -> tuple[Measured, ...]:
    """The same with their ratios, to be kept with the record."""
    return tuple(
        Measured(
            where=each.where,
            scheme=each.scheme,
            ink=each.ink,
            ground=each.ground,
            needed=each.needed,
            ratio=_floor(each.ratio),
        )
        for each in pairs(record)
    )


def _in_light(of: Brand, primary: str, accent: str) -> Iterator[Pair]:
    for where, ground in _grounds(of, "light"):
        yield Pair(f"Text on {where}", "light", of.ink, ground, TEXT)
        yield Pair(f"Headings on {where}", "light", of.deep, ground, LARGE)
        yield Pair(f"Links on {where}", "light", primary, ground, TEXT)
    for where, ground in (*_grounds(of, "light")[:2], ("the ground around it", of.page)):
        yield Pair(f"Small grey text on {where}", "light", of.muted, ground, TEXT)
    yield Pair("Links on the ground around it", "light", primary, of.page, TEXT)
    yield Pair("Words on a button", "light", "#ffffff", primary, TEXT)
    yield Pair("The frame around an offer", "light", primary, of.soft, SEEN)
    yield Pair("The headline on its dark ground", "light", of.on_deep, of.deep, LARGE)
    yield Pair("The words below the headline", "light", of.on_deep_soft, of.deep, TEXT)
    yield Pair("The small line above the headline", "light", accent, of.deep, TEXT, "accent")
    yield Pair("Words on an accent button", "light", of.on_accent, accent, TEXT, "accent")


def _in_dark(of: Brand, accent: str) -> Iterator[Pair]:
    for where, ground in _grounds(of, "dark"):
        yield Pair(f"Text on {where}", "dark", of.dark_ink, ground, TEXT)
        yield Pair(f"Headings on {where}", "dark", "#ffffff", ground, LARGE)
        yield Pair(f"Links on {where}", "dark", of.dark_primary, ground, TEXT)
    for where, ground in (*_grounds(of, "dark")[:2], ("the ground around it", of.dark_page)):
        yield Pair(f"Small grey text on {where}", "dark", of.dark_muted, ground, TEXT)
    yield Pair("Words on a button", "dark", of.dark_page, of.dark_primary, TEXT)
    yield Pair("The frame around an offer", "dark", of.dark_primary, of.dark_soft, SEEN)
    yield Pair("The headline on its dark ground", "dark", "#ffffff", of.dark_deep, LARGE)
    yield Pair("The words below the headline", "dark", of.dark_ink, of.dark_deep, TEXT)
    yield Pair("The small line above the headline", "dark", accent, of.dark_deep, TEXT, "accent")


def _grounds(of: Brand, scheme: str) -> tuple[tuple[str, str], ...]:
    """What blocks stand on, by the words for it."""
    found = (
        (of.dark_card, of.dark_soft, of.dark_tint)
        if scheme == "dark"
        else (of.card, of.soft, of.tint)
    )
    words = ("the letter's paper", "a soft block", "a tinted note")
    return tuple(zip(words, found, strict=True))


def nearest(record: BrandRecord, field: Field) -> str:
    """This colour of the two, or the nearest with which every pair of it is enough.

    The main colour is made darker, the second one lighter.
    """
    if field == "primary":
        return _nearest(record, field, BLACK)
    return _nearest(record, field, WHITE)


def _nearest(record: BrandRecord, field: Field, towards: Colour) -> str:
    start = colour(getattr(record, field))
    tried = (hexadecimal(mixed(start, towards, step / _STEPS)) for step in range(_STEPS + 1))
    return next(
        each
        for each in tried
        if all(
            pair.is_enough
            for pair in pairs(record.model_copy(update={field: each}))
            if pair.field == field
        )
    )


def _floor(ratio: float) -> float:
    return math.floor(ratio * 100) / 100
