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
