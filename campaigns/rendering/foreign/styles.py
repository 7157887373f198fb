"""Style sheets of a pasted message: what would fetch or run is taken out, the rest is sorted.

Rules that can be written into elements go one way, those that cannot (`@media`, `:hover`, hooks of
mail programs) stay in the head. Everything is read by a CSS tokeniser, so that escapes and
comments disguise nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

import tinycss2
from lxml.html import HtmlElement

from campaigns.rendering.foreign.report import LOOK, TAKEN_OUT, Report
from campaigns.rendering.foreign.rules import Rule, fitting, is_too_long, tokens
from campaigns.rendering.unescaped import unescaped

_PICTURES = frozenset({"background", "background-image", "list-style", "list-style-image",
                       "border-image", "border-image-source"})  # fmt: skip
_RUNS = re.compile(r"expression\(|javascript:|vbscript:|livescript:|mocha:|-moz-binding")
_BEHAVIOR = frozenset({"behavior", "-ms-behavior", "-moz-binding", "-webkit-binding"})
_VML = "#default#vml"
_RASTER = re.compile(r"data:image/(?:png|gif|jpe?g|webp);base64,[a-z0-9+/=\s]*$", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_HOOKS = re.compile(r"externalclass|#outlook|#messageviewbody|x_|data-ogs|\bmoz-text-html", re.I)
_NAMES_THINGS = ("font", "mso-", "grid", "-webkit-font", "-moz-font", "transition", "animation")
"""Properties whose strings are names and not words."""
_NO_WORDS = frozenset({"none", "normal", "inherit", "initial", "unset", "no-open-quote",
                       "no-close-quote"})  # fmt: skip
_NESTED = frozenset({"supports", "keyframes", "-webkit-keyframes", "-moz-keyframes"})
_RUNS_A_PROGRAM = ("A style that runs a program", "no mail program may run one")
_NO_FONT = "readers see the next font in your list"


def plain(css: str) -> str:
    """Style rules without comments, escapes and white space, in lower case: for looking only."""
    return re.sub(r"\s", "", unescaped(_COMMENT.sub("", css)))


def parts(url: str) -> SplitResult:
    """The parts of an address; of one that nobody can read, none."""
    try:
        return urlsplit(url.strip())
    except ValueError:
        return SplitResult("", "", "", "", "")


def host(url: str) -> str:
    """Where an address leads, for people."""
    return parts(url).hostname or "elsewhere"


@dataclass
class Sheets:
    """The rules of all style sheets of one page, in their order."""

    report: Report
    to_inline: list[Rule] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)
    """`@supports` and the like: Gmail drops a whole style element for one, so each has its own."""

    def fit(self, root: HtmlElement) -> None:
        """Drop the rules that fit nothing in a page; raises Invalid where too many do."""
        self.to_inline = fitting(self.to_inline, root, self.report)

    def elements(self) -> tuple[str, list[str]]:
        """What is to be inlined, and each style element that stays in the head."""
        kept = "\n".join(self.kept)
        return _ended("\n".join(map(str, self.to_inline))), [
            _ended(each) for each in (kept, *self.nested) if each
        ]

    def read(self, css: str, *, line: int, media: str = "", is_kept: bool = False) -> None:
        """Take in one style element that begins on this line; raises Invalid if nested deep."""
        css = re.sub(r"<!--|-->|<!\[CDATA\[|\]\]>", "", css)
        if media and media.strip().lower() not in {"all", "screen"}:
            css = f"@media {media} {{{css}}}"
        read = tokens(css, line=line)
        for rule in tinycss2.parse_stylesheet(read, skip_comments=True, skip_whitespace=True):
            at = line + rule.source_line - 1
            if rule.type == "at-rule":
                self._at_rule(rule, at)
            elif rule.type == "qualified-rule" and not is_too_long(rule.prelude):
                self._rule(rule, at, is_kept=is_kept)
            else:
                self.report.tell("A style rule that cannot be read", TAKEN_OUT,
                                 "mail programs would not read it either", line=at)  # fmt: skip

    def _at_rule(self, rule: Any, line: int) -> None:
        name = rule.lower_at_keyword
        if name == "media" and rule.content is not None:
            self._media(rule, line)
        elif name in _NESTED and rule.content is not None:
            self._nested(rule, line)
        elif name == "font-face":
            asked = host(next(iter(_urls(rule.content or [])), ""))
            self.report.tell(
                f"A web font was asked for from {asked}", TAKEN_OUT, _NO_FONT, line=line
            )
        elif name == "import":
            self._import(rule, line)
        elif name not in {"charset", "namespace"}:
            self.report.tell(f"The style rule @{name[:30]}", TAKEN_OUT,
                             "mail programs do not know it", line=line)  # fmt: skip

    def _import(self, rule: Any, line: int) -> None:
        told = tinycss2.serialize(rule.prelude)
        asked = next(iter([*_urls(rule.prelude), *_strings(rule.prelude)]), "")
        is_font = "font" in told.lower()
        self.report.tell(
            f"A {'web font' if is_font else 'style sheet'} was asked for from {host(asked)}",
            TAKEN_OUT,
            _NO_FONT if is_font else "nothing is fetched for a message: write its rules instead",
            line=line,
        )

    def _media(self, rule: Any, line: int) -> None:
        inner = self._block(rule.content, line - rule.source_line)
        prelude = tinycss2.serialize(rule.prelude).strip()
        if inner and not _runs(prelude):
            self.kept.append(f"@media {prelude}{{{inner}}}")

    def _nested(self, rule: Any, line: int) -> None:
        inner = self._block(rule.content, line - rule.source_line)
        prelude = tinycss2.serialize(rule.prelude).strip()
        if inner and not _runs(prelude):
            self.nested.append(f"@{rule.lower_at_keyword} {prelude}{{{inner}}}")

    def _block(self, content: Sequence[Any], before: int) -> str:
        """The rules within `@media`, cleaned; at-rules within are taken out."""
        rules: list[str] = []
        for each in tinycss2.parse_rule_list(content, skip_comments=True, skip_whitespace=True):
            at = before + each.source_line
            if each.type == "qualified-rule":
                declarations = self._declarations(each.content, at)
                if declarations:
                    rules.append(f"{_selector(each)}{{{_written(declarations)}}}")
            else:
                self.report.tell("A style rule within another", TAKEN_OUT,
                                 "Gmail drops all rules around it", line=at)  # fmt: skip
        return "".join(rules)

    def _rule(self, rule: Any, line: int, *, is_kept: bool) -> None:
        declarations = self._declarations(rule.content, line)
        selector = _selector(rule)
        if not declarations or _runs(selector):
            return
        is_kept = is_kept or ":" in selector or any(each == "~" for each in rule.prelude)
        is_hook = _HOOKS.search(selector) is not None
        if is_kept or is_hook or any(each.important for each in declarations):
            self.kept.append(f"{selector}{{{_written(declarations)}}}")
        if not is_kept and not is_hook:
            inlined = _written(declarations, with_importance=False)
            self.to_inline.append(Rule.of(rule.prelude, inlined))

    def _declarations(self, content: Sequence[Any], line: int) -> list[Any]:
        found = tinycss2.parse_declaration_list(content, skip_comments=True, skip_whitespace=True)
        return [each for each in found if self._may_stay(each, line)]

    def _may_stay(self, declaration: Any, line: int) -> bool:
        return may_stay(declaration, lambda what, why: self.report.tell(
            what, TAKEN_OUT, why, line=line))  # fmt: skip


Tell = Callable[[str, str], None]


def inline(style: str, tell: Tell, *, line: int) -> str:
    """A style attribute without what would fetch or run; as it was where there is nothing."""
    read = tokens(style, line=line)
    found = tinycss2.parse_declaration_list(read, skip_comments=True, skip_whitespace=True)
    kept = [each for each in found if may_stay(each, tell)]
    return style if len(kept) == len(found) and not _is_disguised(style) else _written(kept)


def _is_disguised(style: str) -> bool:
    return "\\" in style or "/*" in style or "<" in style


def may_stay(declaration: Any, tell: Tell) -> bool:
    """Whether one declaration of a style may stay; says why not."""
    if declaration.type != "declaration":
        return False
    fault = next(_faults(declaration.lower_name, declaration.value), None)
    if fault is not None:
        tell(*fault)
    return fault is None and declaration.lower_name not in _BEHAVIOR


def _faults(name: str, value: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """What a declaration may not do, and why, the worst first."""
    if is_too_long(value):
        yield f"A style that is too long ({name[:30]})", "mail programs would not read it"
        return
    urls, css = list(_urls(value)), tinycss2.serialize(value)
    if name in _BEHAVIOR:
        if [each.lower() for each in urls] != [_VML]:
            yield _RUNS_A_PROGRAM
        return
    if _runs(css) or "<" in css:
        yield _RUNS_A_PROGRAM
    for url in urls:
        if not _may_be_shown(name, url):
            yield f"A style that asks for something from {host(url)}", "nothing is fetched for it"
    if _writes(name, value):
        yield f"Words that a style writes ({name[:30]})", "write them into the message itself"


def _may_be_shown(name: str, url: str) -> bool:
    """Whether a style may name this address: pictures behind words, by a web address."""
    is_web = re.match(r"https?://", url.strip(), re.IGNORECASE) is not None
    return name in _PICTURES and (is_web or _RASTER.match(url.strip()) is not None)


def _writes(name: str, value: Sequence[Any]) -> bool:
    """Whether a style puts words on the page, which no text part and no check would have."""
    if name.startswith(_NAMES_THINGS):
        return False
    texts = [each for each in value if each.type == "string"]
    if name == "content":
        plain = {"string", "whitespace", "comment", "url"}
        others = [each for each in value if each.type not in plain]
        if any(getattr(each, "lower_value", "") not in _NO_WORDS for each in others):
            return True
    within = [each for each in value if each.type == "function" and not list(_urls([each]))]
    texts += [each for inner in within for each in inner.arguments if each.type == "string"]
    return any(re.search(r"\w", each.value) for each in texts)


def _runs(css: str) -> bool:
    return _RUNS.search(plain(css)) is not None


def _urls(tokens: Iterable[Any]) -> Iterable[str]:
    """Every address that `url()`, `image-set()` and the like name, decoded."""
    for each in tokens:
        if each.type == "url":
            yield each.value
        elif each.type == "function":
            if each.lower_name in {"url", "src", "image", "image-set", "-webkit-image-set"}:
                yield from _strings(each.arguments)
            yield from _urls(each.arguments)
        elif each.type in {"() block", "{} block", "[] block"}:
            yield from _urls(each.content)


def _ended(css: str) -> str:
    """Rules that cannot end their element: a `<` that was written as an escape stays one."""
    return css.replace("<", "\\3c ")


def _strings(tokens: Iterable[Any]) -> Iterable[str]:
    return (each.value for each in tokens if each.type == "string")


def _selector(rule: Any) -> str:
    return re.sub(r"\s+", " ", tinycss2.serialize(rule.prelude)).strip()


def _written(declarations: Sequence[Any], *, with_importance: bool = True) -> str:
    return ";".join(
        f"{each.lower_name}:{tinycss2.serialize(each.value).strip()}"
        f"{' !important' if each.important and with_importance else ''}"
        for each in declarations
    )


def look_at(report: Report, *, size: int, most: int) -> None:
    """Say where the style sheet that stays is larger than Gmail reads."""
    if size > most:
        report.tell(
            f"The style sheet that stays in the message has {size // 1000} KB",
            LOOK,
            f"Gmail drops style sheets of more than {most // 1024} KB, and with them what is "
            "meant for phones",
        )
