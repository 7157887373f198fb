"""Merge fields of other tools, found in a pasted message with their lines, and what they mean.

They are read as text and put in as words that HTML leaves alone, before anything parses the page:
quotation marks within a field would break it. No template engine ever runs on pasted text.
"""

import bisect
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import unquote

from campaigns.rendering.foreign import merge_names
from campaigns.rendering.foreign.merge_expressions import Condition, Meaning, Unknown, understood

_UNREAD = re.compile(r"<!--|<script\b[^>]{0,2000}>", re.IGNORECASE)
_STYLE = re.compile(r"<style\b[^>]{0,2000}>", re.IGNORECASE)
_FOR_OUTLOOK = re.compile(r"\s*(?:\[if\b|<!\[endif)", re.IGNORECASE)

_TAGS = re.compile(
    r"""
      \*(?:\||%7C)(?P<mailchimp>[^\n*]{1,200}?)(?:\||%7C)\*
    | \{\{(?P<braze>\s*\$\{[^{}]{0,100}\}[^{}]{0,200})\}\}
    | \{\{\{(?P<triple>[^{}]{0,400})\}\}\}
    | \{\{(?P<double>[^{}]{0,400})\}\}
    | %7B%7B(?P<coded>[^\s"'<>]{1,200}?)%7D%7D
    | \{%(?P<statement>[^{}]{0,400}?)%\}
    | <%(?P<angle>[^<>]{0,200}?)%>
    | %%(?P<doubled>[A-Za-z_=\[][^%\n]{0,120}?)%%
    | \[\[(?P<squares>[^\[\]\n]{1,120})\]\]
    | \$\[(?P<zoho>[^\]\n]{1,120})\]\$
    | \{\$(?P<dollar>[^{}\n]{1,120})\}
    | \$\{(?P<braced>[^{}\n]{0,120})\}
    | \{!(?P<bang>[^{}\n]{1,120})\}
    | \{(?P<colon>(?:var|data|field|contact):[^{}\n]{1,120})\}
    | (?P<suffix>@TrackLink)\b
    | <(?P<element>unsubscribe|webversion|preferences|forwardtoafriend)\b(?P<rest>[^<>]{0,400})>
    | (?P<stray>\{\{|\{%|<%|\*\||\|\*)
    | </(?P<closing>unsubscribe|webversion|preferences|forwardtoafriend)\s*>
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_IN_WORDS = re.compile(
    r"""
      %(?P<percent>(?:recipient\.[a-z_]{2,40}|[a-z_]*unsubscribe_url|[A-Z][A-Z0-9_-]{2,39}))%
    | \[(?P<square>[A-Za-z][\w.:-]{1,40}
        (?:\s*\|\s*default:[^\]\n]{0,80}|,\s*fallback=[^\]\n]{0,80})?)\]
    | \{(?P<own>[A-Za-z_]\w*(?:\|[^{}|\n<>]{0,80})?)\}
    | \[%\s*(?P<emma>[A-Za-z][\w.: ]{1,60}?)\s*%\]
    | \#(?P<moosend>[a-z]{3,20}:[a-z_ ]{2,40})\#
    | (?P<twice>\#\#|@@|\$\$)(?P<paired>[A-Za-z][\w.-]{1,40})(?P=twice)
    | (?:<|&lt;){2}\s*(?P<arrows>[A-Za-z][\w ]{1,40}?)\s*(?:>|&gt;){2}
    | \$(?P<variable>[A-Za-z_]{5,40})\b
    """,
    re.VERBOSE,
)
"""What looks like a merge field in words, and like something else in style sheets."""
_SURE = frozenset({"emma", "moosend", "paired", "arrows"})
"""Signs that nobody puts around words but for a field: what is not known of them is refused."""


MOST_REFUSED = 50
"""How many fields are refused one by one: looking for what each may mean takes long."""
_PART_BEFORE = re.compile(r",\s*$")
"""What divides a part of an address from the one before it."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One merge field: how it was written, on which line, and what it means here."""

    written: str
    line: int
    means: Meaning


@dataclass(frozen=True, slots=True)
class Refusal:
    """A merge field that we do not know, with its line and what to do about it."""

    written: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.written} {self.why}"


@dataclass(frozen=True, slots=True)
class Marked:
    """A page whose merge fields are words, which `tags` explains by their number."""

    source: str
    nonce: str
    tags: tuple[Tag, ...]
    refused: tuple[Refusal, ...]


def mark(source: str) -> Marked:
    """Put a word in the place of each merge field; what is unknown is refused with its line."""
    source = without_unread(source)
    nonce = f"w{hashlib.sha256(source.encode()).hexdigest()[:18]}"
    found = _Found(source, nonce)
    return Marked(found.marked(), nonce, tuple(found.tags), tuple(found.refused))


def without_unread(source: str) -> str:
    """The page without ordinary comments and the inside of scripts; every line keeps its number."""
    pieces: list[str] = []
    end = 0
    for begin, inside, close, after in _unread(source):
        pieces += [source[end:begin], source[begin:inside], _lines_of(source[inside:close])]
        end = close
        if source.startswith("<!--", begin):
            pieces[-2:] = [_lines_of(source[begin:after])]
            end = after
    return "".join([*pieces, source[end:]])


def _unread(source: str) -> Iterator[tuple[int, int, int, int]]:
    """Where each comment and script begins, where its inside does, and where both end."""
    at, low = 0, source.lower()
    while hit := _UNREAD.search(source, at):
        ending = "-->" if hit[0] == "<!--" else "</script"
        is_empty = ending == "-->" and source.startswith((">", "->"), hit.end())
        close = hit.end() if is_empty else low.find(ending, hit.end())
        if close < 0:
            return
        at = close + (len(ending) if not is_empty else source.index(">", close) - close + 1)
        if ending != "-->" or not _FOR_OUTLOOK.match(source, hit.end(), close):
            yield hit.start(), hit.end(), close, at


