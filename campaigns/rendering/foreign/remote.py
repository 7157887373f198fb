"""Pictures that a pasted page shows from other hosts, and ours in their place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from lxml import html
from lxml.html import HtmlElement

from campaigns import public_urls
from campaigns.rendering.foreign import pasted

MOST = 60
"""How many are told of: more pictures than that no message has."""
_WIDEST = 600
_URL = re.compile(r"""url\(\s*['"]?(https?://[^'")\s]+)""", re.IGNORECASE)
_NUMBER = re.compile(r"\s*(\d{1,4})(?:px)?\s*\Z")


@dataclass(frozen=True, slots=True)
class Remote:
    """One picture of another host, as the page shows it."""

    address: str
    alt: str
    width: int
    """How wide it is shown, in points."""
    line: int | None
    """Where its address stands first in what was pasted."""


def pictures(source: str, *, language: str, direction: str) -> tuple[Remote, ...]:
    """The pictures of other hosts that stay in a page, in its order, each address once.

    Raises Invalid where the page cannot be read.
    """
    read = pasted.read(source, language=language, direction=direction)
    word = re.compile(rf"{read.nonce}[kah]\d+z")
    found: dict[str, Remote] = {}
    for address, alt, width in _shown(html.document_fromstring(read.html)):
        is_remote = address.lower().startswith(("http://", "https://"))
        if is_remote and not public_urls.is_ours(address) and address not in found:
            line = _line_of(source, address)
            found[address] = Remote(address, word.sub("…", alt), width, line)
    return tuple(found.values())[:MOST]


def replaced(source: str, address: str, ours: str) -> str:
    """The page with a picture of ours wherever this one is shown; links to it stay."""
    return _where(address).sub(lambda _hit: escape(ours), source)


def _shown(root: HtmlElement) -> Iterator[tuple[str, str, int]]:
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "img":
            alt, width = str(element.get("alt") or ""), _width(element)
            yield str(element.get("src") or "").strip(), alt, width
        behind = str(element.get("background") or "").strip()
        styles = element.text or "" if element.tag == "style" else element.get("style") or ""
        for address in filter(None, (behind, *_URL.findall(str(styles)))):
            yield address, "", _WIDEST


def _width(image: HtmlElement) -> int:
    said = _NUMBER.match(str(image.get("width") or ""))
    return min(int(said[1]) or _WIDEST, _WIDEST) if said else _WIDEST


def _where(address: str) -> re.Pattern[str]:
    """Where an address stands whole, in any way of writing it, and not as what a link leads to."""
    ways = {address, escape(address), address.replace("&", "&#38;")}
    written = "|".join(re.escape(each) for each in sorted(ways, key=len, reverse=True))
    before = r"""(?<![\w:/.?&=%#-])(?<!href=["'])(?<!href=)"""
    return re.compile(
        rf"""{before}(?:{written})(?=["')\s>,])|(?<=src=)(?:{written})(?=[\s>])""", re.I
    )


def _line_of(source: str, address: str) -> int | None:
    found = _where(address).search(source)
    return source.count("\n", 0, found.start()) + 1 if found else None
