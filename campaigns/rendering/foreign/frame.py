"""The frame of a pasted message: language, direction, encoding, title and style sheets of its head.

Its own preheader is taken out, since a campaign has one; ours is put in with the pixel.
"""

import re

from lxml.html import HtmlElement, builder

from campaigns.rendering import hiding
from campaigns.rendering.foreign.elements import Cleaner
from campaigns.rendering.foreign.markup import METAS
from campaigns.rendering.foreign.report import ADDED, TAKEN_OUT, counted
from campaigns.rendering.foreign.styles import look_at

GMAIL_STYLE_BYTES = 16_384
_SHORT = 90
_SHOWS = re.compile(r"(?:^|;)(?:display:(?!none)|visibility:visible|max-height:(?!0))")
_CALLED = re.compile(r"[.#]([\w-]+)|\[(?:class|id)[~|^$*]?=[\"']?([\w-]+)")
"""What a selector calls an element by: its class or its id."""
_NAMED = re.compile(r"\b(?:preheader|preview-?text|mcnpreviewtext|previewtext)\b", re.IGNORECASE)
_UNSAID = frozenset({"", "und", "auto"})
"""What a language or a direction says that says nothing."""
_ROOT = frozenset({"lang", "dir", "xmlns", "xmlns:v", "xmlns:o", "xmlns:w", "class", "id", "style"})


def dress(cleaner: Cleaner, *, language: str, direction: str, title: str) -> None:
    """Complete what every message of ours says of itself, and say what was missing."""
    _preheader(cleaner)
    cleaner.sheets.fit(cleaner.root)
    _tables(cleaner)
    root, report = cleaner.root, cleaner.report
    for name, value, what in (
        ("lang", language, f"The language ({language})"),
        ("dir", direction, "The direction of the writing"),
    ):
        if root.get(name, "").strip().lower() in _UNSAID:
            root.set(name, value)
            report.tell(what, ADDED, "screen readers and mail programs ask for it")
    for name in set(root.attrib) - _ROOT:
        del root.attrib[name]
    _wrapped(
        cleaner,
        language=root.get("lang", language),
        direction=root.get("dir", direction),
        title=title,
    )
    _head(cleaner, title=title)


def _tables(cleaner: Cleaner) -> None:
    """Tables that only lay things out say so to screen readers."""
    found = [
        each
        for each in cleaner.root.iter("table")
        if not each.get("role") and not any(True for _ in each.iter("th", "caption"))
    ]
    for each in found:
        each.set("role", "presentation")
    if found:
        cleaner.report.tell(
            f"A word for screen readers on {counted(len(found), 'table', 'tables')}",
            ADDED,
            "they lay things out, and would be read as tables of facts",
        )


def _preheader(cleaner: Cleaner) -> None:
    """Take out the hidden line that inboxes show, where the page begins with one."""
    body = cleaner.root.find("body")
    if body is not None:
        _has_begun(cleaner, body, _shown_by_rules(cleaner))


def _has_begun(cleaner: Cleaner, element: HtmlElement, shown: frozenset[str]) -> bool:
    """Whether readers see something of an element; hidden words before that are taken out."""
    if element.tag == "img" or hiding.BLANK.sub("", element.text or ""):
        return True
    for child in list(element):
        if isinstance(child.tag, str):
            if _is_preheader(child, shown):
                _take_out(cleaner, child)
            elif not _hides(child) and _has_begun(cleaner, child, shown):
                return True
        if hiding.BLANK.sub("", child.tail or ""):
            return True
    return False


def _take_out(cleaner: Cleaner, element: HtmlElement) -> None:
    said = hiding.BLANK.sub(" ", str(element.text_content()))
    words = cleaner.fields.without(said).strip()
    if words:
        cleaner.report.preheader = cleaner.report.preheader or cleaner.fields.as_ours(said)
        short = words if len(words) <= _SHORT else f"{words[: _SHORT - 1]}…"
        why = "the campaign's preheader stands there; where there was none, it is this line now"
        line = cleaner.line_of(element)
        cleaner.report.tell(f"The hidden first line “{short}”", TAKEN_OUT, why, line=line)
    element.drop_tree()


