"""What mail programs make of it: size, a text part, nothing left over from writing."""

import re
from collections.abc import Iterable

from campaigns.compliance.checked import Checked
from campaigns.compliance.findings import Finding, finding
from campaigns.rendering.message import MOST_BYTES, WARN_BYTES

_LEFT_OVER = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\{[a-z_]+\}|\[(?:FIRST NAME|NAME|DATE|LINK|TODO)[^\]]*\]"
    r"|\blorem ipsum\b|\bTODO\b|\bTBD\b|\bXXX+\b|\.invalid/",
    re.IGNORECASE,
)
_LEAST_TEXT = 40


def size(checked: Checked) -> Iterable[Finding]:
    """DL-01, DL-04: the HTML part is not cut off."""
    taken = len(checked.markup.encode())
    if taken >= MOST_BYTES:
        yield finding("DL-01", "message", size=taken // 1000)
    elif taken >= WARN_BYTES:
        yield finding("DL-04", "message", size=taken // 1000)


def left_over(checked: Checked) -> Iterable[Finding]:
    """DL-02: no placeholder and no note to oneself is sent."""
    for section in checked.everywhere:
        for word in dict.fromkeys(_LEFT_OVER.findall(section.both)):
            yield finding("DL-02", section.place, word=word)


def text_part(checked: Checked) -> Iterable[Finding]:
    """DL-03: those who read no HTML have the text."""
    if len(checked.text) < _LEAST_TEXT:
        yield finding("DL-03", "message")


CHECKS = (size, left_over, text_part)
