"""Text can be told from what it stands on, in light and in dark (WCAG 2.2, 1.4.3 and 1.4.1)."""

import re
from collections.abc import Iterable, Iterator, Mapping

from campaigns.compliance import reading
from campaigns.compliance.findings import Finding, finding
from campaigns.compliance.finished import looks
from campaigns.compliance.finished.colours import Colour
from campaigns.compliance.finished.looks import Look
from campaigns.compliance.finished.page import Finished, Node, Page

ENOUGH, ENOUGH_LARGE, HARDLY = 4.5, 3.0, 2.0
_WORD = re.compile(r"\w")
_MARKED = ("border", "border-bottom", "background", "background-color", "font-weight")
_BLOCKS = ("p", "li", "td", "th", "div", "h1", "h2", "h3", "h4", "h5", "h6", "body")

Pair = tuple[str, Colour, Colour]
"""Two colours that were told of, and in which block."""


def colours(finished: Finished, page: Page) -> Iterable[Finding]:
    """AX-08, AX-09, AX-13: text is told from what is behind it, and a link from its sentence."""
    rules = looks.meant(page)
    light = looks.of(page, rules, dark=False)
    known: set[Pair] = set()
    yield from _text(light, "in light", known)
    in_dark: set[Pair] = set()
    if looks.has_dark(rules):
        yield from _text(looks.of(page, rules, dark=True), "in dark mode", in_dark)
    for case, dark in looks.cases(page, rules):
        told = looks.under(page, case, dark=dark)
        yield from _text(told, "on some screens", in_dark if dark else known)
    yield from _links(page, light)


def _text(told: Mapping[Node, Look], where: str, known: set[Pair]) -> Iterator[Finding]:
    """Contrast of at least 4.5, large text 3.0; each pair of colours once a block."""
    for node, look in told.items():
        key = (node.place, look.colour, look.behind)
        if key not in known and _is_too_low(node, look):
            known.add(key)
            yield _finding(node, look, where)


def _is_too_low(node: Node, look: Look) -> bool:
    if look.has_picture or not _WORD.search(node.own_words):
        return False
    return round(look.contrast, 2) < _least(look)


def _least(look: Look) -> float:
    return ENOUGH_LARGE if look.is_large else ENOUGH


def _finding(node: Node, look: Look, where: str) -> Finding:
    return finding(
        "AX-09" if look.contrast < HARDLY else "AX-08",
        node.place,
        _cut(node.own_words),
        where=where,
        ratio=f"{look.contrast:.1f}",
        least=f"{_least(look):.1f}",
        colour=look.colour.over(look.behind),
        behind=look.behind,
    )


def _links(page: Page, told: Mapping[Node, Look]) -> Iterator[Finding]:
    """A link amid other words is told from them by more than its colour."""
    for node in page.seen("a"):
        around = _around(page, node)
        if not node.get("href") or not node.words or around is None:
            continue
        is_bolder = told[node].is_bold != told[around].is_bold
        if not is_bolder and not any(_is_marked(each) for each in _within(page, node)):
            yield finding("AX-13", node.place, _cut(node.words), word=_cut(node.words))


def _around(page: Page, node: Node) -> Node | None:
    """The paragraph around a link; None where that says no more than its links do."""
    found = (page.by_element[e] for e in node.element.iterancestors() if e.tag in _BLOCKS)
    around = next(found, None)
    is_amid = around is not None and _WORD.search(around.within(".//text()[not(ancestor::a)]"))
    return around if is_amid else None


def _within(page: Page, node: Node) -> Iterator[Node]:
    return (page.by_element[e] for e in node.element.iter() if e in page.by_element)


def _is_marked(node: Node) -> bool:
    """Whether it is underlined, framed, filled or set in another weight."""
    said = f"{node.says('text-decoration')} {node.says('text-decoration-line')}".strip()
    is_underlined = "underline" in said or (not said and node.tag == "a")
    return is_underlined or node.tag in {"u", "b", "strong"} or _has_mark(node)


def _has_mark(node: Node) -> bool:
    values = (node.says(each) for each in _MARKED)
    return any(each not in {"", "0", "none", "normal", "transparent"} for each in values)


def _cut(words: str) -> str:
    return reading.tidy(words[:80])


CHECKS = (colours,)