def _is_preheader(element: HtmlElement, shown: frozenset[str]) -> bool:
    """Whether an element is words for the inbox, and nothing that some readers are shown."""
    if element.tag not in {"div", "span", "p", "td", "font"}:
        return False
    names = f"{element.get('class', '')} {element.get('id', '')}"
    is_hidden = _hides(element) and shown.isdisjoint(names.split())
    if not is_hidden and not _NAMED.search(names):
        return False
    return element.find(".//a") is None and element.find(".//img") is None


def _hides(element: HtmlElement) -> bool:
    return hiding.is_hidden(str(element.get("style") or ""))


def _shown_by_rules(cleaner: Cleaner) -> frozenset[str]:
    """The classes and ids that a rule shows to some readers, as `@media` does on phones."""
    found: set[str] = set()
    for rule in "".join([*cleaner.sheets.kept, *cleaner.sheets.nested]).split("}"):
        before, _brace, declarations = rule.rpartition("{")
        if _SHOWS.search(declarations):
            selector = before.rpartition("{")[2]
            found.update(dotted or written for dotted, written in _CALLED.findall(selector))
    return frozenset(found)


def _wrapped(cleaner: Cleaner, *, language: str, direction: str, title: str) -> None:
    """Put everything into one element that keeps language and direction where Gmail drops them."""
    body = cleaner.root.find("body")
    inside = [each for each in body if isinstance(each.tag, str)]
    if len(inside) == len(body) == 1 and inside[0].get("role") == "article":
        inside[0].attrib.update({"aria-label": title, "lang": language, "dir": direction})
        return
    wrapper = builder.DIV(
        {
            "lang": language,
            "dir": direction,
            "role": "article",
            "aria-roledescription": "email",
            "aria-label": title,
        }
    )
    wrapper.text, body.text = body.text, None
    wrapper.extend(list(body))
    body.append(wrapper)


def _head(cleaner: Cleaner, *, title: str) -> None:
    head = cleaner.root.find("head")
    metas = {str(each.get("name", "")).lower(): each for each in head.iter("meta")}
    kept = [each for name, each in metas.items() if name in METAS and each.get("content")]
    had_charset = any(each.get("charset") or "charset" in each.get("content", "").lower()
                      for each in head.iter("meta"))  # fmt: skip
    comments = [each for each in head if not isinstance(each.tag, str)]
    inlined, staying = cleaner.sheets.elements()
    look_at(cleaner.report, size=sum(map(len, staying)), most=GMAIL_STYLE_BYTES)
    for each in [*head]:
        head.remove(each)
    head.text = None
    head.append(builder.META(charset="utf-8"))
    if not had_charset:
        cleaner.report.tell("The encoding (UTF-8)", ADDED, "without it, letters may be garbled")
    head.extend(_tailless(each) for each in kept)
    _completed(cleaner, head, set(metas), "\n".join(staying))
    head.append(builder.TITLE(title))
    head.extend(_tailless(each) for each in comments)
    if inlined:
        head.append(builder.STYLE(inlined))
    for css in staying:
        head.append(builder.STYLE({"data-premailer": "ignore"}, css))


def _completed(cleaner: Cleaner, head: HtmlElement, had: set[str], css: str) -> None:
    scheme = "light dark" if "prefers-color-scheme" in css else "light"
    for name, content, what, why in (
        ("viewport", "width=device-width, initial-scale=1", "The width of the screen (viewport)",
         "phones would show the page small"),
        ("color-scheme", scheme, f"The colour scheme ({scheme})", "dark mode would guess"),
    ):  # fmt: skip
        if name not in had:
            head.append(builder.META(name=name, content=content))
            cleaner.report.tell(what, ADDED, why)


def _tailless(element: HtmlElement) -> HtmlElement:
    element.tail = None
    return element
