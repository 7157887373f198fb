"""The clinic's colour as a stylesheet, made readable in light and dark (WCAG 2.2, 1.4.3)."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

_DEFAULT = "#1d5c63"
_LIGHT_PAGE = (255, 255, 255)
_DARK_PAGE = (27, 34, 37)
_ENOUGH = 4.9
"""A little more than the 4.5 that text needs, for tinted grounds."""

Colour = tuple[int, int, int]


def colour(text: object) -> Colour:
    """A hex colour such as `#1d5c63`; anything else is the default."""
    found = text if isinstance(text, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", text) else _DEFAULT
    return int(found[1:3], 16), int(found[3:5], 16), int(found[5:7], 16)


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def readable(ink: Colour, *, on: Colour) -> Colour:
    """This colour, moved towards black or white until it can be read there."""
    towards = (0, 0, 0) if _luminance(on) > 0.18 else (255, 255, 255)
    for step in range(21):
        mixed = _mix(ink, towards, step / 20)
        if contrast(mixed, on) >= _ENOUGH:
            return mixed
    return towards


def stylesheet(brand: Mapping[str, Any]) -> str:
    """The clinic's colours as custom properties; `primary` is the only one it must know."""
    primary = colour(brand.get("primary"))
    light, dark = readable(primary, on=_LIGHT_PAGE), readable(primary, on=_DARK_PAGE)
    on_dark = _mix(_DARK_PAGE, (0, 0, 0), 0.5)
    return (
        ":root {\n"
        f"  --brand: light-dark({_hex(light)}, {_hex(dark)});\n"
        f"  --on-brand: light-dark(#ffffff, {_hex(on_dark)});\n"
        f"  --tint: light-dark({_hex(_mix(light, _LIGHT_PAGE, 0.92))},"
        f" {_hex(_mix(dark, _DARK_PAGE, 0.88))});\n"
        "}\n"
    )


def fingerprint(brand: Mapping[str, Any]) -> str:
    """A short name for this stylesheet, so that it can be kept for a year."""
    return hashlib.sha256(stylesheet(brand).encode()).hexdigest()[:12]


def _luminance(one: Colour) -> float:
    red, green, blue = (_linear(each / 255) for each in one)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _hex(one: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*one)
