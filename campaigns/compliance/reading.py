"""How checks read: HTML as the text a person sees, with alt texts, and text as sentences."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from lxml import etree, html
from lxml.html import builder

from campaigns.rendering import hiding, sight

_NO_WORDS = frozenset({"style", "script", "head", "title", "xml"})
_INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font"}
    | {"i", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub"}
    | {"sup", "time", "tt", "u", "var", "wbr"}
)
_RUNS_ON = frozenset({"inline", "contents"})
_BEFORE = "\u2060"
"""Set before what may begin with `<html>`, so that it is read as a part."""
_SPOKEN = ("title", "aria-label", "aria-description", "aria-valuetext", "summary", "abbr")
"""Attributes that are read out, or shown to who points at something."""
_OUTLOOK = re.compile(r"\s*\[if\b[^\]]*\]>(.*?)(?:<!\[endif\]\s*)?", re.IGNORECASE | re.DOTALL)
_SPACE = re.compile(r"\s+")
_BULLET = re.compile(r"^[-*•]\s+")
_URL = re.compile(r"\bhttps?://\S+")
_RULE = re.compile(r"^[-=_ ]{4,}$", re.MULTILINE)
_ITEM = re.compile(r"\n(?=\s*(?:[-*•]|\d+\.)\s)")
_WRAP = re.compile(r"(?<=\S)[ \t]*\n(?=[ \t]*\S)")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]?[A-Z])")


@dataclass(frozen=True)
class Whole:
    """A whole page, for its parts to be read by the rules of its head."""

    root: html.HtmlElement
    kept: sight.Kept
    _parts: dict[tuple[str, str], tuple[str, str]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, markup: str) -> "Whole":
        """The HTML part of a message, read once for several looks; an empty one has no words."""
        root = html.document_fromstring(markup if markup.strip() else "<p></p>")
        return cls(root, sight.Kept.of(root))

    @cached_property
    def seen(self) -> str:
        """What every reader sees of it, in whichever mail program, a line a block element."""
        return _lines(self.root, self.unseen)

    @cached_property
    def unseen(self) -> Collection[etree._Element]:
        """The elements whose own words some readers do not see."""
        return sight.unseen(self.root, self.kept, strictly=True)

    def words_of(self, element: etree._Element) -> str:
        """What every reader sees of one of its elements."""
        return _lines(element, self.unseen).replace("\n", " ")

    def part(self, markup: str, *, known: str = "") -> tuple[str, str]:
        """What every reader sees of a part of it, and the other words that some see or hear.

        Hidden words are among the others: phones, mail programs and those who listen differ. A
        spoken attribute that says no more than what is `known` is left out.
        """
        if (markup, known) not in self._parts:
            self._parts[markup, known] = self._read(markup, known) if markup.strip() else ("", "")
        return self._parts[markup, known]

    def _read(self, markup: str, known: str) -> tuple[str, str]:
        fragment = html.fragment_fromstring(markup, create_parent="div")
        body = self.root.find("body")
        around = builder.HTML(builder.BODY(fragment))
        around[0].attrib.update(body.attrib if body is not None else {})
        strictly, plainly = sight.unseen(around, self.kept, strictly=True), sight.unseen(around)
        shown = _lines(fragment, strictly)
        ways = [each for each in dict.fromkeys((plainly, frozenset())) if each != strictly]
        others = [_lines(fragment, each) for each in ways]
        others += [each for each in _unwritten(fragment) if each not in {"", known}]
        return shown, besides(shown, others)


def seen(markup: str) -> str:
    """The text that a person sees in HTML, one line a block element; alt texts are lines too."""
    if not markup.strip():
        return ""
    fragment = html.fragment_fromstring(markup, create_parent="div")
    return _lines(fragment, sight.unseen(fragment))


def _lines(element: etree._Element, unseen: Collection[etree._Element]) -> str:
    lines = (tidy(line) for line in "".join(_pieces(element, unseen)).split("\n"))
    return "\n".join(line for line in lines if line)


def _pieces(element: etree._Element, unseen: Collection[etree._Element]) -> Iterator[str]:
    if not isinstance(element.tag, str):
        return
    if element.tag in _NO_WORDS:
        return
    edge = "" if _runs_on(element) else "\n"
    is_seen = element not in unseen
    yield edge
    if is_seen:
        if element.tag == "img":
            yield str(element.get("alt") or "")
        yield _SPACE.sub(" ", element.text or "")
    for child in element:
        yield from _pieces(child, unseen)
        if is_seen:
            yield _SPACE.sub(" ", child.tail or "")
    yield edge


def _runs_on(element: etree._Element) -> bool:
    display = hiding.says(str(element.get("style") or "")).get("display", "")
    return display in _RUNS_ON or (element.tag in _INLINE and display in {"", "none"})


def _unwritten(element: etree._Element) -> Iterator[str]:
    """The words that stand in no text: what is read out, and what Outlook alone shows."""
    for each in element.iter():
        if isinstance(each.tag, str):
            yield from (tidy(str(each.get(name) or "")) for name in _SPOKEN)
            if each.tag != "img":
                yield tidy(str(each.get("alt") or ""))
            continue
        spoken = _OUTLOOK.fullmatch(str(each.text or ""))
        if spoken and spoken[1].strip(" <!-"):
            inner = html.fragment_fromstring(f"{_BEFORE}{spoken[1]}", create_parent="div")
            yield _lines(inner, ())
            yield from _unwritten(inner)


def besides(shown: str, others: Iterable[str]) -> str:
    """The lines of other readings of a place that its readers are not all shown."""
    told = {bare(line) for line in shown.split("\n")}
    more = dict.fromkeys(line for each in others for line in each.split("\n"))
    return "\n".join(line for line in more if bare(line) not in told)


def unwrapped(text: str) -> str:
    """A text part with its lines put together again: one line a paragraph or list item."""
    marked = _ITEM.sub("\n\n", _RULE.sub("\n", visible(text)))
    paragraphs = re.split(r"\n\s*\n", marked)
    joined = (_BULLET.sub("", tidy(_WRAP.sub(" ", each))) for each in paragraphs)
    return "\n".join(each for each in joined if each)


def without_urls(text: str) -> str:
    """A text without its addresses, which are no one's words."""
    return _URL.sub("", text)


def tidy(text: str) -> str:
    """White space as single spaces, none at the ends, and no letter that nobody sees."""
    return " ".join(visible(text).split())


def visible(text: str) -> str:
    """A text without soft hyphens, joiners and the like, which keep words from being found."""
    return hiding.INVISIBLE.sub("", text)


def sentences(text: str) -> list[str]:
    """The sentences of a text that has one paragraph a line."""
    return [
        sentence.strip()
        for line in text.split("\n")
        for sentence in _SENTENCE_END.split(line)
        if sentence.strip()
    ]


def bare(text: str) -> str:
    """Letters and digits only, to know two twins of one sentence by."""
    return re.sub(r"\W+", "", text).lower()


def unquoted(sentence: str) -> str:
    """A sentence without what it only quotes."""
    return re.sub(r"[\"“][^\"“”]*[\"”]", "…", sentence)
