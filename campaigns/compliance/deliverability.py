"""What mail programs make of it: its size, and a text part beside the HTML."""

from collections.abc import Iterable

from campaigns.compliance.checked import Checked
from campaigns.compliance.findings import Finding, finding
from campaigns.rendering.message import MOST_BYTES, WARN_BYTES

_LEAST_TEXT = 40


def size(checked: Checked) -> Iterable[Finding]:
    """DL-01, DL-04: the HTML part is not cut off."""
    taken = len(checked.markup.encode())
    if taken >= MOST_BYTES:
        yield finding("DL-01", "message", size=taken // 1000)
    elif taken >= WARN_BYTES:
        yield finding("DL-04", "message", size=taken // 1000)


def text_part(checked: Checked) -> Iterable[Finding]:
    """DL-03: those who read no HTML have the text."""
    if len(checked.text) < _LEAST_TEXT:
        yield finding("DL-03", "message")


CHECKS = (size, text_part)
