"""Comments of a pasted message: those that speak to Outlook stay where they are harmless.

What stands in one is read by Outlook alone, and by nobody else; still, nothing may run or fetch
there either, so every element and every address within is held against a list.
"""

import re
from html import unescape

from lxml.html import HtmlElement

from campaigns.rendering.foreign import styles
from campaigns.rendering.foreign.markup import IN_OUTLOOK
from campaigns.rendering.foreign.merge_fields import Fields
from campaigns.rendering.foreign.report import TAKEN_OUT, Report

_REVEALED = re.compile(r"\s*(\[if\b[^\]]*\]>)\s*(?:<!-*)?\s*|\s*<!\[endif\]\s*", re.IGNORECASE)
"""What begins and ends a part that all but Outlook show."""
_CONDITION = re.compile(r"\s*\[if\b[^\]]*\]>|\s*<!\[endif\]\s*$", re.IGNORECASE)
_TAG = re.compile(r"<\s*/?\s*([a-z!?%][\w:.\-]*)", re.IGNORECASE)
_OURS = ("o:", "v:", "w:", "m:")
_EVENT = re.compile(r"""[\s"'/]on[a-z]{3,}\s*=""", re.IGNORECASE)
_ADDRESS = re.compile(
    r"""\b(href|src|background|action|o:href)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE
)
_ALLOWED = re.compile(r"(?:https?://|mailto:|tel:|#|$)", re.IGNORECASE)
_BEHAVIOR = re.compile(r"behavior:url\(['\"]?#default#vml['\"]?\)")
_RUNS = re.compile(
    r"expression\(|javascript:|vbscript:|@import|behavior:|-moz-binding|url\((?!['\"]?https?:)"
)


def clean(comment: HtmlElement, fields: Fields, report: Report, line: int) -> None:
    """Keep a comment that only shows something to Outlook; take any other out."""
    text = str(comment.text or "")
    if not _CONDITION.match(text):
        comment.drop_tree()
    elif revealed := _REVEALED.fullmatch(text):
        comment.text = f"{revealed[1]}<!" if revealed[1] else "<![endif]"
    elif not _is_harmless(text):
        why = "it held something that runs, or fetches from elsewhere"
        report.tell("A part for Outlook alone", TAKEN_OUT, why, line=line)
        comment.drop_tree()
    else:
        comment.text = _filled(text, fields, report)


def _is_harmless(text: str) -> bool:
    if "--" in text:
        return False
    names = (each.lower() for each in _TAG.findall(text))
    if not all(each in IN_OUTLOOK or each.startswith((*_OURS, "!")) for each in names):
        return False
    addresses = (unescape(_unquoted(each[1])).strip() for each in _ADDRESS.findall(text))
    if not all(
        _ALLOWED.match(each) or re.fullmatch(r"w[0-9a-f]{18}k\d+z", each) for each in addresses
    ):
        return False
    read = _BEHAVIOR.sub("", styles.plain(unescape(text)))
    return not _EVENT.search(text) and not _RUNS.search(read)


def _filled(text: str, fields: Fields, report: Report) -> str:
    """The same with the words of merge fields as they stand: as addresses, and in words."""

    def address(found: re.Match[str]) -> str:
        name, value = found[1], _unquoted(found[2])
        kept = fields.in_address(value, is_link="href" in name.lower(), report=report) or ""
        return f'{name}="{kept.replace(chr(34), "%22")}"'

    return fields.in_attribute(_ADDRESS.sub(address, text))


def _unquoted(value: str) -> str:
    """What an attribute says, without the marks around it."""
    return value[1:-1] if value[0] in "\"'" else value
