"""Rich text as a short list of paragraphs and lists, each a run of marked words: one shape only.

Two texts that a reader sees alike have one tree: white space is single and carries the marks that
both of its neighbours carry, runs of the same marks are one, empty ones are none, lists are flat.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from itertools import groupby
from typing import Literal, NamedTuple

SPACE = " \t\r\n\f"
"""What separates words; a no-break space is a word's own."""

Kind = Literal["p", "ul", "ol"]


class Marks(NamedTuple):
    """How words are set: bold, italic, and where they lead."""

    bold: bool = False
    italic: bool = False
    href: str = ""

    def common(self, other: "Marks") -> "Marks":
        """The marks that both have."""
        return Marks(
            self.bold and other.bold,
            self.italic and other.italic,
            self.href if self.href == other.href else "",
        )


class Run(NamedTuple):
    """Words of the same marks."""

    text: str
    marks: Marks


Inline = tuple[Run, ...]


class Part(NamedTuple):
    """A paragraph (one line) or a list (a line for each item)."""

    kind: Kind
    lines: tuple[Inline, ...]


def read(rich: str) -> tuple[Part, ...]:
    """The tree of rich text; what is outside our few elements counts as its words."""
    reader = _Reader()
    reader.feed(str(rich))
    reader.close()
    reader.end_line()
    return tuple(reader.parts())


def write(parts: Iterable[Part]) -> str:
    """The tree as p, strong, em, a, ul, ol and li, always in the same way."""
    return "".join(_part(each) for each in parts)


def canonical(rich: str) -> str:
    """Rich text in the one way of writing it."""
    return write(read(rich))


def tidy(runs: Iterable[Run]) -> Inline:
    """Runs with single white space, equal marks joined, nothing at the ends."""
    letters: list[Run] = []
    gap = False
    for run in runs:
        for letter in run.text:
            if letter in SPACE:
                gap = True
                continue
            if gap and letters:
                letters.append(Run(" ", letters[-1].marks.common(run.marks)))
            gap = False
            letters.append(Run(letter, run.marks))
    groups = groupby(letters, key=lambda each: each.marks)
    return tuple(Run("".join(one.text for one in each), marks) for marks, each in groups)


def _part(part: Part) -> str:
    if part.kind == "p":
        return f"<p>{_inline(part.lines[0])}</p>"
    items = "".join(f"<li>{_inline(each)}</li>" for each in part.lines)
    return f"<{part.kind}>{items}</{part.kind}>"


def _inline(runs: Inline) -> str:
    linked = groupby(runs, key=lambda each: each.marks.href)
    return "".join(_link(href, _bold(list(each))) for href, each in linked)


def _bold(runs: list[Run]) -> str:
    words = []
    for bold, each in groupby(runs, key=lambda run: run.marks.bold):
        inner = "".join(
            f"<em>{escape(run.text, quote=False)}</em>"
            if run.marks.italic
            else escape(run.text, quote=False)
            for run in each
        )
        words.append(f"<strong>{inner}</strong>" if bold else inner)
    return "".join(words)


def _link(href: str, inner: str) -> str:
    return f'<a href="{escape(href)}">{inner}</a>' if href else inner


@dataclass
class _Open:
    """A part that is being read."""

    kind: Kind
    lines: list[Inline] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects runs into lines, lines into parts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[_Open] = []
        self._lists: list[_Open] = []
        self._runs: list[Run] = []
        self._bold = self._italic = 0
        self._hrefs: list[str] = []

    def parts(self) -> Iterator[Part]:
        """What was read."""
        for each in self._open:
            if each.lines:
                yield Part(each.kind, tuple(each.lines))

    def end_line(self) -> None:
        """The words so far are one line: an item within a list, else a paragraph."""
        line, self._runs = tidy(self._runs), []
        if not line:
            return
        if self._lists:
            self._lists[0].lines.append(line)
        else:
            self._open.append(_Open("p", [line]))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        if tag in ("strong", "b"):
            self._bold += 1
        elif tag in ("em", "i"):
            self._italic += 1
        elif tag == "a":
            self._hrefs.append(_address(dict(attrs).get("href") or ""))
        elif tag in ("ul", "ol"):
            self._begin_list("ul" if tag == "ul" else "ol")
        elif tag in ("p", "li", "div"):
            self._begin_line(tag)
        elif tag == "br":
            self._runs.append(Run(" ", Marks()))

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        if tag in ("strong", "b"):
            self._bold = max(0, self._bold - 1)
        elif tag in ("em", "i"):
            self._italic = max(0, self._italic - 1)
        elif tag == "a" and self._hrefs:
            self._hrefs.pop()
        elif tag in ("ul", "ol"):
            self.end_line()
            del self._lists[-1:]
        elif tag in ("p", "li", "div"):
            self._begin_line(tag)

    def handle_data(self, data: str) -> None:
        """Words, with the marks that are open."""
        href = self._hrefs[-1] if self._hrefs else ""
        self._runs.append(Run(data, Marks(self._bold > 0, self._italic > 0, href)))

    def _begin_list(self, kind: Kind) -> None:
        self.end_line()
        made = _Open(kind)
        if not self._lists:
            self._open.append(made)
        self._lists.append(made)

    def _begin_line(self, tag: str) -> None:
        if tag == "li" or not self._lists:
            self.end_line()
        else:
            self._runs.append(Run(" ", Marks()))


def _address(href: str) -> str:
    return "%20".join(href.split())
