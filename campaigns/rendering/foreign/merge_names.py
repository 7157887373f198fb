"""What other tools call the reader's name, their links and the clinic's address: one table.

Names are compared bare: lower case, without anything but letters, digits, dots and colons.
"""

import difflib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FIRST_NAME, LAST_NAME, EMAIL = "first_name", "last_name", "email"

DEFAULTS: Mapping[str, str] = {FIRST_NAME: "there", LAST_NAME: "", EMAIL: ""}
"""What stands where nothing is known and the other tool says no word for it."""

LINK_WORDS: Mapping[str, str] = {
    "unsubscribe": "Unsubscribe",
    "preferences": "Choose topics",
    "view": "View in browser",
    "book": "Book a visit",
}
"""What a link of ours says where the other tool wrote no words."""

_FILE = Path(__file__).parent / "merge_names.yaml"
_KINDS = {"fields": "field", "urls": "url", "facts": "fact"}
_BARE = re.compile(r"[^a-z0-9.:]")
_DIVIDER = re.compile(r"[.:]")


@cache
def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return table


@cache
def _known() -> Mapping[str, tuple[str, str]]:
    """Every name with its kind and what it is called here."""
    known = {
        name: (kind, ours)
        for section, kind in _KINDS.items()
        for ours, names in _table()[section].items()
        for name in names.split()
    }
    return known | dict.fromkeys(_table()["nothing"].split(), ("nothing", ""))


def bare(name: str) -> str:
    """A name as it is compared: `.Contact.First_Name` is `contact.firstname`."""
    return _BARE.sub("", name.lower()).strip(".:")


def meaning(name: str) -> tuple[str, str] | None:
    """What a name of another tool means here: its kind (field, url, fact, nothing) and our name."""
    rest = bare(name)
    while rest not in _known():
        divider = _DIVIDER.search(rest)
        if divider is None or rest[: divider.start()] not in _table()["people"].split():
            return None
        rest = rest[divider.end() :]
    return _known()[rest]


def similar(name: str) -> str:
    """What the known name that this one is most like is called here, empty where none is."""
    last = _DIVIDER.split(bare(name))[-1]
    for close in difflib.get_close_matches(last, _known(), n=3, cutoff=0.75):
        kind, ours = _known()[close]
        if kind != "nothing":
            return ours
    return ""


def said(name: str) -> str:
    """What one of our names is called for people."""
    told: str = _table()["said"][name]
    return told
