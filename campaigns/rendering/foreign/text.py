"""The text twin of a page that was written elsewhere: what a reader sees of it, line by line.

Headings are ruled, lists keep their marks, each link stands on a line of its own below its words,
a table of figures is a line for each row, and a picture is its alternative text.
"""

import re
from collections.abc import Iterator

from lxml import html
from lxml.html import HtmlElement

from campaigns.rendering import hiding
from campaigns.rendering.plaintext import ruled, wrapped

_INLINE = frozenset(
    {"a", "abbr", "area", "b", "bdi", "bdo", "big", "br", "cite", "code", "del", "dfn", "em"}
    | {"font", "i", "img", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike"}
    | {"strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "map"}
)
_UNSEEN = frozenset({"head", "style", "script", "title", "map"})
_SPACE = re.compile(r"[\s\u00a0\u2000-\u200a\u202f]+")
_RULE = "-" * 24
_BREAK = "\ue000"
"""Stands for a new line that is meant, while white space is put together."""


def written(page: str) -> str:
    """The words of a page, its addresses on lines of their own."""
    body = html.document_fromstring(page).find("body")
    parts = [each for each in _paragraphs(body, "") if each.strip()] if body is not None else []
    return "\n\n".join(parts)


def _paragraphs(element: HtmlElement, indent: str) -> Iterator[str]:
    """What stands in an element, a paragraph each."""
    running: list[str] = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _UNSEEN and not _is_hidden(child):
            if _has_blocks(child):
                yield wrapped(_lines("".join(running)), indent)
                running = []
                yield from _block(child, indent)
            else:
                running.append(_inline(child))
        running.append(child.tail or "")
    yield wrapped(_lines("".join(running)), indent)


def _block(element: HtmlElement, indent: str) -> Iterator[str]:
    tag = element.tag
    if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
        heading = _lines(_inside(element))
        yield ruled(heading, "=" if tag == "h1" else "-") if heading else ""
    elif tag == "hr":
        yield _RULE
    elif tag in {"ul", "ol"}:
        yield "\n".join(_items(element, indent))
    elif tag == "table" and _has_figures(element):
        yield "\n".join(_rows(element))
    elif tag == "pre":
        yield _as_it_stands(element, indent)
    elif tag == "blockquote":
        yield from _paragraphs(element, f"{indent}> ")
    elif tag == "a":
        yield from _linked(element, indent)
    else:
        yield from _paragraphs(element, indent)


def _as_it_stands(element: HtmlElement, indent: str) -> str:
    """Words whose lines and blanks are meant."""
    said = hiding.INVISIBLE.sub("", _inside(element)).replace(_BREAK, "\n").expandtabs(4)
    lines = [line.rstrip() for line in said.strip("\n").split("\n")]
    return "\n".join(f"{indent}{line}" if line else "" for line in lines)


def _linked(element: HtmlElement, indent: str) -> Iterator[str]:
    """A link around whole blocks: its words, then its address."""
    yield wrapped(_lines(_link(element, _inside(element))), indent)


def _items(parent: HtmlElement, indent: str) -> Iterator[str]:
    for number, item in enumerate(parent.iterchildren("li"), start=1):
        mark = f"{number}. " if parent.tag == "ol" else "- "
        deeper = indent + " " * len(mark)
        first, *rest = [each for each in _paragraphs(item, deeper) if each.strip()] or [""]
        if first:
            yield "\n".join([indent + mark + first[len(deeper) :], *rest])


def _has_figures(table: HtmlElement) -> bool:
    """Whether a table is one of figures, and not there to put things beside each other."""
    is_layout = table.get("role") in {"presentation", "none"}
    return (
        not is_layout
        and any(True for _ in table.iter("th"))
        and not any(True for _ in table.iterdescendants("table"))
    )


def _rows(table: HtmlElement) -> Iterator[str]:
    for caption in table.iter("caption"):
        yield wrapped(_lines(_inside(caption)))
    for row in table.iter("tr"):
        cells = [" ".join(_inside(each).split()) for each in row.iterchildren("td", "th")]
        if any(cells):
            yield " | ".join(cells)


def _inline(element: HtmlElement) -> str:
    """An element that stands in a line."""
    match element.tag:
        case "br":
            return _BREAK
        case "img" | "area":
            return str(element.get("alt") or "")
        case "a":
            return _link(element, _inside(element))
        case _:
            return _inside(element)


def _inside(element: HtmlElement) -> str:
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _UNSEEN and not _is_hidden(child):
            edge = " " if child.tag not in _INLINE else ""
            parts += [edge, _inline(child), edge]
        parts.append(child.tail or "")
    return "".join(parts)


def _link(element: HtmlElement, words: str) -> str:
    target = str(element.get("href") or "").strip()
    words = " ".join(hiding.INVISIBLE.sub("", words).split())
    if target.lower().startswith(("http:", "https:")):
        said = f"{words}:" if words and words != target else ""
        return f"{said}{_BREAK}{target}{_BREAK}"
    address = target.partition(":")[2].partition("?")[0]
    is_said = address == words or _dialled(address) == _dialled(words) != ""
    return f"{words} ({address})" if address and not is_said else words


def _dialled(number: str) -> str:
    """The digits of a telephone number, however it is written."""
    return re.sub(r"\D", "", number)


def _lines(text: str) -> str:
    """Running text with white space put together; new lines where they are meant."""
    lines = hiding.INVISIBLE.sub("", text).split(_BREAK)
    found = (_SPACE.sub(" ", line).strip() for line in lines)
    return "\n".join(line for line in found if line and line not in {".", ",", ";", ":"})


def _has_blocks(element: HtmlElement) -> bool:
    return any(isinstance(each.tag, str) and each.tag not in _INLINE for each in element.iter())


def _is_hidden(element: HtmlElement) -> bool:
    return hiding.is_hidden(str(element.get("style") or ""))
