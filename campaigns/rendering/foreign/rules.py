"""The style rules of a pasted message: which of them fit something in it, and what they cost.

A rule whose classes do not stand in the page is dropped before anything is inlined, so that the
sheet of a whole library costs no more than what is used of it. What is left is counted, and more
of it than a message can mean is refused: inlining would keep every other message waiting.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import tinycss2
from lxml.html import HtmlElement

from campaigns.errors import Invalid
from campaigns.rendering.foreign.report import TAKEN_OUT, Report, counted

MOST_DEEP = 20
"""How deep brackets may stand in one another within a style."""
MOST_RULES = 1_500
"""How many rules may fit a page; those of large templates have some hundreds."""
MOST_WRITTEN = 2_000_000
"""How many letters of style may be written into the elements of a page."""
MOST_LOOKED_AT = 3_000_000
"""How many elements may be looked at in search of those that the rules fit."""
MOST_TOKENS = 200
"""How long a selector or a value may be; those of templates have a dozen words."""
_BRACKETS = frozenset({"() block", "[] block", "{} block"})
_EVERY = "*"
_COMBINED = {" ", ">", "+", "~"}

Tokens = Sequence[Any]


def tokens(css: str, *, line: int) -> list[Any]:
    """The tokens of a style that begins on this line; raises Invalid where it is nested deep."""
    read: list[Any] = tinycss2.parse_component_value_list(css, skip_comments=True)
    inside = [(each, 1) for each in read]
    while inside:
        each, depth = inside.pop()
        if depth > MOST_DEEP:
            raise Invalid(
                f"Line {line + each.source_line - 1}: brackets stand more than {MOST_DEEP} deep in "
                "one another in a style; no mail program reads that. Take that style out."
            )
        within = each.content if each.type in _BRACKETS else getattr(each, "arguments", ())
        inside += [(other, depth + 1) for other in within or ()]
    return read


@dataclass(frozen=True, slots=True)
class Step:
    """One element that a selector names, by tag, classes and id, and how the next is found."""

    names: tuple[str, ...]
    then: str = ""


@dataclass
class Census:
    """How many elements of a page have a name (`td`, `.button`, `#top`), and what is near them."""

    number: Counter[str] = field(default_factory=Counter)
    within: Counter[str] = field(default_factory=Counter)
    """How many elements stand in those of a name, at any depth."""
    after: Counter[str] = field(default_factory=Counter)
    """How many elements stand beside those of a name, after them."""

    @classmethod
    def of(cls, root: HtmlElement) -> "Census":
        """Count a page, from its last element to its first."""
        made, sizes, last = cls(), dict[HtmlElement, int](), dict[HtmlElement, int]()
        elements = [each for each in root.iter() if isinstance(each.tag, str)]
        for element in reversed(elements):
            inside, above = sizes.get(element, 0), element.getparent()
            for name in _names(element):
                made.number[name] += 1
                made.within[name] += inside
                made.after[name] += last.get(above, 0)
            sizes[above] = sizes.get(above, 0) + inside + 1
            last[above] = last.get(above, 0) + 1
        return made

    def has(self, step: Step) -> bool:
        """Whether every name of a step stands in the page."""
        return all(self.number[name] for name in step.names)

    def matches(self, step: Step) -> int:
        """The most elements that a step can fit."""
        return min(self.number[name] for name in step.names)

    def looked_at(self, step: Step) -> int:
        """The most elements that are looked at to go from a step to the next."""
        if step.then == " ":
            return min(self.within[name] for name in step.names)
        if step.then in {"+", "~"}:
            return min(self.after[name] for name in step.names)
        return self.number[_EVERY]


def _names(element: HtmlElement) -> set[str]:
    classes = (f".{each}" for each in str(element.get("class") or "").split())
    return {_EVERY, element.tag.lower(), f"#{element.get('id') or ''}", *classes}


@dataclass(frozen=True, slots=True)
class Selector:
    """What stands between two commas: as it is written, and the elements that it names."""

    text: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that can be written into elements."""

    selectors: tuple[Selector, ...]
    declarations: str

    @classmethod
    def of(cls, prelude: Tokens, declarations: str) -> "Rule":
        """A rule from the tokens before its braces, and what stands within them."""
        split: list[list[Any]] = [[]]
        for each in prelude:
            if each == ",":
                split.append([])
            else:
                split[-1].append(each)
        return cls(tuple(Selector(_text(each), _steps(each)) for each in split), declarations)

    def fitting(self, census: Census) -> "Rule":
        """The same with those selectors alone that fit something in the page."""
        found = [each for each in self.selectors if all(map(census.has, each.steps))]
        return Rule(tuple(found), self.declarations)

    def letters(self, census: Census) -> int:
        """The most letters that it writes into the page."""
        most = sum(census.matches(each.steps[-1]) for each in self.selectors)
        return most * len(self.declarations)

    def looked_at(self, census: Census) -> int:
        """The most elements that are looked at for it."""
        return sum(census.looked_at(step) for each in self.selectors for step in each.steps)

    def __str__(self) -> str:
        return f"{', '.join(each.text for each in self.selectors)}{{{self.declarations}}}"


