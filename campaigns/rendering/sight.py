"""What a reader may see of a page: its elements' own styles, and the rules that stay in its head.

A kept rule counts under whichever condition it stands (a width, dark mode, a mail program's hook):
what it hides is hidden from somebody.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import tinycss2
from cssselect import HTMLTranslator, SelectorError, parse
from lxml import etree

from campaigns.rendering import hiding

_NEVER = frozenset({"head", "script", "style", "template", "title", "xml"})
_PRINTED = re.compile(r"(?:only\s+)?(?:print|speech|braille|tty)\b[^,]*")
_HOOK = re.compile(
    r"#outlook|externalclass|messageviewbody|data-og|moz-text|\[owa\]|(?:^|\s)[u*]\s*[+~]", re.I
)
"""What only some mail programs put around a message; no element of ours matches it."""
_AFTER_HOOK = re.compile(r".*(?:" + _HOOK.pattern + r")[^\s>+~]*[\s>+~]+", re.IGNORECASE)
_DATA_HOOK = re.compile(r"\[(?:data-og|owa)[^\]]*\]", re.IGNORECASE)
_RENAMED = re.compile(r"([.#])x_", re.IGNORECASE)
_PSEUDO = re.compile(r"::?[a-z-]+(?:\((?:[^()]|\([^()]*\))*\))?", re.IGNORECASE)
_FRAMES = frozenset({"keyframes", "-webkit-keyframes", "-moz-keyframes"})


class _State(NamedTuple):
    """What an element hands down to those within it."""

    is_gone: bool = False
    size: float = 16.0
    is_unseen: bool = False
    is_clear: bool = False


_OPEN = _State()


@dataclass(frozen=True, slots=True)
class Kept:
    """The selectors of the kept rules that may hide something."""

    selectors: tuple[str, ...] = ()
    moves: bool = False
    """Whether an animation of the page may end with nothing to see."""

    @classmethod
    def of(cls, root: etree._Element) -> "Kept":
        """Those of a page's style elements."""
        css = ("".join(str(text) for text in each.itertext()) for each in root.iter("style"))
        rules = [rule for each in css for rule in _read(each)]
        moves = any(each.is_step and _hides(each.says) for each in rules)
        plain = (each for each in rules if not each.is_step)
        found = (each.selector for each in plain if _hides(each.says, moves=moves))
        return cls(tuple(dict.fromkeys(found)), moves)

    def named(self, root: etree._Element) -> frozenset[etree._Element]:
        """The elements of a page that they may hide."""
        found: set[etree._Element] = set()
        for selector in self.selectors:
            for path in _paths(selector):
                elements: Any = path(root)
                found.update(elements)
        return frozenset(found)


ALL: Kept = Kept()
"""No rule at all: what everybody sees in whom no kept rule comes true."""


def unseen(
    root: etree._Element, kept: Kept = ALL, *, strictly: bool = False
) -> frozenset[etree._Element]:
    """The elements whose own words are not seen.

    Strictly: not by everybody, whatever rules of the head come true and whichever program shows it.
    """
    named = kept.named(root) if kept.selectors else frozenset()
    states: dict[etree._Element, _State] = {}
    found: set[etree._Element] = set()
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        above = element.getparent()
        around = states.get(above, _OPEN) if above is not None else _OPEN
        style = hiding.says(str(element.get("style") or ""))
        is_gone = around.is_gone or element in named or _is_taken_away(element, style)
        if strictly and not is_gone:
            is_gone = _may_be_gone(element, style, kept)
        state = states[element] = _within(around, style, is_gone=is_gone)
        is_small = state.size < hiding.SMALLEST or hiding.is_squeezed(style)
        if is_gone or state.is_unseen or state.is_clear or is_small:
            found.add(element)
    return frozenset(found)


def _is_taken_away(element: etree._Element, style: hiding.Says) -> bool:
    return element.tag in _NEVER or element.get("hidden") is not None or hiding.hides(style)


def _may_be_gone(element: etree._Element, style: hiding.Says, kept: Kept) -> bool:
    """Whether it is gone for some: folded in, moved away, or by a value that is worked out."""
    above = element.getparent()
    is_folded = above is not None and above.tag == "details" and element.tag != "summary"
    ends = kept.moves and any(each.startswith("animation") for each in style)
    return is_folded or ends or hiding.is_uncertain(style)


def _within(around: _State, style: hiding.Says, *, is_gone: bool) -> _State:
    if not style:
        return around._replace(is_gone=is_gone)
    size = hiding.font_size(style, around.size)
    is_unseen, is_clear = hiding.is_unseen(style), hiding.is_clear(style)
    return _State(
        is_gone=is_gone,
        size=around.size if size is None else size,
        is_unseen=around.is_unseen if is_unseen is None else is_unseen,
        is_clear=around.is_clear if is_clear is None else is_clear,
    )


class _Rule(NamedTuple):
    """A rule of a style sheet, whichever condition is around it."""

    selector: str
    says: hiding.Says
    is_step: bool
    """Whether it is a step of an animation."""


def _hides(style: hiding.Says, *, moves: bool = False) -> bool:
    plainly = hiding.hides(style) or hiding.unseen_text(style) or hiding.is_uncertain(style)
    return plainly or (moves and any(each.startswith("animation") for each in style))


@lru_cache(maxsize=64)
def _read(css: str) -> tuple[_Rule, ...]:
    """The rules of one style sheet."""
    sheet = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return tuple(_rules(sheet, is_step=False))


def _rules(nodes: Iterable[Any], *, is_step: bool) -> Iterator[_Rule]:
    for node in nodes:
        if node.type == "qualified-rule":
            selector = tinycss2.serialize(node.prelude).strip()
            yield _Rule(selector, hiding.says(tinycss2.serialize(node.content)), is_step)
        elif node.type == "at-rule" and node.content is not None and not _is_printed(node):
            inside = tinycss2.parse_rule_list(
                node.content, skip_comments=True, skip_whitespace=True
            )
            yield from _rules(inside, is_step=is_step or node.lower_at_keyword in _FRAMES)


def _is_printed(node: Any) -> bool:
    said = tinycss2.serialize(node.prelude).strip().lower()
    return node.lower_at_keyword == "media" and _PRINTED.fullmatch(said) is not None


@lru_cache(maxsize=1024)
def _paths(selector: str) -> tuple[etree.XPath, ...]:
    """What a selector names, also where only a mail program's own frame makes it come true.

    One that cannot be read names what it would without its pseudo-classes, or everything.
    """
    written = {selector, _RENAMED.sub(r"\1", selector)}
    if _HOOK.search(selector):
        bare = _DATA_HOOK.sub("", selector)
        written |= {bare, ",".join(_AFTER_HOOK.sub("", each) for each in bare.split(","))}
    return tuple(path for each in sorted(written) for path in _compiled(each))


def _compiled(selector: str) -> Iterator[etree.XPath]:
    for written in (selector, _PSEUDO.sub("", selector), "*"):
        try:
            parsed = [each for each in parse(written) if each.pseudo_element is None]
            paths = [etree.XPath(HTMLTranslator().selector_to_xpath(each)) for each in parsed]
        except (SelectorError, etree.XPathError):
            continue
        yield from paths
        return
