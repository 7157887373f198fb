"""What mail programs do not show, by caniemail's tests; how bad each is, our rule pack says.

A rule names the features it is about; a feature that no rule names is left alone, since a message
stands without it. What stands within `@supports` is asked of the mail program first: it may use
what only some know.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from campaigns.compliance import findings
from campaigns.compliance.findings import Finding, finding
from campaigns.compliance.finished import colours
from campaigns.compliance.finished.page import WHOLE, Finished, Node, Page
from campaigns.compliance.finished.styles import Said

FOLDER = Path(__file__).parent / "caniemail"
_MOST_NAMED = 5
_FORM = frozenset({"form", "input", "select", "textarea", "button"})
_ELEMENTS = {
    "svg": "html-svg", "video": "html-video", "audio": "html-audio",
    "object": "html-object", "embed": "html-object", "iframe": "html-object",
} | dict.fromkeys(_FORM, "html-form")  # fmt: skip
_FORMATS = {
    ".svg": "image-svg", ".webp": "image-webp", ".avif": "image-avif", ".heic": "image-heif",
    ".heif": "image-heif",
}  # fmt: skip
_PLACED = frozenset({"absolute", "fixed", "sticky"})
_DISPLAYS = {
    "flex": "css-display-flex", "inline-flex": "css-display-flex",
    "grid": "css-display-grid", "inline-grid": "css-display-grid",
}  # fmt: skip
_GAPS = frozenset({"gap", "row-gap", "column-gap", "grid-gap"})
_AT_RULES = {"font-face": "css-at-font-face", "import": "css-at-import"}


class Feature(BaseModel):
    """What caniemail found out about a feature."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    url: str
    tested_on: date
    without: tuple[str, ...]
    """The mail programs whose newest tested version does not know it."""
    in_part: tuple[str, ...]
    """Those that know a part of it."""

    @property
    def where(self) -> str:
        """The mail programs that it does not work in, or works in only in part."""
        named = (("not in", self.without), ("only in part in", self.in_part))
        said = "; ".join(f"{how} {_listed(each)}" for how, each in named if each)
        return said[:1].upper() + said[1:]

    @property
    def tested(self) -> str:
        """The day of the test, for people."""
        return f"{self.tested_on:%-d %b %Y}"


@cache
def features() -> dict[str, Feature]:
    """Every feature that a rule is about."""
    loaded = json.loads((FOLDER / "features.json").read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, Feature]).validate_python(loaded["features"])


@cache
def rules() -> dict[str, str]:
    """The rule about each feature."""
    return {each: rule for rule, said in findings.pack().items() for each in said.features}


def _listed(names: tuple[str, ...]) -> str:
    if len(names) <= _MOST_NAMED + 1:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_NAMED])} and {len(names) - _MOST_NAMED} more"


@dataclass(frozen=True, slots=True)
class Use:
    """A feature that a message uses, as it is written, and where."""

    feature: str
    word: str
    place: str


def support(finished: Finished, page: Page) -> Iterable[Finding]:
    """MC-01 to MC-15: each feature that mail programs do not show, once a place."""
    for use in dict.fromkeys([*_of_elements(page), *_of_sheets(page)]):
        known = features()[use.feature]
        yield finding(
            rules()[use.feature],
            use.place,
            word=use.word,
            where=known.where,
            tested=known.tested,
        )


def scripts(finished: Finished, page: Page) -> Iterable[Finding]:
    """MC-02: no mail program runs a script, and many take the message for an attack."""
    told = set()
    for node in page.nodes:
        handler = next((str(each) for each in node.element.attrib if str(each)[:2] == "on"), "")
        word = "<script>" if node.tag == "script" else handler
        if word and (word, node.place) not in told:
            told.add((word, node.place))
            yield finding("MC-02", node.place, word=word)


def _of_elements(page: Page) -> Iterator[Use]:
    for node in page.nodes:
        place = node.place
        if node.tag in _ELEMENTS:
            yield Use(_ELEMENTS[node.tag], f"<{node.tag}>", place)
        if node.tag == "link" and "stylesheet" in (node.get("rel") or "").lower():
            yield Use("html-link", "<link rel=stylesheet>", place)
        if node.tag == "img":
            yield from _of_picture(node.get("src") or "", place)
        yield from _of_style(tuple(node.style.values()), place)
        if node.get("background") and not _has_colour(node):
            yield Use("css-background-image", "background=", place)


def _has_colour(node: Node) -> bool:
    return bool(node.get("bgcolor") or node.says("background-color"))


def _of_picture(address: str, place: str) -> Iterator[Use]:
    path = address.partition("?")[0].lower()
    if path.startswith("data:"):
        yield Use("image-base64", address[:22], place)
    elif "." in path:
        ending = path[path.rindex(".") :]
        if ending in _FORMATS:
            yield Use(_FORMATS[ending], ending, place)


def _of_sheets(page: Page) -> Iterator[Use]:
    for sheet in page.sheets:
        for rule in sheet.rules:
            if not any(each.startswith("supports") for each in rule.within):
                yield from _of_style(rule.said, WHOLE)
        for name in sheet.at_rules:
            if name in _AT_RULES:
                yield Use(_AT_RULES[name], f"@{name}", WHOLE)
        for each in sheet.nested:
            yield Use("css-nesting", each[:60], WHOLE)


def _of_style(said: tuple[Said, ...], place: str) -> Iterator[Use]:
    for each in said:
        value = each.value.lower()
        if each.name.startswith("--") or "var(" in value:
            yield Use("css-variables", f"{each.name}: {each.value}"[:60], place)
        if each.name == "position" and value in _PLACED:
            yield Use("css-position", f"position: {value}", place)
        if each.name == "display" and value in _DISPLAYS:
            yield Use(_DISPLAYS[value], f"display: {value}", place)
        if each.name in _GAPS:
            yield Use("css-gap", f"{each.name}: {each.value}", place)
    yield from _of_background(said, place)


def _of_background(said: tuple[Said, ...], place: str) -> Iterator[Use]:
    says = {each.name: each.value for each in said}
    picture = says.get("background-image", says.get("background", ""))
    if "url(" not in picture.lower():
        return
    address = picture.lower().partition("url(")[2].partition(")")[0].strip(" '\"")
    yield from _of_picture(address, place)
    colour = colours.read(says.get("background-color", says.get("background", "")))
    if colour is None or not colour.alpha:
        yield Use("css-background-image", "background-image", place)


CHECKS = (support, scripts)
