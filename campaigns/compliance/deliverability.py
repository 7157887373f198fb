"""What mail programs make of it: size, a text part, nothing left over from writing."""

import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import unquote

from campaigns.compliance.checked import Checked
from campaigns.compliance.findings import Finding, finding
from campaigns.rendering.message import MOST_BYTES, WARN_BYTES

_LEFT_OVER = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\$?\{[a-z_]+(?:\|[^{}]*)?\}|<%.*?%>|\*\|.*?\|\*|%%[\w. -]+?%%"
    r"|\[(?:(?:FIRST |LAST |YOUR |CLINIC )?NAME|FNAME|LNAME|DATE|TIME|LINK|URL|EMAIL|PHONE|TODO"
    r"|INSERT|YOUR)\b[^\]]*\]|\blorem ipsum\b|\bTODO\b|\bTBD\b|\bXXX+\b|\.invalid\b",
    re.IGNORECASE,
)
_ADDRESSES = re.compile(r"\s(?:href|src|alt|title|background)=\"([^\"]*)\"", re.IGNORECASE)
_LEAST_TEXT = 40


def size(checked: Checked) -> Iterable[Finding]:
    """DL-01, DL-04: the HTML part is not cut off."""
    taken = len(checked.markup.encode())
    if taken >= MOST_BYTES:
        yield finding("DL-01", "message", size=taken // 1000)
    elif taken >= WARN_BYTES:
        yield finding("DL-04", "message", size=taken // 1000)


def left_over(checked: Checked) -> Iterable[Finding]:
    """DL-02: no placeholder and no note to oneself is sent; not in an address either."""
    known = set()
    for section in checked.everywhere:
        words = dict.fromkeys(_LEFT_OVER.findall(f"{section.both}\n{_addresses(section.markup)}"))
        known.update(words)
        for word in words:
            yield finding("DL-02", section.place, word=word)
    whole = f"{checked.html}\n{checked.text}\n{_addresses(checked.markup)}"
    for word in dict.fromkeys(_LEFT_OVER.findall(whole)):
        if word not in known:
            yield finding("DL-02", "message", word=word)


def _addresses(markup: str) -> str:
    """What stands in attributes: addresses, and the texts of pictures."""
    return "\n".join(unquote(unescape(each)) for each in _ADDRESSES.findall(markup))


def text_part(checked: Checked) -> Iterable[Finding]:
    """DL-03: those who read no HTML have the text."""
    if len(checked.text) < _LEAST_TEXT:
        yield finding("DL-03", "message")


CHECKS = (size, left_over, text_part)
