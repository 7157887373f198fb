"""The finished HTML part, read once: its elements, each with the block it stands in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree, html

from campaigns.compliance import reading
from campaigns.compliance.finished import styles
from campaigns.compliance.finished.styles import Said, Sheet
from campaigns.rendering import hiding

WHOLE = "message"
"""The place of what stands in no block."""
_UNSEEN = frozenset({"head", "script", "style", "template", "title"})
_BEGINS, _ENDS = "bedside begins ", "bedside ends"


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of the finished message, in its two twins."""

    place: str
    type: str
    markup: str
    html: str
    """What a person sees of it."""
    text: str
    more: str = ""
    """What only some see or hear of it."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished message as plain values: equal ones are checked once."""

    subject: str
    preheader: str
    markup: str
    html: str
    text: str
    pieces: tuple[Piece, ...]
    targets: tuple[tuple[str, str], ...] = ()
    """Where each tracked address leads."""
    own: tuple[str, ...] = ()
    """The addresses that each contact has of their own, as to unsubscribe."""


@dataclass(frozen=True, eq=False)
class Node:
    """An element, the place it stands in, and whether a reader sees it."""

    element: etree._Element
    place: str
    is_hidden: bool
    style: Mapping[str, Said]

    @property
    def tag(self) -> str:
        """The element's name."""
        return str(self.element.tag)

    def get(self, name: str) -> str | None:
        """An attribute, without white space around it; None where it is missing."""
        value = self.element.get(name)
        return None if value is None else str(value).strip()

    def says(self, name: str) -> str:
        """What its own style says of a property, in lower case; empty where nothing."""
        said = self.style.get(name)
        return said.value.lower() if said else ""

    @property
    def words(self) -> str:
        """Everything written within it; the texts of pictures too."""
        return self.within(".//text() | .//img/@alt")

    def within(self, path: str) -> str:
        """The texts at a path from it, as one line."""
        found: Any = self.element.xpath(path)
        return reading.tidy(" ".join(str(each) for each in found))

    @property
    def own_words(self) -> str:
        """What is written in it, and not in an element within."""
        pieces = [self.element.text, *(each.tail for each in self.element)]
        return reading.tidy(" ".join(each for each in pieces if each))


@dataclass(frozen=True)
class Page:
    """The elements of a message, in the order in which they are written."""

    nodes: tuple[Node, ...]

    @classmethod
    def of(cls, finished: Finished) -> "Page":
        """The HTML part of this message."""
        if not finished.markup.strip():
            return cls(())
        root = html.document_fromstring(_marked(finished.markup, finished.pieces))
        return cls(tuple(_nodes(root)))

    @property
    def root(self) -> etree._Element:
        """The element of the whole document."""
        return self.nodes[0].element

    def all(self, *tags: str) -> Iterator[Node]:
        """The elements of these names."""
        return (each for each in self.nodes if each.tag in tags)

    def seen(self, *tags: str) -> Iterator[Node]:
        """Those of them that a reader sees."""
        return (each for each in self.all(*tags) if not each.is_hidden)

    @cached_property
    def by_element(self) -> Mapping[etree._Element, Node]:
        """Each node by its element."""
        return {each.element: each for each in self.nodes}

    @cached_property
    def css(self) -> tuple[str, ...]:
        """The style sheets as they are written."""
        return tuple("".join(str(t) for t in each.element.itertext()) for each in self.all("style"))

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """The style sheets as values."""
        return tuple(styles.sheet(each) for each in self.css)


def _marked(markup: str, pieces: Sequence[Piece]) -> str:
    """The page with a comment before and after each block, so that each element knows its own."""
    parts, rest = [], markup
    for each in pieces:
        before, found, after = rest.partition(each.markup) if each.markup else (rest, "", "")
        if found:
            parts += [before, f"<!--{_BEGINS}{each.place}-->", found, f"<!--{_ENDS}-->"]
            rest = after
    return "".join([*parts, rest])


def _nodes(root: etree._Element) -> Iterator[Node]:
    place = WHOLE
    hidden: set[etree._Element] = set()
    for element in root.iter():
        if not isinstance(element.tag, str):
            place = _place_after(element, place)
            continue
        style = styles.of_element(str(element.get("style") or ""))
        if element.getparent() in hidden or element.tag in _UNSEEN or _hides(style):
            hidden.add(element)
        yield Node(element, place, element in hidden, style)


def _place_after(comment: etree._Element, place: str) -> str:
    said = str(comment.text or "")
    if said.startswith(_BEGINS):
        return said.removeprefix(_BEGINS)
    return WHOLE if said == _ENDS else place


def _hides(style: Mapping[str, Said]) -> bool:
    says = {name: each.value.lower() for name, each in style.items()}
    return hiding.hides(says) or hiding.is_unseen(says) is True
