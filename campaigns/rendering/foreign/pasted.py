"""A whole message pasted from another tool: read, cleaned and completed, with a report of it all.

Nothing of it is ever fetched, run or given to a template engine. What is kept is decided by lists
of what mail may carry; the same source gives the same message.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree, html

from campaigns.errors import Invalid
from campaigns.rendering.foreign import frame, links, merge_tags
from campaigns.rendering.foreign.elements import Cleaner
from campaigns.rendering.foreign.merge_fields import Fields
from campaigns.rendering.foreign.merge_tags import Refusal, Tag
from campaigns.rendering.foreign.report import ADDED, CHANGED, TAKEN_OUT, Change, Report
from campaigns.rendering.foreign.styles import Sheets

MOST_DEEP = 180
"""How deep elements may stand in one another: readers of mail give up long before."""
DOCTYPE = "<!DOCTYPE html>"
_DOCTYPE = re.compile(r"<!doctype\b[^>\[]{0,1000}(?:\[[^\]]{0,4000}\]\s{0,9})?>", re.IGNORECASE)
_INSTRUCTION = re.compile(r"<\?[^>]{0,1000}>")
_REVEALED = re.compile(r"<!\[(if\b[^\]]{0,200})\]>", re.IGNORECASE)
_REVEALED_END = re.compile(r"<!\[endif\]>", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Foreign:
    """A pasted message as it is sent: HTML with words for what is filled in, and what was done."""

    html: str
    changes: tuple[Change, ...]
    refused: tuple[Refusal, ...]
    """Merge fields that stop it, in the order of their lines."""
    tags: tuple[Tag, ...]
    nonce: str
    preheader: str = ""
    """Its own hidden first line, which is taken out: the campaign's stands there."""

    def require(self) -> None:
        """Raise Invalid naming every merge field that is not known, with its line."""
        if self.refused:
            raise Invalid(" ".join(map(str, self.refused)))


@lru_cache(maxsize=64)
def read(source: str, *, language: str = "en", direction: str = "ltr", title: str = "") -> Foreign:
    """What becomes of a pasted message; raises Invalid where nobody could read it."""
    report = Report()
    marked = merge_tags.mark(_plain(source, report))
    fields = Fields(marked)
    root = _parsed(marked.source)
    cleaner = Cleaner(root, marked.source, fields, report, Sheets(report))
    cleaner.clean()
    fields.in_words(root)
    links.replace(cleaner)
    frame.dress(cleaner, language=language, direction=direction, title=title)
    body = etree.tostring(root, method="html", encoding="unicode", with_tail=False)
    fields.tell(body, report)
    return Foreign(
        html=f"{DOCTYPE}\n{body}",
        changes=report.changes(),
        refused=tuple(sorted([*marked.refused, *fields.refused], key=lambda each: each.line)),
        tags=tuple(fields.tags),
        nonce=marked.nonce,
        preheader=report.preheader,
    )


def _plain(source: str, report: Report) -> str:
    """The page without what only XML knows, each line keeping its number."""
    text = _CONTROL.sub("", source.replace("\r\n", "\n").replace("\r", "\n"))
    found = _DOCTYPE.search(text)
    if found is None:
        report.tell("The first line <!DOCTYPE html>", ADDED, "without it mail is shown as in 1998")
    elif "entity" in found.group().lower():
        report.tell("A definition from elsewhere (ENTITY)", TAKEN_OUT, "nothing is fetched", line=1)
    elif found.group().lower() != DOCTYPE.lower():
        report.tell("The first line (doctype)", CHANGED, "it is <!DOCTYPE html> now, as mail needs",
                    line=text.count("\n", 0, found.start()) + 1)  # fmt: skip
    text = _DOCTYPE.sub(_lines, text)
    text = _INSTRUCTION.sub(_lines, text)
    text = _REVEALED.sub(r"<!--[\1]><!-->", text)
    return _REVEALED_END.sub(_ended, text)


def _ended(found: re.Match[str]) -> str:
    """The end of a part that all but Outlook show, as a comment; within a comment it stays."""
    after = found.string[found.end() : found.end() + 3]
    before = found.string[max(0, found.start() - 4) : found.start()]
    return found.group() if after == "-->" or before == "<!--" else "<!--<![endif]-->"


def _lines(found: re.Match[str]) -> str:
    return "\n" * found.group().count("\n")


def _parsed(text: str) -> html.HtmlElement:
    parser = html.HTMLParser(no_network=True, remove_pis=True, huge_tree=False)
    try:
        root = html.document_fromstring(text or "<p></p>", parser=parser, ensure_head_body=True)
    except etree.LxmlError as error:
        raise Invalid("This is not a message in HTML: there is nothing in it to read.") from error
    if _depth(root) > MOST_DEEP:
        raise Invalid(
            f"Its elements stand more than {MOST_DEEP} deep in one another; no mail program "
            "reads that. Copy it anew from the tool that it was made with."
        )
    return root


def _depth(root: html.HtmlElement) -> int:
    deepest, depth = 0, 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest
