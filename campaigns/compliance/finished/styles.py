"""Style rules as values: what an element's style declares, and what a style sheet says, and how."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2

_GROUPS = frozenset({"media", "supports", "layer", "container", "document", "-moz-document"})


@dataclass(frozen=True, slots=True)
class Said:
    """One declaration: a property's value, and whether it is `!important`."""

    name: str
    value: str
    is_important: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a style sheet, and the at-rules around it, the outermost first."""

    selector: str
    said: tuple[Said, ...]
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A style sheet: its rules, its at-rules without any, and what stands nested in another."""

    rules: tuple[Rule, ...]
    at_rules: tuple[str, ...]
    """`font-face`, `import` and the like."""
    nested: tuple[str, ...]
    """At-rules within an at-rule, and rules within a rule, as they begin."""


@lru_cache(maxsize=4096)
def of_element(style: str) -> Mapping[str, Said]:
    """What a `style` attribute declares; the last of a property counts."""
    return {each.name: each for each in _said(tinycss2.parse_blocks_contents(style, True, True))}


@lru_cache(maxsize=64)
def sheet(css: str) -> Sheet:
    """A style sheet, read once."""
    found = _Found([], [], [])
    found.read(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), ())
    return Sheet(tuple(found.rules), tuple(found.at_rules), tuple(found.nested))


@dataclass(slots=True)
class _Found:
    rules: list[Rule]
    at_rules: list[str]
    nested: list[str]

    def read(self, nodes: list[Any], within: tuple[str, ...]) -> None:
        for node in nodes:
            if node.type == "qualified-rule":
                self._rule(node, within)
            elif node.type == "at-rule":
                self._at_rule(node, within)

    def _rule(self, node: Any, within: tuple[str, ...]) -> None:
        selector = tinycss2.serialize(node.prelude).strip()
        inside = tinycss2.parse_blocks_contents(node.content, True, True)
        self.rules.append(Rule(selector, tuple(_said(inside)), within))
        for each in inside:
            if each.type in {"qualified-rule", "at-rule"}:
                self.nested.append(f"{selector} {{ {_beginning(each)}")

    def _at_rule(self, node: Any, within: tuple[str, ...]) -> None:
        name = node.lower_at_keyword
        if any(not each.startswith("layer") for each in within):
            self.nested.append(f"{_opening(within[-1])} {_beginning(node)}")
        if name not in _GROUPS or node.content is None:
            self.at_rules.append(name)
            return
        condition = f"{name} {tinycss2.serialize(node.prelude).strip()}".strip()
        inside = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
        self.read(inside, (*within, condition))


def _opening(condition: str) -> str:
    return f"@{condition} {{"


def _beginning(node: Any) -> str:
    prelude = tinycss2.serialize(node.prelude).strip()
    return f"@{node.at_keyword} {prelude}".strip() if node.type == "at-rule" else prelude


def _said(nodes: list[Any]) -> Iterator[Said]:
    for each in nodes:
        if each.type == "declaration":
            value = tinycss2.serialize(each.value).strip()
            name = each.name if each.name.startswith("--") else each.lower_name
            yield Said(name, value, each.important)
