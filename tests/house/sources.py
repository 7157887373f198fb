"""The repository's own sources, parsed once, for the house's rules."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).parents[2]
Node = TypeVar("Node", bound=ast.AST)
PRODUCT = ("campaigns", "workers", "scheduler.py")


@dataclass(frozen=True)
class Module:
    """One Python file; `name` is its path from the root, such as `campaigns/clock.py`."""

    name: str
    tree: ast.Module
    lines: int

    @property
    def room(self) -> str:
        """The part of `campaigns` it belongs to, or its top folder."""
        first, _, rest = self.name.partition("/")
        return (rest.split("/")[0] if first == "campaigns" else first).removesuffix(".py")

    def walk(self, kind: type[Node]) -> Iterator[Node]:
        """Every node of this kind."""
        return (node for node in ast.walk(self.tree) if isinstance(node, kind))

    def at(self, node: ast.AST) -> str:
        """Where a node stands, as people look it up."""
        return f"{self.name}:{getattr(node, 'lineno', 0)}"


@cache
def modules(*tops: str) -> tuple[Module, ...]:
    """Every module under these tops (the product where none is given), migrations left out."""
    found = []
    for top in tops or PRODUCT:
        path = ROOT / top
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            name = file.relative_to(ROOT).as_posix()
            if "/migrations/" not in name:
                text = file.read_text(encoding="utf-8")
                found.append(Module(name, ast.parse(text), text.count("\n")))
    assert found
    return tuple(found)


@cache
def project() -> dict[str, Any]:
    """`pyproject.toml`."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def floor_order() -> tuple[str, ...]:
    """The parts of `campaigns` in floor order, lowest first, as import-linter enforces it."""
    contracts = project()["tool"]["importlinter"]["contracts"]
    [road] = [each for each in contracts if each["type"] == "layers"]
    return tuple(reversed(road["layers"]))


def aliases(module: Module, dotted: str) -> set[str]:
    """The names under which this module knows `dotted` (a module or something in one)."""
    parent, _, last = dotted.rpartition(".")
    names = set()
    for node in module.walk(ast.ImportFrom):
        if node.module == parent:
            names |= {each.asname or each.name for each in node.names if each.name == last}
    for plain in module.walk(ast.Import):
        names |= {each.asname or each.name for each in plain.names if each.name == dotted}
    return names


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an attribute chain; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method."""
    yield from module.walk(ast.FunctionDef)
    yield from module.walk(ast.AsyncFunctionDef)
