"""Rich text and web addresses that staff write: what is let through, the rest taken out."""

import re
from html import unescape
from typing import Annotated
from urllib.parse import urlsplit

import nh3
from markupsafe import Markup
from pydantic import AfterValidator, Field

_TAGS = {"p", "strong", "em", "a", "ul", "ol", "li"}
_SCHEMES = {"http", "https", "mailto", "tel"}
_STRUCTURE = re.compile(r"<(p|ul|ol)\b", re.IGNORECASE)
_HREF = re.compile(r'href="([^"]*)"')
_BLANK_LINE = re.compile(r"\n\s*\n")
_OTHER_WAYS = re.compile(r"(mailto|tel):[^/\s]", re.IGNORECASE)
"""What rich text may lead to besides a web address, which has to be whole."""
_UNSAFE = re.compile(r"[\s<>\"'`\\\x00-\x1f\x7f]")


def check_link(url: str) -> str:
    """A web address as it may stand in a message; raises ValueError saying what is wrong."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname)
    except ValueError:
        named = False
    if not named or parts.scheme not in {"http", "https"}:
        raise ValueError(f"{url[:80]!r} is not a web address like https://example.com/page")
    if parts.username is not None or _UNSAFE.search(url) or not url.isascii():
        raise ValueError(
            f"{url[:80]!r} has characters that a link cannot carry; copy it from a browser"
        )
    return url


def sanitise(text: str) -> Markup:
    """Rich text with p, strong, em, a, ul, ol, li left in it; plain text becomes paragraphs."""
    if not _STRUCTURE.search(text):
        paragraphs = (each.strip() for each in _BLANK_LINE.split(text))
        text = "".join(f"<p>{each}</p>" for each in paragraphs if each)
    clean = nh3.clean(
        text, tags=_TAGS, attributes={"a": {"href"}}, url_schemes=_SCHEMES, link_rel=None
    )
    for href in _HREF.findall(clean):
        address = unescape(href)
        if not _OTHER_WAYS.match(address):
            check_link(address)
    return Markup(clean)  # noqa: S704 - nh3 has just made it safe


Link = Annotated[str, Field(max_length=2000), AfterValidator(check_link)]
"""A web address that a block leads to."""
