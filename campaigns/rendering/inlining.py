"""Write styles into the elements, once a freeze: mail programs drop style sheets.

premailer is behind this one function with one lock (it is not thread-safe). It would fetch
`@import` even when told to keep off the network, so that is refused before it sees the page, and
cssutils gets a fetcher that raises.
"""

import logging
import os
import re
import threading
from functools import lru_cache
from typing import Any, NoReturn

import cssutils
from cssselect import SelectorError
from lxml import etree

from campaigns.errors import Invalid
from campaigns.rendering.unescaped import unescaped

# Asked for when it is imported. A letter has some 180 styles, and where fewer are remembered they
# drive one another out: inlining takes three times as long.
os.environ.setdefault("PREMAILER_CACHE_MAXSIZE", "1024")
from premailer import Premailer

_LOCK = threading.Lock()
_DOCTYPE = "<!DOCTYPE html>"
_ANY_DOCTYPE = re.compile(r"\s*<!doctype\s+html\s*>", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'|url\([^)]*\)")
_DEPTH = re.compile(r"[{}]|@[\w-]*")
_AT_RULES_READ = frozenset({"@media", "@charset"})


def _refuse_to_fetch(url: str) -> NoReturn:
    raise Invalid(
        f"A template asks for a style sheet from {url}; nothing is fetched for a message."
    )


class _Inliner(Premailer):  # type: ignore[misc]
    """premailer with a parser of our own that cannot fetch."""

    def _parse_css_string(self, css_body: str, validate: bool = False) -> Any:
        parser = cssutils.CSSParser(fetcher=_refuse_to_fetch, validate=False)
        return parser.parseString(css_body, validate=False)

    def _parse_style_rules(self, css_body: str, ruleset_index: int) -> tuple[list[Any], list[Any]]:
        rules, left = _rules(css_body, ruleset_index)
        return list(rules), list(left)


@lru_cache(maxsize=16)
def _rules(css: str, number: int) -> tuple[list[Any], list[Any]]:
    """A style sheet's rules: a clinic's letters share theirs, and reading it costs the most."""
    read: tuple[list[Any], list[Any]] = Premailer._parse_style_rules(_inliner(""), css, number)
    return read


@lru_cache(maxsize=32)
def inline_css(html: str) -> str:
    """The page with its styles in its elements; `<style data-premailer="ignore">` is left.

    The same page is inlined once: people look at it again and again while they think.
    Raises Invalid for a page without a doctype, or with nothing in it, or one that asks for a
    style sheet from elsewhere.
    """
    if not _ANY_DOCTYPE.match(html):
        raise Invalid("The base template must begin with <!DOCTYPE html>.")
    html = _ANY_DOCTYPE.sub(_DOCTYPE, html, count=1)
    _refuse_unsendable(html)
    try:
        with _LOCK:
            inlined: str = _inliner(html).transform(pretty_print=False)
    except SelectorError as error:
        raise Invalid(f"A style sheet has a selector that cannot be read: {error}.") from error
    if not inlined.startswith(_DOCTYPE):
        raise Invalid("The message lost its doctype; the base template's first lines are damaged.")
    return inlined


def _inliner(html: str) -> _Inliner:
    return _Inliner(
        html,
        allow_network=False,
        allow_loading_external_files=False,
        strip_important=False,
        keep_style_tags=False,
        remove_classes=False,
        disable_validation=True,
        disable_link_rewrites=True,
        disable_basic_attributes=["width", "height"],
        align_floating_images=False,
        cache_css_parsing=False,
        cssutils_logging_level=logging.CRITICAL,
    )


def _refuse_unsendable(html: str) -> None:
    """Refuse a page of nothing, and style sheets from elsewhere in any disguise that CSS allows."""
    root = etree.fromstring(html, etree.HTMLParser())
    if root is None or (root.find("head") is None and root.find("body") is None):
        raise Invalid("The base template has neither <head> nor <body>: nothing is there to send.")
    for element in root.iter("link", "base"):
        _refuse_to_fetch(str(element.get("href", "elsewhere")))
    for element in root.iter("style"):
        css = unescaped(_COMMENT.sub("", "".join(str(each) for each in element.itertext())))
        if "@import" in css:
            raise Invalid("A template asks for a style sheet (@import); write its rules instead.")
        lost = "" if element.get("data-premailer") == "ignore" else _left_out(css)
        if lost:
            raise Invalid(
                f"A style sheet has {lost}, which inlining would drop: "
                'put it into <style data-premailer="ignore">.'
            )


def _left_out(css: str) -> str:
    """The first at-rule that premailer would drop without a word, or raise for."""
    depth = 0
    for each in _DEPTH.findall(_STRING.sub("", css)):
        if each in "{}":
            depth += 1 if each == "{" else -1
        elif depth > 0:
            return f"{each} within another rule"
        elif each not in _AT_RULES_READ:
            return str(each)
    return ""
