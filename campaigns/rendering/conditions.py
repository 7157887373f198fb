"""Parts of a message that only contacts of a segment get: written, checked, and chosen at send.

Templates write `{% rif 'segment' %}...{% relse %}...{% endrif %}`, which may be nested; a block's
`visibility` does the same around both of its twins. Whether a contact is within a segment is
worked out before (`planning.membership`); nothing is evaluated here.
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Literal, NamedTuple

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from lxml import etree
from markupsafe import Markup

from campaigns.errors import Invalid
from campaigns.rendering.places import CONDITIONS, Kind, Pieces, Place, Places

Twin = Literal["html", "text"]
Mark = Callable[[str, str, Twin], str]


class Rif(Extension):
    """The tag `{% rif 'segment' %}...{% relse %}...{% endrif %}`."""

    tags = {"rif"}  # noqa: RUF012 - Jinja asks for it as a plain class attribute

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """What stands between its marks, the marks written by `condition` of the scene."""
        line = next(parser.stream).lineno
        segment = parser.parse_expression()
        twin: Twin = "text" if (parser.name or "").endswith(".txt") else "html"

        def mark(kind: Kind) -> nodes.Node:
            asked = [segment, nodes.Const(kind.value), nodes.Const(twin)]
            call = nodes.Call(nodes.Name("condition", "load"), asked, [], None, None)
            return nodes.Output([call], lineno=line)

        made = [mark(Kind.WHEN)]
        made += parser.parse_statements(("name:relse", "name:endrif"))
        if next(parser.stream).value == "relse":
            made.append(mark(Kind.OTHERWISE))
            made += parser.parse_statements(("name:endrif",), drop_needle=True)
        return [*made, mark(Kind.END)]


def written(places: Places) -> Callable[[str, str, Twin], str]:
    """The function by which a template marks a condition in one of its twins."""

    def condition(segment: str, kind: str, twin: Twin) -> str:
        word = places.condition(Kind(kind), segment)
        return Markup(comment(word)) if twin == "html" else word  # noqa: S704 - a word of ours

    return condition


def comment(word: str) -> str:
    """A word where every HTML tool, and every table, leaves it in its place."""
    return f"<!--{word}-->"


class Frame(NamedTuple):
    """An open condition: its segment, and whether its second half has begun."""

    segment: str
    is_otherwise: bool


def check(pieces: Pieces, known: Sequence[Place]) -> None:
    """Raise Invalid unless every condition ends, in its order, where it began."""
    open_: list[Frame] = []
    for place in (known[each] for each in pieces if isinstance(each, int)):
        if place.kind is Kind.WHEN:
            open_.append(Frame(place.name, is_otherwise=False))
            continue
        if place.kind not in CONDITIONS:
            continue
        if not open_ or open_[-1].segment != place.name:
            raise Invalid(f"A condition for the segment {place.name!r} ends where none is open.")
        if place.kind is Kind.END:
            open_.pop()
        elif open_[-1].is_otherwise:
            raise Invalid(f"A condition for the segment {place.name!r} has two other halves.")
        else:
            open_[-1] = Frame(place.name, is_otherwise=True)
    if open_:
        raise Invalid(f"A condition for the segment {open_[-1].segment!r} has no end.")


def check_markup(html: str, places: Places) -> None:
    """Raise Invalid where a condition stands within a tag, or takes half an element away."""
    words = {
        f"{places.nonce}x{number}z": place
        for number, place in enumerate(places.known)
        if place.kind in CONDITIONS
    }
    total = len(re.findall("|".join(words), html)) if words else 0
    if not total:
        return
    comments = etree.fromstring(html, etree.HTMLParser()).iter(etree.Comment)
    marks = [(words[each.text], each.getparent()) for each in comments if each.text in words]
    if len(marks) != total:
        raise Invalid("A condition stands within a tag, an attribute or a comment; put it around.")
    parents: list[etree._Element | None] = []
    for place, parent in marks:
        if place.kind is Kind.WHEN:
            parents.append(parent)
        elif parents[-1] is not parent:
            raise Invalid(
                f"A condition for the segment {place.name!r} begins in one element and ends in "
                "another; put whole elements between its marks."
            )
        if place.kind is Kind.END:
            parents.pop()


def shown(
    pieces: Pieces, known: Sequence[Place], conditions: Collection[str] | None = None
) -> Pieces:
    """The pieces that a contact of these segments gets; all of both halves where None is given."""
    return _kept(
        pieces,
        known,
        begins=lambda segment: conditions is None or segment in conditions,
        turns=lambda was_shown: conditions is None or not was_shown,
    )


def certain(pieces: Pieces, known: Sequence[Place], within: Collection[str] = ()) -> Pieces:
    """The pieces that every contact within these segments gets, whatever else each is within."""
    return _kept(
        pieces, known, begins=lambda segment: segment in within, turns=lambda _was_shown: False
    )


def _kept(
    pieces: Pieces,
    known: Sequence[Place],
    *,
    begins: Callable[[str], bool],
    turns: Callable[[bool], bool],
) -> Pieces:
    """The pieces that stand in no condition, or in such as `begins` and `turns` show."""
    kept: Pieces = []
    open_: list[bool] = []
    for each in pieces:
        place = known[each] if isinstance(each, int) else None
        if place is None or place.kind not in CONDITIONS:
            if all(open_):
                kept.append(each)
        elif place.kind is Kind.WHEN:
            open_.append(begins(place.name))
        elif place.kind is Kind.OTHERWISE:
            open_[-1] = turns(open_[-1])
        else:
            open_.pop()
    return kept


def asked_by(known: Sequence[Place]) -> tuple[str, ...]:
    """The segments that decide what a contact gets, in the order of their bits."""
    return tuple(sorted({each.name for each in known if each.kind is Kind.WHEN}))
