"""How checks read: HTML as the text a person sees, with alt texts, and text as sentences."""

import re
from collections.abc import Iterator

from lxml import etree, html

_HIDDEN = frozenset({"style", "script", "head", "title"})
_INLINE = frozenset(
    {"a", "b", "strong", "em", "i", "u", "span", "small", "sup", "sub", "font", "abbr"}
)
_SPACE = re.compile(r"\s+")
_BULLET = re.compile(r"^[-*•]\s+")
_URL = re.compile(r"\bhttps?://\S+")
_RULE = re.compile(r"^[-=_ ]{4,}$", re.MULTILINE)
_ITEM = re.compile(r"\n(?=\s*(?:[-*•]|\d+\.)\s)")
_WRAP = re.compile(r"(?<=\S)[ \t]*\n(?=[ \t]*\S)")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]?[A-Z])")


def seen(markup: str) -> str:
    """The text that a person sees in HTML, one line a block element; alt texts are lines too."""
    if not markup.strip():
        return ""
    pieces = list(_pieces(html.fragment_fromstring(markup, create_parent="div")))
    lines = (tidy(line) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _pieces(element: etree._Element) -> Iterator[str]:
    if not isinstance(element.tag, str):
        return
    if element.tag in _HIDDEN or is_hidden(element):
        return
    edge = "" if element.tag in _INLINE else "\n"
    yield edge
    if element.tag == "img":
        yield str(element.get("alt") or "")
    yield _SPACE.sub(" ", element.text or "")
    for child in element:
        yield from _pieces(child)
        yield _SPACE.sub(" ", child.tail or "")
    yield edge


def is_hidden(element: etree._Element) -> bool:
    """Whether this element's own style hides it."""
    style = re.sub(r"\s", "", str(element.get("style") or "")).lower()
    return "display:none" in style or "visibility:hidden" in style


def unwrapped(text: str) -> str:
    """A text part with its lines put together again: one line a paragraph or list item."""
    marked = _ITEM.sub("\n\n", _RULE.sub("\n", text))
    paragraphs = re.split(r"\n\s*\n", marked)
    joined = (_BULLET.sub("", tidy(_WRAP.sub(" ", each))) for each in paragraphs)
    return "\n".join(each for each in joined if each)


def without_urls(text: str) -> str:
    """A text without its addresses, which are no one's words."""
    return _URL.sub("", text)


def tidy(text: str) -> str:
    """White space as single spaces, none at the ends."""
    return " ".join(text.split())


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
