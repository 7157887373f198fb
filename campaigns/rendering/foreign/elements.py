"""Elements and attributes of a pasted message: what mail may carry stays, the rest is named.

Both are lists of what is let through. What is not on them is taken out, with its content where a
browser would run or fetch it, and unwrapped where it only surrounds words.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from lxml.html import HtmlElement

from campaigns.rendering import hiding
from campaigns.rendering.foreign import comments, markup, styles
from campaigns.rendering.foreign.merge_fields import Fields
from campaigns.rendering.foreign.report import CHANGED, LOOK, TAKEN_OUT, Report
from campaigns.rendering.foreign.styles import Sheets, host

_ADDRESSES = frozenset({"href", "src", "background", "cite"})
_HIDDEN = re.compile(rf"[\x00-\x20\x7f-\xa0\u2028\u2029{hiding.LETTERS}]+")
_OF_DATA = re.compile(r"(?:data|aria)-[a-z0-9_.\-]{1,80}")
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
_LINKS = frozenset({"http", "https", "mailto", "tel", "sms"})
_RASTER = re.compile(r"data:image/(?:png|gif|jpe?g|webp);base64,[a-z0-9+/=]*$", re.IGNORECASE)
_UNWRITTEN = re.compile(r'[ "<>]')
_UNREAD = "mail programs do nothing with it"
_NOT_WHOLE = "nobody's mail program can find it: write the whole address, https://…"


@dataclass(frozen=True)
class Cleaner:
    """Goes once over a page; everything that is taken out is told."""

    root: HtmlElement
    source: str
    fields: Fields
    report: Report
    sheets: Sheets

    @cached_property
    def _lines(self) -> list[str]:
        return self.source.lower().split("\n")

    def line_of(self, element: HtmlElement) -> int:
        """The line on which an element begins; the parser knows the one where its tag ends."""
        if len(self._lines) == 1:
            return 1
        end = min(element.sourceline or 1, len(self._lines))
        opening = f"<{element.tag}" if isinstance(element.tag, str) else "<!"
        for number in range(end, max(0, end - 40), -1):
            if opening in self._lines[number - 1]:
                return number
        return end

    def clean(self) -> None:
        """Take out what mail may not carry."""
        for element in list(self.root.iter()):
            if element is not self.root and not self._is_there(element):
                continue
            if isinstance(element.tag, str):
                self._element(element)
            else:
                comments.clean(element, self.fields, self.report, self.line_of(element))

    def _is_there(self, element: HtmlElement) -> bool:
        above = element.getparent()
        while above is not None and above is not self.root:
            above = above.getparent()
        return above is self.root

    def _element(self, element: HtmlElement) -> None:
        tag = element.tag.lower()
        if tag == "style":
            self._style(element)
        elif tag == "meta" and element.get("http-equiv", "").strip().lower() == "refresh":
            self.report.tell("A page that moves on by itself (meta refresh)", TAKEN_OUT,
                             "a message stays where it is", line=self.line_of(element))  # fmt: skip
            element.drop_tree()
        elif tag in markup.TAKEN_OUT:
            self._out(element, *markup.TAKEN_OUT[tag])
        elif tag in markup.ELEMENTS:
            self._attributes(element)
        elif element is not self.root:
            self._unwrap(element, tag)

    def _out(self, element: HtmlElement, what: str, why: str) -> None:
        asked = element.get("href") or element.get("src") or element.get("data")
        if element.tag == "link" and asked:
            is_font = "font" in asked.lower()
            what = f"A {'web font' if is_font else 'style sheet'} was asked for from {host(asked)}"
            why = "readers see the next font in your list" if is_font else why
        self.report.tell(what, TAKEN_OUT, why, line=self.line_of(element))
        element.drop_tree()

    def _unwrap(self, element: HtmlElement, tag: str) -> None:
        if tag.startswith("amp-"):
            self._out(element, f"An AMP part (<{tag[:30]}>)", "it works in AMP messages only")
            return
        if tag in markup.UNWRAPPED:
            what, why = markup.UNWRAPPED[tag]
            self.report.tell(what, TAKEN_OUT, why, line=self.line_of(element))
        elif tag not in markup.UNWRAPPED_WITHOUT_A_WORD:
            self.report.tell(f"The element <{tag[:30]}>", TAKEN_OUT,
                             "mail programs do not know it; its words stay",
                             line=self.line_of(element))  # fmt: skip
        element.drop_tag()

    def _style(self, element: HtmlElement) -> None:
        css = "".join(str(each) for each in element.itertext())
        line = element.sourceline or 1
        self.sheets.read(
            css,
            line=line,
            media=element.get("media", ""),
            is_kept=element.get("data-premailer") == "ignore",
        )
        element.drop_tree()

    def _attributes(self, element: HtmlElement) -> None:
        given = {str(name): str(value) for name, value in element.attrib.items()}
        made = {name: self._attribute(element, name.lower(), given[name]) for name in given}
        kept = {name: value for name, value in made.items() if value is not None}
        if kept != given:
            element.attrib.clear()
            element.attrib.update(kept)

    def _attribute(self, element: HtmlElement, name: str, value: str) -> str | None:
        """The value as it may stay, None where the attribute goes."""
        line = self.line_of(element)
        if name.startswith("on"):
            self.report.tell(f"What was to happen on “{name[2:22]}” ({name[:24]})", TAKEN_OUT,
                             "it runs a script", line=line)  # fmt: skip
            return None
        if name not in markup.ATTRIBUTES and not _OF_DATA.fullmatch(name):
            what, why = markup.ATTRIBUTES_TAKEN_OUT.get(
                name, (f"The attribute {name[:30]}", _UNREAD)
            )
            self.report.tell(what, TAKEN_OUT, why, line=line)
            return None
        if name == "style":
            return self._own_style(value, line)
        if name in _ADDRESSES:
            return self._address(element, name, value, line)
        return self.fields.in_attribute(value)

    def _own_style(self, value: str, line: int) -> str | None:
        def tell(what: str, why: str) -> None:
            self.report.tell(what, TAKEN_OUT, why, line=line)

        return styles.inline(self.fields.not_here(value, "a style"), tell, line=line) or None

    def _address(self, element: HtmlElement, name: str, value: str, line: int) -> str | None:
        address = self.fields.in_address(value, is_link=name == "href", report=self.report)
        if address is None or self.fields.is_word(address):
            return address
        seen = _HIDDEN.sub("", address)
        scheme = _SCHEME.match(seen)
        tidy = _written(re.sub(r"[\t\r\n]", "", address).strip())
        if seen.startswith("//"):
            self.report.tell(
                "An address without https:", CHANGED, "it begins with https: now", line=line
            )
            return f"https:{tidy}"
        if scheme is None:
            return self._not_whole(element, name, tidy, line)
        allowed = _LINKS if name in {"href", "cite"} else {"http", "https"}
        if scheme[1].lower() in allowed or (name == "src" and _RASTER.match(seen)):
            return tidy
        what = "link" if name == "href" else "picture"
        self.report.tell(
            f"A {what} that begins with {scheme[1].lower()[:20]}:",
            TAKEN_OUT,
            "it runs or opens something that a message may not",
            line=line,
        )
        return None

    def _not_whole(self, element: HtmlElement, name: str, value: str, line: int) -> str | None:
        if name == "href" and (value.startswith("#") or not value):
            return value
        shown = value if len(value) <= 60 else f"{value[:57]}…"
        what = "The picture" if name != "href" else "The link"
        self.report.tell(f"{what} “{shown}” has no whole address", LOOK, _NOT_WHOLE, line=line)
        return None if ":" in _HIDDEN.sub("", value) else value


def _written(address: str) -> str:
    """An address with what may not stand in one as browsers write it: quotes, blanks, brackets."""
    return _UNWRITTEN.sub(lambda found: f"%{ord(found.group()):02X}", address)
