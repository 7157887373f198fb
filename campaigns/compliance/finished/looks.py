"""How each element looks in light and in dark: colour, what is behind it, size and weight.

The styles of elements and the rules of the kept style sheets are put in order as CSS asks
(importance, the element's own style, specificity, order); `@media (prefers-color-scheme: dark)`
counts in dark only; what is under any other condition, as a width, is read as a case of its own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from cssselect import HTMLTranslator, SelectorError, parse
from lxml import etree

from campaigns.compliance.finished import colours
from campaigns.compliance.finished.colours import Colour
from campaigns.compliance.finished.page import Node, Page
from campaigns.compliance.finished.styles import Rule, Said

LINK_BLUE = Colour(0.0, 0.0, 238 / 255)
DARK_CANVAS = Colour(18 / 255, 18 / 255, 18 / 255)
"""What mail programs put behind a message in dark that names no colour."""
_SIZES = {"h1": 32.0, "h2": 24.0, "h3": 18.72, "h5": 13.28, "h6": 10.72, "small": 13.33}
_BOLD = frozenset({"b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"})
_LENGTH = re.compile(r"^(\d*\.?\d+)(px|pt|em|rem|%)")
_PX = {"px": 1.0, "pt": 4 / 3, "rem": 16.0}
_FOR_ALL = re.compile(r"^media (?:only )?(?:all|screen)?$")
_FOR_DARK = re.compile(
    r"^media (?:only )?(?:(?:all|screen) and )?\(prefers-color-scheme:\s*dark\)$"
)
_PRINT = re.compile(r"^media (?:only )?(?:print|speech)\b")

Weight = tuple[bool, bool, tuple[int, int, int], int]
"""What decides between two declarations, in this order."""
Told = dict[etree._Element, dict[str, tuple[Weight, str]]]


@dataclass(frozen=True, slots=True)
class Look:
    """How the text of an element looks."""

    colour: Colour
    behind: Colour
    size: float = 16.0
    """In pixels."""
    is_bold: bool = False
    has_picture: bool = False
    """Whether a picture is behind it, so that nobody knows what its text stands on."""

    @property
    def is_large(self) -> bool:
        """Large text as WCAG has it: 18 points, or 14 points and bold."""
        return self.size >= 24 or (self.is_bold and self.size >= 18.66)

    @property
    def contrast(self) -> float:
        """How far the text is from what is behind it."""
        return colours.contrast(self.colour.over(self.behind), self.behind)


@dataclass(frozen=True, slots=True)
class Meant:
    """A rule of a kept style sheet, and the elements that it is about."""

    rule: Rule
    elements: tuple[tuple[tuple[int, int, int], etree._Element], ...]
    """Each with how specific the selector is that names it."""


def meant(page: Page) -> tuple[Meant, ...]:
    """The rules that decide how it looks in light or in dark, in their order."""
    rules = (rule for sheet in page.sheets for rule in sheet.rules if _counts(rule, dark=True))
    return tuple(Meant(each, tuple(_named_by(page, each.selector))) for each in rules)


def cases(page: Page, known: Iterable[Meant]) -> Iterator[tuple[tuple[Meant, ...], bool]]:
    """For each further condition under which colours change, the rules there, and if it is dark."""
    read = {id(each.rule): each for each in known}
    rules = [rule for sheet in page.sheets for rule in sheet.rules]
    for case in dict.fromkeys(rule.within for rule in rules if _is_case(rule)):
        dark = any("prefers-color-scheme: dark" in _spaced(each) for each in case)
        there = [each for each in rules if _counts(each, dark=dark) or each.within == case]
        for each in there:
            read.setdefault(id(each), Meant(each, tuple(_named_by(page, each.selector))))
        yield tuple(read[id(each)] for each in there), dark


def _is_case(rule: Rule) -> bool:
    """Whether it changes colours on screens, under a condition other than dark mode."""
    changes = any(each.name in {"color", "background", "background-color"} for each in rule.said)
    return changes and not _counts(rule, dark=True) and not any(map(_PRINT.match, rule.within))


def _spaced(condition: str) -> str:
    return re.sub(r"\s*:\s*", ": ", condition.lower())


def has_dark(rules: Iterable[Meant]) -> bool:
    """Whether the message says how it looks in dark."""
    return any(not _counts(each.rule, dark=False) for each in rules)


def of(page: Page, rules: Iterable[Meant], *, dark: bool) -> Mapping[Node, Look]:
    """How each element that a reader sees looks where no further condition comes true."""
    return under(page, [each for each in rules if _counts(each.rule, dark=dark)], dark=dark)


def under(page: Page, rules: Iterable[Meant], *, dark: bool) -> Mapping[Node, Look]:
    """How each element that a reader sees looks where all these rules come true."""
    told = _told(page, rules)
    canvas = Look(colours.WHITE, DARK_CANVAS) if dark else Look(colours.BLACK, colours.WHITE)
    looks: dict[etree._Element, Look] = {}
    for node in page.nodes:
        if node.is_hidden:
            continue
        above = node.element.getparent()
        parent = looks.get(above, canvas) if above is not None else canvas
        says = {name: value for name, (_, value) in told.get(node.element, {}).items()}
        looks[node.element] = _look(node, parent, says, dark=dark)
    return {page.by_element[element]: look for element, look in looks.items()}


def _look(node: Node, parent: Look, says: Mapping[str, str], *, dark: bool) -> Look:
    behind = colours.read(says.get("background-color") or says.get("background", ""))
    behind = behind or colours.read(node.get("bgcolor") or "")
    own = colours.read(says.get("color", ""))
    if own is None and node.tag == "a" and not dark:
        own = LINK_BLUE
    pictured = says.get("background-image", says.get("background", ""))
    has_picture = "url(" in pictured or bool(node.get("background"))
    is_covered = behind is not None and not has_picture
    return replace(
        parent,
        colour=own or parent.colour,
        behind=behind.over(parent.behind) if behind else parent.behind,
        size=_size(node, parent, says.get("font-size", "")),
        is_bold=_is_bold(node, parent, says.get("font-weight", "")),
        has_picture=has_picture or (parent.has_picture and not is_covered),
    )


def _size(node: Node, parent: Look, said: str) -> float:
    found = _LENGTH.match(said)
    if found is None:
        return _SIZES.get(node.tag, parent.size)
    number, unit = float(found[1]), found[2]
    if unit in _PX:
        return number * _PX[unit]
    return parent.size * (number / 100 if unit == "%" else number)


def _is_bold(node: Node, parent: Look, said: str) -> bool:
    if said:
        return said.startswith("bold") or (said.isdecimal() and int(said) >= 700)
    return node.tag in _BOLD or parent.is_bold


def _told(page: Page, rules: Iterable[Meant]) -> Told:
    """For each element and property the declaration that counts."""
    told: Told = {}
    for node in page.nodes:
        for said in node.style.values():
            _tell(told, node.element, said, (said.is_important, True, (0, 0, 0), 0))
    for order, each in enumerate(rules):
        for weight, element in each.elements:
            for said in each.rule.said:
                _tell(told, element, said, (said.is_important, False, weight, order))
    return told


def _tell(told: Told, element: etree._Element, said: Said, weight: Weight) -> None:
    known = told.setdefault(element, {})
    for name in _named(said):
        if name not in known or weight >= known[name][0]:
            known[name] = (weight, said.value.lower())


def _named(said: Said) -> tuple[str, ...]:
    """The shorthand `background` sets the colour too."""
    return ("background", "background-color") if said.name == "background" else (said.name,)


def _counts(rule: Rule, *, dark: bool) -> bool:
    return all(_FOR_ALL.match(e) or (dark and _FOR_DARK.match(e)) for e in rule.within)


def _named_by(page: Page, selector: str) -> Iterator[tuple[tuple[int, int, int], etree._Element]]:
    for weight, path in _paths(selector):
        found: Any = path(page.root)
        yield from ((weight, element) for element in found)


@lru_cache(maxsize=1024)
def _paths(selector: str) -> tuple[tuple[tuple[int, int, int], etree.XPath], ...]:
    """Each selector of a rule with how specific it is; none where it means no element as such."""
    try:
        return tuple(
            (each.specificity(), etree.XPath(HTMLTranslator().selector_to_xpath(each)))
            for each in parse(selector)
            if each.pseudo_element is None
        )
    except SelectorError:
        return ()