def fitting(rules: Sequence[Rule], root: HtmlElement, report: Report) -> list[Rule]:
    """The rules that fit something in a page; raises Invalid where they are too many."""
    census = Census.of(root)
    found = [fit for each in rules if (fit := each.fitting(census)).selectors]
    _require_few(found, census)
    unused = len(rules) - len(found)
    if unused:
        report.tell(
            f"{counted(unused, 'style rule', 'style rules')} for what does not stand in the page",
            TAKEN_OUT,
            "nothing would change by it",
        )
    return found


def _require_few(found: Sequence[Rule], census: Census) -> None:
    number = sum(len(each.selectors) for each in found)
    if number > MOST_RULES:
        raise Invalid(
            f"Its style sheets have {number:,} rules for what stands in the page; the most is "
            f"{MOST_RULES:,}, and mail programs read far fewer. Take out what it can do without."
        )
    letters = sum(each.letters(census) for each in found)
    if letters > MOST_WRITTEN or sum(each.looked_at(census) for each in found) > MOST_LOOKED_AT:
        raise Invalid(
            f"Its {counted(number, 'style rule', 'style rules')} would be written into its "
            f"{census.number[_EVERY]:,} elements too often for a message. Take rules out, or let "
            "them name a class that few elements have."
        )


def _steps(selector: Tokens) -> tuple[Step, ...]:
    """The elements that a selector names, the last one last."""
    steps: list[Step] = []
    names: list[str] = []
    between = ""
    before: Any = None
    for each in selector:
        sign = " " if each.type == "whitespace" else getattr(each, "value", "")
        if each.type in {"whitespace", "literal"} and sign in _COMBINED:
            between = sign if sign != " " else between or sign
            continue
        if between and before is not None:
            steps.append(Step(tuple(names) or (_EVERY,), between))
            names = []
        between = ""
        names += _named(each, before)
        before = each
    return (*steps, Step(tuple(names) or (_EVERY,)))


def _named(token: Any, before: Any) -> list[str]:
    if token.type == "hash":
        return [f"#{token.value}"]
    if token.type != "ident":
        return []
    return [f".{token.value}" if before is not None and before == "." else token.value.lower()]


def is_too_long(found: Tokens) -> bool:
    """Whether a selector or a value goes on beyond what can be read."""
    return len(found) > MOST_TOKENS


def _text(selector: Tokens) -> str:
    """A selector on one line, its tags in lower case: the inliner knows no other."""
    before: Any = None
    text = ""
    for each in selector:
        is_tag = each.type == "ident" and (before is None or before != ".")
        text += each.serialize().lower() if is_tag else each.serialize()
        before = each
    return " ".join(text.split())
