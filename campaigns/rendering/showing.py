"""The pictures that a message shows: which there are, and the one that suits a width."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from campaigns import public_urls
from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.planning.fields import Picture
from campaigns.rendering import queries, shipped

FOLDER = "pictures/"
_NAME = re.compile(r"[0-9a-f]{20}\.(?:png|jpg)")


class Shown(NamedTuple):
    """A picture as a message shows it: its address, and its size in points of the page."""

    src: str
    width: int
    height: int


class Size(NamedTuple):
    """One file of a picture."""

    name: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of one message, each with its files from narrow to wide."""

    known: Mapping[str, Sequence[Size]]

    @classmethod
    def of(cls, session: Session, blocks: Iterable[Mapping[str, Any]]) -> "Pictures":
        """What these blocks show; raises Invalid naming a block whose picture is not kept."""
        named = list(names_in(blocks))
        known = sizes(session, {name for _block, name in named})
        for block, name in named:
            if name not in known:
                raise Invalid(
                    f"The block {block} shows a picture that is not there: {name}. Choose another, "
                    "or upload it again."
                )
        return cls(known)

    def shown(self, picture: Picture, *, width: int = 600) -> Shown:
        """This picture at most so wide, from the smallest file that is sharp there."""
        files = self.known[picture.file]
        widest = files[-1]
        shown = min(width, widest.width)
        sharp = next((each for each in files if each.width >= 2 * shown), widest)
        height = max(1, round(widest.height * shown / widest.width))
        return Shown(public_urls.asset(FOLDER + sharp.name), shown, height)


def sizes(session: Session, names: Iterable[str]) -> dict[str, list[Size]]:
    """The files of these pictures by name, from narrow to wide; those not kept are missing."""
    found: dict[str, list[Size]] = {}
    wanted = set(names)
    for row in queries.picture_sizes(session, wanted):
        found.setdefault(row.of or row.name, []).append(Size(row.name, row.width, row.height))
    for name in wanted - found.keys():
        along = [Size(each.name, each.width, each.height) for each in shipped.sizes(name)]
        if along:
            found[name] = along
    return {name: sorted(each, key=lambda size: size.width) for name, each in found.items()}


def address(session: Session, name: str, *, width: int) -> str:
    """Where the file of this picture lies that is sharp at this width."""
    shown = Pictures(sizes(session, {name})).shown(Picture(file=name, alt="-"), width=width)
    return shown.src


def names_in(blocks: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Each picture that stored blocks name, with the id of its block."""
    for block in blocks:
        for name in _named(block):
            yield str(block.get("id") or block.get("type")), name


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        name = value.get("file")
        if isinstance(name, str) and _NAME.fullmatch(name):
            yield name
        for each in value.values():
            yield from _named(each)
    elif isinstance(value, list):
        for each in value:
            yield from _named(each)
