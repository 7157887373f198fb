"""Text twins: rich text as plain paragraphs of 72 columns, each address on a line of its own."""

import re
import textwrap

from lxml import html
from lxml.html import HtmlElement

WIDTH = 72
_SPACE = re.compile(r"[ \t\r\n\f]+")
_LINKED = ("http:", "https:")


def wrapped(text: str, indent: str = "", first: str | None = None) -> str:
    """Paragraphs broken at 72 columns; a line that is an address stays whole."""
    lines: list[str] = []
    for line in str(text).splitlines() or [""]:
        lines += textwrap.wrap(
            line,
            WIDTH,
            initial_indent=indent if first is None or lines else first,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(lines)


def ruled(text: str, rule: str = "-") -> str:
    """A heading with a line under it."""
    folded = wrapped(text)
    longest = max(len(line) for line in folded.splitlines())
    return f"{folded}\n{rule * longest}"


def plain(rich: str, indent: str = "") -> str:
    """Rich text (p, strong, em, a, ul, ol, li) as text."""
    root = html.fragment_fromstring(str(rich), create_parent="div")
    parts = [wrapped((root.text or "").strip(), indent)]
    for each in root:
        parts += [_block(each, indent), wrapped((each.tail or "").strip(), indent)]
    return "\n\n".join(part for part in parts if part.strip())


def _block(element: HtmlElement, indent: str) -> str:
    if element.tag in ("ul", "ol"):
        return "\n".join(_item(element, each, indent) for each in element.iterchildren("li"))
    return wrapped(_words(element), indent)


def _item(parent: HtmlElement, item: HtmlElement, indent: str) -> str:
    number = parent.index(item) + 1
    mark = f"{number}. " if parent.tag == "ol" else "- "
    return wrapped(_words(item), indent + " " * len(mark), indent + mark)


def _words(element: HtmlElement) -> str:
    """The words of an element, addresses on lines of their own."""
    parts = [_SPACE.sub(" ", element.text or "")]
    for child in element:
        words = _link(child, _words(child)) if child.tag == "a" else _words(child)
        tail = _SPACE.sub(" ", child.tail or "")
        parts += [words, tail.lstrip(".,;") if words.endswith("\n") else tail]
    joined = "".join(parts)
    lines = [line.strip() for line in joined.splitlines()]
    return "\n".join(line for line in lines if line)


def _link(element: HtmlElement, words: str) -> str:
    target = str(element.get("href") or "")
    if target.startswith(_LINKED):
        return f"\n{target}\n" if words.strip() == target else f"{words}:\n{target}\n"
    address = target.partition(":")[2].partition("?")[0]
    return f"{words} ({address})" if address and address != words else words
