"""What a pasted message may carry, read once from `markup.yaml`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

_TABLE: Mapping[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "markup.yaml").read_text(encoding="utf-8")
)


def _names(key: str) -> frozenset[str]:
    return frozenset(_TABLE[key].split())


ELEMENTS = _names("elements")
ATTRIBUTES = _names("attributes")
ATTRIBUTES_TAKEN_OUT: Mapping[str, tuple[str, str]] = {
    name: (what, why) for name, (what, why) in _TABLE["attributes_taken_out"].items()
}
"""Attributes that people expect something of, with what they are called and why they go."""
METAS = _names("metas")
IN_OUTLOOK = _names("in_outlook")
UNWRAPPED_WITHOUT_A_WORD = _names("unwrapped_without_a_word")
UNWRAPPED: Mapping[str, tuple[str, str]] = {
    name: (what, why) for name, (what, why) in _TABLE["unwrapped"].items()
}
"""Elements whose words stay, with what they are called and why they go."""
CONTROL = ("A field of a form", "a form does not work in most mail programs: link to a page")
TAKEN_OUT: Mapping[str, tuple[str, str]] = {
    **{name: (what, why) for name, (what, why) in _TABLE["taken_out"].items()},
    **dict.fromkeys(_names("controls"), CONTROL),
}
"""Elements that go with all that is in them, with what they are called and why."""
