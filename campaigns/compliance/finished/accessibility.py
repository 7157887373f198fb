"""What readers need who listen to a message or zoom it: languages, tables, pictures, headings."""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from campaigns.compliance.findings import Finding, finding
from campaigns.compliance.finished.page import WHOLE, Finished, Node, Page

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)
_DIRECTIONS = frozenset({"ltr", "rtl", "auto"})
_FILE_NAME = re.compile(
    r"\S+\.(?:png|jpe?g|gif|webp|svg|bmp|avif|heic)|(?:img|dsc|image|picture|photo|pxl)[-_ ]?\d+"
    r"|(?:screen ?shot|untitled|unnamed)\b.*|[0-9a-f]{12,}",
    re.IGNORECASE,
)
_SAYS_NOTHING = frozenset(
    {"image", "picture", "photo", "graphic", "icon", "banner", "img", "alt", "alt text", "spacer"}
)
_VAGUE = frozenset(
    {"click", "click here", "click this", "here", "link", "this", "this link", "more", "read more",
     "learn more", "see more", "find out more", "more info", "more information", "details", "go",
     "continue", "download", "tap here", "press here", "view", "open"}
)  # fmt: skip
_UNSAID = frozenset({"presentation", "none"})


def languages(finished: Finished, page: Page) -> Iterable[Finding]:
    """AX-01, AX-02: lang and dir stand on the document, and within it, where webmail keeps them."""
    roots = list(page.all("html"))
    body = next(page.all("body"), None)
    children = [page.by_element[e] for e in body.element if e in page.by_element] if body else []
    for node in (*roots, *(each for each in children if not each.is_hidden)):
        where = "the document" if node.tag == "html" else f"the element <{node.tag}> below the body"
        if not _LANGUAGE.fullmatch(node.get("lang") or ""):
            yield finding("AX-01", node.place, where=where)
        if (node.get("dir") or "").lower() not in _DIRECTIONS:
            yield finding("AX-02", node.place, where=where)


def tables(finished: Finished, page: Page) -> Iterable[Finding]:
    """AX-03, AX-04: tables for layout say so, tables of facts do not and name their headers."""
    told = set()
    for node in page.seen("table"):
        headers = [page.by_element[e] for e in _cells(node) if e.tag == "th"]
        is_layout = (node.get("role") or "").lower() in _UNSAID
        if not headers and not is_layout and node.element.find("caption") is None:
            rule = "AX-03"
        elif headers and (is_layout or not all(each.get("scope") for each in headers)):
            rule = "AX-04"
        else:
            continue
        if (rule, node.place) not in told:
            told.add((rule, node.place))
            yield finding(rule, node.place, headers[0].words if headers else "")


def _cells(table: Node) -> Iterator[Any]:
    """The cells of this table, not of tables within it."""
    for element in table.element.iter("th", "td"):
        if next(element.iterancestors("table")) is table.element:
            yield element


def pictures(finished: Finished, page: Page) -> Iterable[Finding]:
    """AX-05, AX-06: each picture has a text in its place, and one that says something."""
    for node in page.seen("img"):
        alt, name = node.get("alt"), _file_name(node.get("src") or "")
        if alt is None:
            yield finding("AX-05", node.place, word=name or "a picture")
        elif alt and (_FILE_NAME.fullmatch(alt) or alt.lower() in _SAYS_NOTHING or alt == name):
            yield finding("AX-06", node.place, alt, word=alt)


def _file_name(address: str) -> str:
    if address.startswith("data:"):
        return ""
    return PurePosixPath(unquote(address.partition("?")[0])).name


def nameless_links(finished: Finished, page: Page) -> Iterable[Finding]:
    """AX-07: a link says something to those who only hear it."""
    for node in page.seen("a"):
        named = node.words or node.get("aria-label") or node.get("title")
        if node.get("href") and not named:
            yield finding("AX-07", node.place, word=_target(finished, node))


def headings(finished: Finished, page: Page) -> Iterable[Finding]:
    """AX-10: one main heading first, and no level left out below it."""
    found = [n for n in page.seen("h1", "h2", "h3", "h4", "h5", "h6") if n.words]
    level = 0
    for number, node in enumerate(found):
        before, level = level, int(node.tag[1])
        if level == 1 and before:
            why = f"A second main heading (h1): “{node.words}”."
        elif number == 0 and level > 1:
            why = f"The first heading is of level {level} (h{level}); there is no main one (h1)."
        elif level > before + 1:
            why = f"A heading of level {level} (h{level}) follows one of level {before}."
        else:
            continue
        yield finding("AX-10", node.place, node.words, why=why)


def link_words(finished: Finished, page: Page) -> Iterable[Finding]:
    """AX-11, AX-12: a link says where it leads, and the same words lead to the same place."""
    known: dict[str, str] = {}
    for node in page.seen("a"):
        words, target = node.words, _target(finished, node)
        if not words or not target:
            continue
        if words.lower().strip(" .…!›»→") in _VAGUE:
            yield finding("AX-11", node.place, words, word=words)
        elif known.setdefault(words.lower(), target) != target:
            yield finding("AX-12", node.place, words, word=words)


def _target(finished: Finished, node: Node) -> str:
    href = node.get("href") or ""
    return dict(finished.targets).get(href, href)


def pictures_and_words(finished: Finished, page: Page) -> Iterable[Finding]:
    """AX-14: a message is not made of pictures: enough is said in words."""
    bodies = [each for each in finished.pieces if each.type not in {"header", "footer"}]
    places = {each.place for each in bodies} or {WHOLE}
    shown = [n for n in page.seen("img") if n.place in places and not _is_small(n)]
    said = "\n".join(each.html for each in bodies) if bodies else finished.html
    words = len(said.split()) - sum(len((n.get("alt") or "").split()) for n in shown)
    if shown and words < _LEAST_WORDS * len(shown):
        count = "1 picture" if len(shown) == 1 else f"{len(shown)} pictures"
        yield finding("AX-14", WHOLE, pictures=count, words=words, least=_LEAST_WORDS)


_LEAST_WORDS = 40
_SMALL = 64


def _is_small(node: Node) -> bool:
    """Whether it is a mark, an icon or a pixel by the size that it says it has."""
    sizes = [each for name in ("width", "height") if (each := node.get(name) or "").isdecimal()]
    return any(int(each) <= _SMALL for each in sizes)


CHECKS = (
    languages,
    tables,
    pictures,
    nameless_links,
    headings,
    link_words,
    pictures_and_words,
)
