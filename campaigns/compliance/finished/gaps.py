"""Nothing left over from writing: no placeholder of any tool, and no note to oneself."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import unquote

from campaigns.compliance.findings import Finding, finding
from campaigns.compliance.finished.page import WHOLE, Finished, Page

_LEFT_OVER = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\$?\{[a-z_]+(?:\|[^{}]*)?\}|<%.*?%>|\*\|.*?\|\*|%%[\w. -]+?%%"
    r"|\[(?:(?:FIRST |LAST |YOUR |CLINIC )?NAME|FNAME|LNAME|DATE|TIME|LINK|URL|EMAIL|PHONE|TODO"
    r"|INSERT|YOUR)\b[^\]]*\]|\blorem ipsum\b|\bTODO\b|\bTBD\b|\bXXX+\b|\.invalid\b",
    re.IGNORECASE,
)
_ATTRIBUTES = re.compile(r"\s(?:href|src|alt|title|background)=\"([^\"]*)\"", re.IGNORECASE)


def left_over(finished: Finished, page: Page) -> Iterable[Finding]:
    """DL-02: no placeholder and no note to oneself is sent; not in an address either."""
    known = set()
    for place, text in _places(finished):
        for word in dict.fromkeys(_LEFT_OVER.findall(text)):
            known.add(word)
            yield finding("DL-02", place, word=word)
    whole = f"{finished.html}\n{finished.text}\n{_addresses(finished.markup)}"
    for word in dict.fromkeys(_LEFT_OVER.findall(whole)):
        if word not in known:
            yield finding("DL-02", WHOLE, word=word)


def _places(finished: Finished) -> Iterator[tuple[str, str]]:
    yield "subject", finished.subject
    yield "preheader", finished.preheader
    for each in finished.pieces:
        yield each.place, f"{each.html}\n{each.more}\n{each.text}\n{_addresses(each.markup)}"


def _addresses(markup: str) -> str:
    """What stands in attributes: addresses, and the texts of pictures."""
    return "\n".join(unquote(unescape(each)) for each in _ATTRIBUTES.findall(markup))


CHECKS = (left_over,)
