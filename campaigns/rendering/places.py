"""Places that a contact fills, written as opaque words that every HTML tool leaves alone.

A word is the nonce, `x`, a number and `z`: only a-z and 0-9, so it survives attributes, URLs and
inliners. An address is `https://WORD.invalid/`; a condition is `<!--WORD-->` in HTML. The nonce
follows from the content, so the same content gives the same words, and no content can name its own.
"""

import difflib
import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from campaigns.errors import Invalid

FIELDS = frozenset({"first_name", "last_name", "email", "code"})
"""What may be said to one contact alone."""
URLS = frozenset({"unsubscribe", "preferences", "view"})
"""Addresses that each contact has of their own; a link to book is a tracked link."""


class Kind(StrEnum):
    """What stands in a place."""

    FIELD = "field"
    URL = "url"
    LINK = "link"
    UNTRACKED = "untracked"
    PIXEL = "pixel"
    BANNER = "banner"
    WHEN = "when"
    """What follows is for contacts within a segment, up to its OTHERWISE or END."""
    OTHERWISE = "otherwise"
    END = "end"


CONDITIONS = frozenset({Kind.WHEN, Kind.OTHERWISE, Kind.END})
_ADDRESSES = frozenset({Kind.URL, Kind.LINK, Kind.UNTRACKED})


@dataclass(frozen=True, slots=True)
class Place:
    """One place: `name` is a field, an address, a segment, or what follows from the kind."""

    kind: Kind
    name: str = ""
    fallback: str = ""
    number: int = 0
    """A link's number in the campaign's table."""


Pieces = list[str | int]
"""Literals and, between them, the numbers of places."""


def nonce(*content: Any) -> str:
    """A word that follows from this content."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, default=str)
    return "q" + hashlib.sha256(canonical.encode()).hexdigest()[:20]


@dataclass
class Places:
    """Hands out words for places, and finds them again in what became of the text."""

    nonce: str
    known: list[Place] = field(default_factory=list)
    segments: Collection[str] = ()
    """Those that a condition may name."""

    def field(self, name: str, fallback: str = "") -> str:
        """A word for a value of the contact; where it is empty, the fallback stands."""
        if name not in FIELDS:
            raise Invalid(f"A template asks for the field {name!r}; there are {sorted(FIELDS)}.")
        return self._word(Place(Kind.FIELD, name, fallback))

    def url(self, name: str) -> str:
        """An address of the contact's own, or `book`: a tracked link to the booking page."""
        if name == "book":
            return self.address(Place(Kind.LINK, "book"))
        if name not in URLS:
            raise Invalid(f"A template asks for the address {name!r}; there are {sorted(URLS)}.")
        return self.address(Place(Kind.URL, name))

    def untracked(self, url: str) -> str:
        """An address that is left as it is: crisis lines, privacy."""
        return self.address(Place(Kind.UNTRACKED, url))

    def mark(self, kind: Kind) -> str:
        """A word for the open pixel or for the browser view's banner."""
        return self._word(Place(kind))

    def condition(self, kind: Kind, segment: str) -> str:
        """A word that begins, turns around or ends what only contacts of this segment get."""
        if segment not in self.segments:
            close = difflib.get_close_matches(segment, self.segments, n=1)
            meant = f" Did you mean {close[0]!r}?" if close else ""
            raise Invalid(f"there is no segment {segment!r} to show this to.{meant}")
        return self._word(Place(kind, segment))

    def address(self, place: Place) -> str:
        """An address whose host is this place's word."""
        return f"https://{self._word(place)}.invalid/"

    def of_address(self, url: str) -> Place | None:
        """The place that this address stands for, None for a plain one."""
        found = re.fullmatch(rf"https://{self.nonce}x(\d+)z\.invalid/", url)
        return self.known[int(found.group(1))] if found else None

    def split(self, text: str) -> Pieces:
        """Cut a text into literals and places; raises Invalid where a word was damaged."""
        word = rf"{self.nonce}x(\d+)z"
        pattern = re.compile(rf"https://{word}\.invalid/|<!--{word}-->|{word}")
        pieces: Pieces = []
        end = 0
        for found in pattern.finditer(text):
            number = int(found.group(1) or found.group(2) or found.group(3))
            self._expect(number, is_address=found.group(1) is not None)
            pieces += [text[end : found.start()], number]
            end = found.end()
        pieces.append(text[end:])
        if any(isinstance(each, str) and self.nonce in each for each in pieces):
            raise Invalid("A template damaged the place of a contact's value; see its markup.")
        return pieces

    def _expect(self, number: int, *, is_address: bool) -> None:
        if number >= len(self.known) or (self.known[number].kind in _ADDRESSES) != is_address:
            raise Invalid("A template put an address where text stands, or text into an address.")

    def _word(self, place: Place) -> str:
        if place not in self.known:
            self.known.append(place)
        return f"{self.nonce}x{self.known.index(place)}z"