def _lines_of(text: str) -> str:
    return "\n" * text.count("\n")


def _styles(source: str) -> Iterator[tuple[int, int]]:
    """Where each style sheet begins and ends."""
    at, low = 0, source.lower()
    while hit := _STYLE.search(source, at):
        at = low.find("</style", hit.end())
        at = len(source) if at < 0 else at
        yield hit.end(), at


class _Found:
    """Gathers the fields of one page in the order in which they stand."""

    def __init__(self, source: str, nonce: str) -> None:
        self.source = source
        self.nonce = nonce
        self.tags: list[Tag] = []
        self.refused: list[Refusal] = []
        self.styles = list(_styles(source))
        self.line, self.counted = 1, 0

    def marked(self) -> str:
        pieces: list[str] = []
        end = 0
        for hit in self._hits():
            if hit.start() < end:
                continue
            before, word = self.source[end : hit.start()], self._word(hit)
            if self.tags and word and self.tags[-1].means.kind == "nothing":
                before = _PART_BEFORE.sub("", before)
            pieces += [before, word]
            end = hit.end()
        return "".join([*pieces, self.source[end:]])

    def _hits(self) -> list[re.Match[str]]:
        certain = list(_TAGS.finditer(self.source))
        likely = [
            each
            for each in _IN_WORDS.finditer(self.source)
            if not self._in_style(each.start()) and _is_field(each)
        ]
        return sorted([*certain, *likely], key=lambda each: (each.start(), -each.end()))

    def _in_style(self, at: int) -> bool:
        number = bisect.bisect(self.styles, (at, len(self.source))) - 1
        return number >= 0 and self.styles[number][0] <= at < self.styles[number][1]

    def _word(self, hit: re.Match[str]) -> str:
        if hit.lastgroup == "closing":
            return "</a>"
        line = self._line(hit.start())
        means = self._understood(hit)
        if isinstance(means, Meaning):
            if means.kind == "address":
                return escape(means.name)
            self.tags.append(Tag(hit.group(), line, means))
            word = f"{self.nonce}k{len(self.tags) - 1}z"
            return f'<a{hit["rest"]} href="{word}">' if _is_element(hit) else word
        self._refuse(hit.group(), line, means)
        return ""

    def _refuse(self, written: str, line: int, why: str) -> None:
        if len(self.refused) < MOST_REFUSED:
            self.refused.append(Refusal(short(written), line, why))
        elif len(self.refused) == MOST_REFUSED:
            self.refused.append(Refusal("What follows", line, _NOT_READ))

    def _line(self, at: int) -> int:
        """The line of a place that comes after those that were asked for before."""
        self.line += self.source.count("\n", self.counted, at)
        self.counted = at
        return self.line

    def _understood(self, hit: re.Match[str]) -> Meaning | str:
        """What a field means, or why it cannot be taken."""
        if hit.lastgroup == "stray":
            return _STRAY
        dialect = "element" if _is_element(hit) else str(hit.lastgroup)
        inner = unescape(unquote(hit.group()) if "%7" in hit.group() else hit[dialect])
        if dialect == "coded" or (dialect == "mailchimp" and "%7" in hit.group()):
            inner = inner.strip("{}*|")
        means = understood(dialect, inner)
        if isinstance(means, Condition):
            return _CONDITION
        if isinstance(means, Unknown):
            return _unknown(means.name) if len(self.refused) < MOST_REFUSED else _NOT_READ
        if self._in_style(hit.start()) and means.kind != "nothing":
            return "stands in a style sheet: write the colour or the size itself."
        return means


def _is_element(hit: re.Match[str]) -> bool:
    """Whether it is an element of Campaign Monitor's own: `<unsubscribe>`."""
    return hit.re is _TAGS and hit["element"] is not None


def _is_field(hit: re.Match[str]) -> bool:
    """Whether what could be a field of another tool is one, or only words in brackets."""
    dialect = str(hit.lastgroup)
    inner = hit[dialect]
    if dialect == "own":
        return "|" in inner or isinstance(understood(dialect, inner), Meaning)
    if dialect == "percent":
        return not re.match(r"[0-9A-F]{2}", inner) or isinstance(
            understood(dialect, inner), Meaning
        )
    if dialect in _SURE:
        return True
    has_fallback = "fallback=" in inner or "default:" in inner
    return has_fallback or isinstance(understood(dialect, inner), Meaning)


_NOT_READ = "was not looked at: mend these first."
_STRAY = "begins or ends a field whose other half is missing: take it out."
_CONDITION = (
    "is a condition or a list, which cannot be taken over. Keep the words that everybody is to "
    "read and take the rest out, or build this message from blocks, each of which can be shown "
    "to one segment alone."
)


_AS_WORDS = "it out in words"
_WRITTEN = {
    "first_name": "{first_name|there}",
    "last_name": "{last_name|}",
    "email": "{email}",
    "unsubscribe": "{unsubscribe}",
    "preferences": "{preferences}",
    "view": "{view}",
    "clinic": "{clinic}",
    "phone": "{phone}",
}


def _unknown(name: str) -> str:
    meant = merge_names.similar(name)
    if meant:
        said = merge_names.said(meant)
        return f"is not known here. If it is {said}, write {_WRITTEN.get(meant, _AS_WORDS)}."
    return (
        "is not known here. What can be filled in is the reader's first name, last name and "
        "email address: write {first_name|there}, or take it out."
    )


def short(written: str) -> str:
    """A field as it was written, on one line and not too long."""
    one_line = " ".join(written.split())
    return one_line if len(one_line) <= 60 else f"{one_line[:57]}…"
