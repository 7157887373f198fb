"""The shape of a stored program: what was composed, compiled once and read back by every sender."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from campaigns.errors import Invalid
from campaigns.planning import membership
from campaigns.rendering import conditions, headers, quoted
from campaigns.rendering.compose import Composition
from campaigns.rendering.models import Program
from campaigns.rendering.places import Kind, Pieces, Place, Places

FORMAT = 2
"""The shape that `content` has; a worker refuses one it does not know."""
_DOCTYPE = "<!DOCTYPE html"
_LEGIBLE = (1,)
"""Shapes of earlier releases."""


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
    unchanging: Mapping[str, str],
    sender: Sender,
) -> dict[str, Any]:
    """A composition as JSON; `numbers` are its links' in the campaign's table.

    Raises Invalid where a template damaged what a contact fills.
    """
    places = composed.places
    html, text = _compiled(composed.html, places), _compiled(composed.text, places)
    _check(composed, unchanging)
    known = [_numbered(each, numbers) for each in places.known]
    return {
        "format": FORMAT,
        "nonce": places.nonce,
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
        "conditions": list(conditions.asked_by(known)),
        "headers": dict(unchanging),
        "sender": asdict(sender),
        "wire": {"html": _literals(html), "text": _literals(text)},
    }


def content_hash(content: Mapping[str, Any]) -> str:
    """A hash over what is sent: the same words to the same links give the same hash."""
    links = {each["index"]: [each["url"], each["kind"], each["block"]] for each in content["links"]}
    places = [
        [each["kind"], each["name"], each["fallback"], links.get(each["number"])]
        for each in content["places"]
    ]
    named = ("format", "html", "text", "headers", "sender", "conditions", "wire")
    said = [content[name] for name in named]
    canonical = json.dumps([*said, places], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def places_of(content: Mapping[str, Any]) -> Places:
    """The places of a stored program."""
    known = [Place(**each | {"kind": Kind(each["kind"])}) for each in content["places"]]
    return Places(content["nonce"], known)


def conditions_of(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The segments that decide what a contact gets, in the order of a delivery's bits."""
    return tuple(content["conditions"])


def checked(program: Program) -> Mapping[str, Any]:
    """A program's content, as it was frozen.

    Raises Invalid for a format that this release does not know, and where what is stored is no
    longer what was frozen.
    """
    if program.format != FORMAT:
        raise Invalid(
            f"This content has format {program.format}; this release reads {FORMAT}. Restart the "
            "worker that is of another release, or take the campaign back and hand it in again."
        )
    if content_hash(program.content) != program.content_hash:
        raise Invalid("This content is not what was frozen: its hash is another. Do not send it.")
    return program.content


def legible(program: Program) -> Mapping[str, Any]:
    """A program's content to look at: what earlier releases froze is shown, and never sent."""
    if program.format in _LEGIBLE:
        return {"conditions": [], **program.content}
    return checked(program)


def _compiled(text: str, places: Places) -> Pieces:
    pieces = places.split(text)
    conditions.check(pieces, places.known)
    return pieces


def _check(composed: Composition, unchanging: Mapping[str, str]) -> None:
    """Raise Invalid where the message is not whole, or a place stands where none can be filled."""
    places = composed.places
    if not composed.html.lstrip().startswith(_DOCTYPE):
        raise Invalid(f"The message has no doctype; it must begin with {_DOCTYPE}>.")
    conditions.check_markup(composed.html, places)
    if len(conditions.asked_by(places.known)) > membership.MOST:
        raise Invalid(f"At most {membership.MOST} segments can decide what a message shows.")
    for name, value in unchanging.items():
        kinds = {places.known[each].kind for each in places.split(value) if isinstance(each, int)}
        if kinds - ({Kind.FIELD} if name == headers.SUBJECT else set()):
            raise Invalid(f"The header {name} cannot carry a value of the reader's own.")


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
