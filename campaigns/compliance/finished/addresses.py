"""Where links and pictures lead: whole addresses by https, the same ones in both twins."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import SplitResult, urlsplit

from campaigns import public_urls
from campaigns.compliance.findings import Finding, finding
from campaigns.compliance.finished.page import WHOLE, Finished, Node, Page

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_SPOKEN = frozenset({"mailto", "tel", "sms"})
_LEAST_SHARED = 0.5
_LEAST_WORDS = 8
_WORDS = re.compile(r"\w{3,}")


def links(finished: Finished, page: Page) -> Iterable[Finding]:
    """DL-07 to DL-10: a whole web address by https, a phone number or an email address."""
    targets = dict(finished.targets)
    for node in page.all("a", "area"):
        href = node.get("href")
        if href is None:
            continue
        url = targets.get(href, href)
        rule = _wrong(url, finished)
        if rule:
            yield finding(rule, node.place, node.words, word=node.words or "A link", url=url)


def pictures(finished: Finished, page: Page) -> Iterable[Finding]:
    """DL-07, DL-09, DL-11: a picture lies at a whole address by https."""
    for node in page.all("img"):
        source = node.get("src") or ""
        rule = "" if source.startswith("data:") else _wrong(source, finished)
        if rule:
            alt = node.get("alt") or ""
            rule = "DL-11" if rule == "DL-10" else rule
            yield finding(rule, node.place, alt, word=alt or "A picture", url=source)


def _wrong(address: str, finished: Finished) -> str:
    """The rule that an address breaks; empty where none.

    For the addresses of this installation its settings answer.
    """
    if address in finished.own or public_urls.is_ours(address):
        return ""
    parts = _parts(address)
    if not address or address.startswith("#"):
        return "DL-08"
    if not parts.scheme:
        return "DL-07"
    if parts.scheme == "http":
        return "DL-10"
    is_whole = parts.scheme in _SPOKEN or (parts.scheme == "https" and bool(parts.netloc))
    return "" if is_whole else "DL-09"


def _parts(address: str) -> SplitResult:
    """The parts of an address; of one that nobody can read, none."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("unreadable", "", "", "", "")


def twins(finished: Finished, page: Page) -> Iterable[Finding]:
    """DL-12: the links of the HTML are the links of the text, but for the logo's and its own."""
    if not page.nodes:
        return
    linked = {href: node for node, href in _linked(page) if node.words}
    written = {each.rstrip(".,;:)!?") for each in _ADDRESS.findall(finished.text)}
    targets = dict(finished.targets)
    for href, node in linked.items():
        if href not in written and href not in finished.own and _is_web(href):
            url = targets.get(href, href)
            yield finding("DL-12", node.place, node.words, word=node.words, url=url, part="text")
    everything = {href for _, href in _linked(page)} | set(_ADDRESS.findall(finished.html))
    for url in sorted(written - everything - set(finished.own)):
        said = targets.get(url, url)
        yield finding("DL-12", WHOLE, word=said, url=said, part="designed")


def _linked(page: Page) -> Iterator[tuple[Node, str]]:
    return ((node, node.get("href") or "") for node in page.seen("a", "area"))


def _is_web(address: str) -> bool:
    return _parts(address).scheme in {"http", "https"}


def words(finished: Finished, page: Page) -> Iterable[Finding]:
    """DL-13: each block says the same in both twins."""
    for each in finished.pieces:
        shown, said = _said(each.html), _said(each.text)
        if len(shown) >= _LEAST_WORDS and len(shown & said) < _LEAST_SHARED * len(shown):
            yield finding("DL-13", each.place)


def _said(text: str) -> set[str]:
    return {each.lower() for each in _WORDS.findall(text)}


CHECKS = (links, pictures, twins, words)
