"""The clinic's colours as a stylesheet, the same as in its messages, in light and dark."""

import hashlib
from collections.abc import Mapping
from typing import Any

from campaigns.rendering.brand import Brand


def stylesheet(colours: Mapping[str, Any]) -> str:
    """The clinic's colours as custom properties that the pages' stylesheet is drawn with."""
    of = Brand.of(colours)
    pairs = {
        "brand": (of.primary, of.dark_primary),
        "on-brand": ("#ffffff", of.dark_page),
        "accent": (of.accent, of.accent),
        "tint": (of.tint, of.dark_tint),
        "ground": (of.page, of.dark_page),
        "paper": (of.card, of.dark_card),
        "ink": (of.ink, of.dark_ink),
        "soft-ink": (of.muted, of.dark_muted),
        "line": (of.line, of.dark_line),
    }
    lines = [f"  --{name}: light-dark({light}, {dark});" for name, (light, dark) in pairs.items()]
    return "\n".join([":root {", *lines, "}", ""])


def fingerprint(colours: Mapping[str, Any]) -> str:
    """A short name for this stylesheet, so that it can be kept for a year."""
    return hashlib.sha256(stylesheet(colours).encode()).hexdigest()[:12]


def sample_stylesheet(colours: Mapping[str, Any]) -> str:
    """The colours of a sample message, in light and beside it in dark, whatever the device is."""
    of = Brand.of(colours)
    light = {
        "page": of.page,
        "card": of.card,
        "ink": of.ink,
        "heading": of.deep,
        "deep": of.deep,
        "on-deep": of.on_deep,
        "primary": of.primary,
        "on-primary": "#ffffff",
    }
    dark = {
        "page": of.dark_page,
        "card": of.dark_card,
        "ink": of.dark_ink,
        "heading": "#ffffff",
        "deep": of.dark_deep,
        "on-deep": "#ffffff",
        "primary": of.dark_primary,
        "on-primary": of.dark_page,
    }
    return "".join(
        _sample(each, values | {"accent": of.accent})
        for each, values in (
            ("light", light),
            ("dark", dark),
        )
    )


def _sample(scheme: str, values: Mapping[str, str]) -> str:
    lines = " ".join(f"--s-{name}: {value};" for name, value in values.items())
    return f".brand-sample.{scheme} {{ {lines} }}\n"
