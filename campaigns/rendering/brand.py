"""The clinic's look in a message: literal colours, readable in light and in dark, and its type."""

import colorsys
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from markupsafe import Markup

from campaigns.rendering import typescale
from campaigns.rendering.brand_record import PRIMARY, BrandRecord, Footer
from campaigns.rendering.typescale import Scale

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
GROUNDS: Mapping[str, tuple[str, str, str]] = {
    "sand": ("#f3ece0", "#faf6ee", "#e4dccd"),
    "mist": ("#e8eef0", "#f4f8f9", "#d3dde1"),
    "sage": ("#e9efe6", "#f5f8f3", "#d5dfd0"),
    "rose": ("#f5eaea", "#fbf5f5", "#e6d6d6"),
    "white": ("#ffffff", "#f6f6f4", "#dfdfdb"),
}
"""Around the letter, behind a soft block, and a thin line: by the name of the page."""
_TEXT_FACE = typescale.face("sans")
_NIGHT: Colour = (18, 29, 31)
_ENOUGH = 5.0
"""A little more than the 4.5 that WCAG 2.2 (1.4.3) asks of text."""


def colour(text: object, default: str = PRIMARY) -> Colour:
    """A hex colour such as `#1d5c63`; anything else is the default."""
    found = text if isinstance(text, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", text) else default
    return int(found[1:3], 16), int(found[3:5], 16), int(found[5:7], 16)


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """One colour with a share of another."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def readable(ink: Colour, *, on: Colour, enough: float = _ENOUGH) -> Colour:
    """This colour, moved towards black or white until it can be read there."""
    towards = BLACK if _luminance(on) > 0.18 else WHITE
    steps = (mixed(ink, towards, step / 100) for step in range(101))
    return next((each for each in steps if contrast(each, on) >= enough), towards)


def brightened(ink: Colour, *, on: Colour, enough: float = 6) -> Colour:
    """This colour in its own hue, lighter until it can be read on a dark ground."""
    hue, light, strength = colorsys.rgb_to_hls(*(each / 255 for each in ink))
    for step in range(21):
        lit = colorsys.hls_to_rgb(hue, light + (1 - light) * step / 20, min(strength, 0.5))
        red, green, blue = (round(each * 255) for each in lit)
        if contrast((red, green, blue), on) >= enough:
            return red, green, blue
    return WHITE


@dataclass(frozen=True, slots=True)
class Brand:
    """Each colour by what it is for; `dark_...` where the reader's screen is dark.

    Type: `scale.h1` in a stylesheet is a size and its line height; the faces list fonts.
    """

    primary: str
    deep: str
    on_deep: str
    on_deep_soft: str
    accent: str
    on_accent: str
    tint: str
    dark_primary: str
    dark_deep: str
    dark_tint: str
    page: str
    soft: str
    line: str
    logo: str
    logo_width: int
    scale: Scale
    heading_face: Markup
    footer: Footer
    text_face: Markup = _TEXT_FACE
    card: str = "#ffffff"
    ink: str = "#21312f"
    muted: str = "#566360"
    dark_page: str = "#0f1719"
    dark_card: str = "#172226"
    dark_soft: str = "#1d2b2f"
    dark_line: str = "#34474c"
    dark_ink: str = "#e9efee"
    dark_muted: str = "#b4c2c1"

    @classmethod
    def of(cls, stored: Mapping[str, Any] | BrandRecord) -> Self:
        """What the clinic decided, and what follows from it."""
        record = stored if isinstance(stored, BrandRecord) else BrandRecord.of(stored)
        page, soft, line = GROUNDS[record.page]
        primary = colour(record.primary)
        for ground in (page, soft):
            primary = readable(primary, on=colour(ground), enough=4.5)
        accent = colour(record.accent)
        deep = readable(mixed(primary, BLACK, 0.3), on=WHITE, enough=8)
        night = mixed(_NIGHT, primary, 0.45)
        return cls(
            primary=hexadecimal(primary),
            deep=hexadecimal(deep),
            on_deep="#ffffff",
            on_deep_soft=hexadecimal(readable(mixed(deep, WHITE, 0.85), on=deep)),
            accent=hexadecimal(accent),
            on_accent=hexadecimal(readable(mixed(accent, BLACK, 0.82), on=accent, enough=7)),
            tint=hexadecimal(mixed(primary, WHITE, 0.92)),
            dark_primary=hexadecimal(brightened(primary, on=mixed(_NIGHT, WHITE, 0.08))),
            dark_deep=hexadecimal(night),
            dark_tint=hexadecimal(mixed(_NIGHT, primary, 0.3)),
            page=page,
            soft=soft,
            line=line,
            logo=record.logo,
            logo_width=record.logo_width,
            scale=typescale.SCALES[record.scale],
            heading_face=typescale.face(record.headings),
            footer=record.footer,
        )


def _luminance(one: Colour) -> float:
    red, green, blue = (_linear(each / 255) for each in one)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def hexadecimal(one: Colour) -> str:
    """A colour as messages write it."""
    return "#{:02x}{:02x}{:02x}".format(*one)
