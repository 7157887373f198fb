"""Rich text as a person types it in a plain field: **bold**, *italic*, [words](https://…), - item.

Both ways lose nothing of our small set: `rich(written(text))` is the canonical form of `text`.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from campaigns.planning.richtree import SPACE, Inline, Kind, Marks, Part, Run, read, tidy, write

_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])+)\]\(((?:\\.|[^()\\]|\([^()\\]*\))+)\)")
_ITEM = re.compile(r"[ \t]*(?:(?P<dash>[-•])|\d{1,3}[.)])[ \t]+(?=[^ \t\r\n\f])")
_LIKE_ITEM = re.compile(r"^(?P<number>\d{0,3})(?P<sign>(?<!\d)[-•]|(?<=\d)[.)])(?= )")
_STARS = re.compile(r"\*+")
_SIGNS = frozenset("\\*[]()-•.")
_ESCAPE = re.compile(r"\\([\\*\[\]()•.-])")
_SCHEMES = ("https://", "http://", "mailto:", "tel:")


class _Token(NamedTuple):
    """A piece of a typed line: words, a toggle of a mark, or an end of a link."""

    kind: str
    text: str = ""


def written(rich: str) -> str:
    """Rich text as it is typed."""
    return "\n\n".join(_written_part(each) for each in read(rich))


def plain(rich: str) -> str:
    """The words of rich text alone, a line for each paragraph and item."""
    return "\n".join(
        "".join(run.text for run in line) for part in read(rich) for line in part.lines
    )


def rich(typed: str) -> str:
    """What was typed, as rich text; raises ValueError for a link that leads nowhere."""
    return write(_parts(typed))


def same(typed: str, stored: str) -> bool:
    """Whether a plain field came back as it was shown for this rich text."""
    return _lines_of(typed) == _lines_of(written(stored))


def _lines_of(typed: str) -> list[str]:
    return [each.strip(SPACE) for each in _one_newline(typed).strip(SPACE).split("\n")]


def _one_newline(typed: str) -> str:
    return typed.replace("\r\n", "\n").replace("\r", "\n")


def _written_part(part: Part) -> str:
    if part.kind == "p":
        return _LIKE_ITEM.sub(r"\g<number>\\\g<sign>", _written_line(part.lines[0]), count=1)
    return "\n".join(
        f"{'-' if part.kind == 'ul' else f'{number}.'} {_written_line(line)}"
        for number, line in enumerate(part.lines, start=1)
    )


def _written_line(runs: Inline) -> str:
    words: list[str] = []
    before = Marks()
    for text, marks in (*runs, Run("", Marks())):
        is_new_link = before.href != marks.href
        if before.href and is_new_link:
            words.append(f"]({_escaped(before.href, '()')})")
        words.append("**" * (before.bold != marks.bold) + "*" * (before.italic != marks.italic))
        if marks.href and is_new_link:
            words.append("[")
        words.append(_escaped(text, "*[]" if marks.href else "*").replace("](", "]\\("))
        before = marks
    return "".join(words)


def _escaped(text: str, signs: str) -> str:
    return "".join(f"\\{each}" if each == "\\" or each in signs else each for each in text)


def _parts(typed: str) -> Iterator[Part]:
    kind: Kind = "p"
    lines: list[str] = []
    for line in (*_one_newline(typed).split("\n"), ""):
        found = _ITEM.match(line)
        begun = _kind_of(found)
        is_more = bool(line.strip(SPACE)) and (
            (begun == kind) if found else (kind == "p" or line[0] in SPACE)
        )
        if lines and not is_more:
            yield from _part(kind, lines)
            lines = []
        if found:
            kind = begun
            lines.append(line[found.end() :])
        elif lines:
            lines[-1] += f" {line}"
        elif line.strip(SPACE):
            kind = "p"
            lines.append(line)


def _kind_of(item: re.Match[str] | None) -> Kind:
    if item is None:
        return "p"
    return "ul" if item["dash"] else "ol"


def _part(kind: Kind, lines: list[str]) -> Iterator[Part]:
    read_lines = tuple(line for line in (_line(each) for each in lines) if line)
    if read_lines:
        yield Part(kind, read_lines)


def _line(typed: str) -> Inline:
    """The words of one line with their marks; a sign that has no partner is a character."""
    tokens = list(_tokens(typed))
    for kind in ("bold", "italic"):
        places = [place for place, each in enumerate(tokens) if each.kind == kind]
        if len(places) % 2:
            tokens[places[-1]] = _Token("words", tokens[places[-1]].text)
    marks = Marks()
    runs: list[Run] = []
    for kind, text in tokens:
        if kind == "bold":
            marks = marks._replace(bold=not marks.bold)
        elif kind == "italic":
            marks = marks._replace(italic=not marks.italic)
        elif kind == "link":
            marks = marks._replace(href=text)
        else:
            runs.append(Run(text, marks))
    return tidy(runs)


def _tokens(typed: str) -> Iterator[_Token]:
    place = 0
    while place < len(typed):
        letter = typed[place]
        link = _LINK.match(typed, place) if letter == "[" else None
        if link:
            yield _Token("link", _leads_somewhere(_ESCAPE.sub(r"\1", link[2])))
            yield from _tokens(link[1])
            yield _Token("link")
            place = link.end()
        elif letter == "*":
            stars = _STARS.match(typed, place)
            assert stars is not None
            yield from _toggles(stars[0], is_alone=_is_alone(typed, *stars.span()))
            place = stars.end()
        else:
            is_escape = letter == "\\" and typed[place + 1 : place + 2] in _SIGNS
            yield _Token("words", typed[place + 1] if is_escape else letter)
            place += 1 + is_escape


def _is_alone(typed: str, begin: int, end: int) -> bool:
    return typed[begin - 1 : begin].strip(SPACE) == "" == typed[end : end + 1].strip(SPACE)


def _toggles(stars: str, *, is_alone: bool) -> Iterator[_Token]:
    if is_alone:
        yield _Token("words", stars)
        return
    for _each in range(len(stars) // 2):
        yield _Token("bold", "**")
    if len(stars) % 2:
        yield _Token("italic", "*")


def _leads_somewhere(address: str) -> str:
    address = address.strip(SPACE)
    if not address.lower().startswith(_SCHEMES):
        raise ValueError(
            f"the link ({address[:80]}) leads nowhere: write the whole address, "
            "such as https://example.com/page"
        )
    return "%20".join(address.split())
