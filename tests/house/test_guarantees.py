"""Every promise in the documents names tests that exist."""

import ast
import re

from tests.house.sources import ROOT

DOCUMENT = ROOT / "docs" / "guarantees.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
PROMISE = re.compile(r"^\| (?!promise \|)(?P<promise>[^|]+) \|(?P<held_by>.*)\|$", re.MULTILINE)


def defined_in(file: str) -> set[str]:
    """The tests that a file defines."""
    path = ROOT / file
    if not path.is_file():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}


def test_every_test_that_the_guarantees_name_exists() -> None:
    named = NAMED.findall(DOCUMENT.read_text(encoding="utf-8"))
    assert len(named) > 50
    missing = [f"{file}::{test}" for file, test in named if test not in defined_in(file)]
    assert missing == []


def test_every_promise_names_what_holds_it() -> None:
    promises = list(PROMISE.finditer(DOCUMENT.read_text(encoding="utf-8")))
    assert len(promises) > 40
    assert [each["promise"] for each in promises if not NAMED.search(each["held_by"])] == []
