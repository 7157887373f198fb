"""Where merge fields of a pasted message stand once it is parsed: in words, attributes, addresses.

A field in words stays a word, `…k3z`; in an attribute it is `…a3z`, as an address `…h3z`. What
cannot be said where it stands is refused with its line.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlunsplit

from lxml.html import HtmlElement, builder

from campaigns.planning import placeholders
from campaigns.rendering.foreign.merge_names import EMAIL, LINK_WORDS, said
from campaigns.rendering.foreign.merge_tags import Marked, Refusal, Tag, short
from campaigns.rendering.foreign.report import CHANGED, TAKEN_OUT, Report
from campaigns.rendering.foreign.styles import host, parts

_LEADS = frozenset({"url", "link"})


@dataclass
class Fields:
    """The merge fields of one page, and what was refused of them."""

    marked: Marked
    refused: list[Refusal] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tags = list(self.marked.tags)
        self._word = re.compile(rf"{self.marked.nonce}k(\d+)z")

    def in_attribute(self, value: str) -> str:
        """An attribute that people read or that says how something looks."""
        return self._word.sub(rf"{self.marked.nonce}a\1z", value)

    def not_here(self, value: str, where: str) -> str:
        """A value in which no field may stand; each that does is refused."""
        for hit in self._word.finditer(value):
            self._refuse(self._tag(hit), f"stands in {where}, where nothing can be filled in.")
        return self._word.sub("", value)

    def without(self, text: str) -> str:
        """A text as people would read it, its fields as they were written."""
        return self._word.sub(lambda hit: self._tag(hit).written, text)

    def as_ours(self, text: str) -> str:
        """A text with its fields as our staff write them; what is no value of a reader's goes."""
        return " ".join(self._word.sub(lambda hit: _ours(self._tag(hit)), text).split())

    def is_word(self, address: str) -> bool:
        """Whether an address is a field as a whole."""
        return re.fullmatch(rf"{self.marked.nonce}h\d+z", address) is not None

    def belongs_elsewhere(self, address: str) -> bool:
        """Whether an address is one of which nothing is left here."""
        found = re.fullmatch(rf"{self.marked.nonce}h(\d+)z", address)
        return found is not None and self.tags[int(found[1])].means.kind == "nothing"

    def in_address(self, value: str, *, is_link: bool, report: Report) -> str | None:
        """An address: a link of ours as a whole, or an address without what is said of a reader."""
        if not self._word.search(value):
            return value
        whole = self._word.fullmatch(value.strip())
        if whole is not None:
            return self._whole(whole, is_link=is_link)
        if value.strip().lower().startswith("tel:"):
            hits = list(self._word.finditer(value))
            if all(self._tag(hit).means.name == "phone" for hit in hits):
                return self.in_attribute(value)
        return self._without_fields(value, is_link=is_link, report=report)

    def _whole(self, hit: re.Match[str], *, is_link: bool) -> str | None:
        tag = self._tag(hit)
        leads = tag.means.kind in _LEADS or tag.means.name == "website"
        if is_link and (leads or tag.means.kind == "nothing"):
            return f"{self.marked.nonce}h{hit[1]}z"
        if tag.means.kind != "nothing":
            self._refuse(tag, "stands where an address is needed, and is none.")
        return None

    def _without_fields(self, value: str, *, is_link: bool, report: Report) -> str | None:
        split = parts(value)
        pairs = parse_qsl(split.query, keep_blank_values=True)
        kept = [each for each in pairs if not any(map(self._word.search, each))]
        dropped = [each for each in pairs if each not in kept]
        rest = urlunsplit(split._replace(query=urlencode(kept) if dropped else split.query))
        if self._word.search(rest) or not split.scheme:
            what = "a link" if is_link else "the address of a picture"
            for hit in self._word.finditer(value):
                self._refuse(self._tag(hit), f"stands within {what}: write the whole address.")
            return None
        for each in dropped:
            for hit in self._word.finditer("=".join(each)):
                tag = self._tag(hit)
                report.tell(
                    f"A link told {host(value)} about the reader: {short(tag.written)}",
                    TAKEN_OUT,
                    "what is known of a reader stays here",
                    line=tag.line,
                )
        return rest

    def in_words(self, root: HtmlElement) -> None:
        """Fields in words: a link that stands there as an address becomes a link with words."""
        for element in list(root.iter()):
            if isinstance(element.tag, str) and element.tag != "style":
                self._in_text(element)
            self._in_tail(element)

    def _in_text(self, element: HtmlElement) -> None:
        pieces = self._pieces(element.text, is_linked=_is_in_link(element))
        if pieces is not None:
            element.text, links = pieces
            for number, link in enumerate(links):
                element.insert(number, link)

    def _in_tail(self, element: HtmlElement) -> None:
        above = element.getparent()
        if above is None:
            return
        pieces = self._pieces(element.tail, is_linked=_is_in_link(above))
        if pieces is not None:
            element.tail, links = pieces
            for link in reversed(links):
                tail, link.tail = link.tail, None
                above.insert(above.index(element) + 1, link)
                link.tail = tail

    def _pieces(self, text: str | None, *, is_linked: bool) -> tuple[str, list[HtmlElement]] | None:
        """A text and the links in it, each with what follows; None where it names no link."""
        hits = [h for h in self._word.finditer(text or "") if self._tag(h).means.kind in _LEADS]
        if not hits or text is None:
            return None
        first, end = text[: hits[0].start()], hits[0].start()
        links: list[HtmlElement] = []
        for hit in hits:
            before, end = text[end : hit.start()], hit.end()
            tag = self._tag(hit)
            words = tag.means.words or LINK_WORDS[tag.means.name]
            if is_linked:
                first += before + words
                continue
            if links:
                links[-1].tail = before
            links.append(builder.A(words, href=f"{self.marked.nonce}h{hit[1]}z"))
        if is_linked:
            return first + text[end:], []
        links[-1].tail = text[end:]
        return first, links

    def tell(self, page: str, report: Report) -> None:
        """Say what became of each field that stands in the page."""
        there = {int(each) for each in re.findall(rf"{self.marked.nonce}[kah](\d+)z", page)}
        for number, tag in enumerate(self.marked.tags):
            sentence = _became(tag)
            if sentence and (number in there or tag.means.kind == "nothing"):
                report.tell(f"The field {short(tag.written)}", CHANGED, sentence, line=tag.line)

    def added(self, tag: Tag) -> str:
        """The word of an address of ours that stands in the place of another tool's."""
        self.tags.append(tag)
        return f"{self.marked.nonce}h{len(self.tags) - 1}z"

    def _tag(self, hit: re.Match[str]) -> Tag:
        return self.tags[int(hit.group(1))]

    def _refuse(self, tag: Tag, why: str) -> None:
        self.refused.append(Refusal(short(tag.written), tag.line, why))


def _is_in_link(element: HtmlElement) -> bool:
    return any(each.tag == "a" for each in (element, *element.iterancestors()))


def _ours(tag: Tag) -> str:
    means = tag.means
    if means.kind == "value" or means.name in placeholders.ALWAYS_KNOWN:
        return f"{{{means.name}}}"
    is_field = means.kind == "field" and means.name in placeholders.FIELDS
    return f"{{{means.name}|{means.fallback}}}" if is_field and means.fallback else ""


def _became(tag: Tag) -> str:
    means = tag.means
    if means.kind == "nothing":
        return "it belongs to the other tool, and nothing stands there now"
    if means.name == EMAIL:
        return f"it is {said(EMAIL)} now"
    if means.kind == "field":
        stands = f"“{means.fallback}” stands" if means.fallback else "nothing stands"
        by_whom = (
            "" if means.has_fallback or not means.fallback else " (our word: change it as you like)"
        )
        return f"it is {said(means.name)} now, and where there is none, {stands} there{by_whom}"
    if means.kind == "value":
        return ""
    return f"it is {said(means.name)} now"
