"""The shape of a stored program: what was composed, compiled once and read back by every sender."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from campaigns.errors import Invalid
from campaigns.rendering import quoted
from campaigns.rendering.compose import Composition
from campaigns.rendering.models import Program
from campaigns.rendering.places import Kind, Pieces, Place, Places

FORMAT = 1
"""The shape that `content` has; a worker refuses one it does not know."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, as a program keeps it."""

    address: str
    reply_to: str
    topic: str


def content_of(
    composed: Composition,
    *,
    numbers: Sequence[int],
    headers: Mapping[str, str],
    sender: Sender,
) -> dict[str, Any]:
    """A composition as JSON; `numbers` are its links' in the campaign's table.

    Raises Invalid where a template damaged what a contact fills.
    """
    known = [_numbered(each, numbers) for each in composed.places.known]
    return {
        "format": FORMAT,
        "nonce": composed.places.nonce,
        "subject": composed.subject,
        "preheader": composed.preheader,
        "html": composed.html,
        "text": composed.text,
        "blocks": [asdict(each) for each in composed.blocks],
        "links": [
            asdict(link) | {"index": number}
            for link, number in zip(composed.links, numbers, strict=True)
        ],
        "places": [asdict(each) for each in known],
        "headers": dict(headers),
        "sender": asdict(sender),
        "wire": {
            "html": _literals(composed.places.split(composed.html)),
            "text": _literals(composed.places.split(composed.text)),
        },
    }


def content_hash(content: Mapping[str, Any]) -> str:
    """A hash over what is sent: the same words to the same links give the same hash."""
    links = {each["index"]: [each["url"], each["kind"], each["block"]] for each in content["links"]}
    places = [
        [each["kind"], each["name"], each["fallback"], links.get(each["number"])]
        for each in content["places"]
    ]
    said = [content[name] for name in ("format", "html", "text", "headers", "sender")]
    canonical = json.dumps([*said, places], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def places_of(content: Mapping[str, Any]) -> Places:
    """The places of a stored program."""
    known = [Place(**each | {"kind": Kind(each["kind"])}) for each in content["places"]]
    return Places(content["nonce"], known)


def checked(program: Program) -> Mapping[str, Any]:
    """A program's content; raises Invalid for a format that this release does not know."""
    if program.format != FORMAT:
        raise Invalid(
            f"This content has format {program.format}; this release reads {FORMAT}. "
            "Restart the worker that is of another release."
        )
    return program.content


def _numbered(place: Place, numbers: Sequence[int]) -> Place:
    if place.kind is not Kind.LINK or place.name == "book":
        return place
    return Place(place.kind, place.name, place.fallback, numbers[place.number])


def _literals(pieces: Pieces) -> Pieces:
    """The pieces with each literal ready for the wire."""
    *front, last = pieces
    coded: Pieces = [_coded(each) if isinstance(each, str) else each for each in front]
    assert isinstance(last, str)
    return [*coded, _coded(last).removesuffix("=\r\n")]


@lru_cache(maxsize=256)
def _coded(literal: str) -> str:
    """One literal; the same ones are looked at again and again while people think."""
    return quoted.encoded(literal)
