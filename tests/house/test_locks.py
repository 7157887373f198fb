"""The locks carry whatever pyproject.toml asks for, so that a fresh clone starts."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions

import pytest

from tests.house.sources import PRODUCT, ROOT, Module, modules, project

OURS = frozenset(each.removesuffix(".py") for each in PRODUCT)


def asked_for(*extras: str) -> set[str]:
    found = project()["project"]
    lines = [*found["dependencies"]]
    for each in extras:
        lines += found["optional-dependencies"][each]
    return {plain(re.split(r"[\[<>=~!;, ]", each, maxsplit=1)[0]) for each in lines}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(name: str) -> set[str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return {plain(each) for each in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", text, re.M)}


@pytest.mark.parametrize(
    ("lock", "extras"), [("base", ()), ("demo", ("demo",)), ("dev", ("demo", "dev"))]
)
def test_a_lock_has_everything_that_is_asked_for(lock: str, extras: tuple[str, ...]) -> None:
    assert asked_for(*extras) - locked(lock) == set()


def foreign(module: Module) -> Iterator[str]:
    """The top-level names that a module imports from other people's packages."""
    named = [each.name for node in module.walk(ast.Import) for each in node.names]
    named += [node.module or "" for node in module.walk(ast.ImportFrom) if not node.level]
    tops = {each.partition(".")[0] for each in named}
    yield from sorted(tops - OURS - sys.stdlib_module_names)


def test_what_the_product_imports_is_installed_where_it_runs() -> None:
    packages = packages_distributions()
    missing = [
        f"{module.name} imports {name}, which requirements/{lock}.txt does not install"
        for module in modules()
        for lock in ["demo" if module.room == "local" else "base"]
        for name in foreign(module)
        if not {plain(each) for each in packages.get(name, [])} & locked(lock)
    ]
    assert missing == []
