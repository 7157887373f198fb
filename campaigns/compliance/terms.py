"""The words that checks look for, kept as data: a list a name, matched as whole words."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).parent / "terms.yaml"


@cache
def lists() -> dict[str, list[str]]:
    """Every list of the file."""
    loaded: dict[str, list[str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded


@cache
def pattern(name: str) -> re.Pattern[str]:
    """One list as an expression that finds whole words in any case; hyphens belong to words."""
    words = "|".join(each.replace(" ", r"\s+") for each in lists()[name])
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)


def found(name: str, text: str) -> Iterator[re.Match[str]]:
    """Where words of this list stand in a text."""
    return pattern(name).finditer(text)


def has(name: str, text: str) -> bool:
    """Whether any word of this list stands in a text."""
    return pattern(name).search(text) is not None


def first(name: str, text: str) -> str:
    """The first word of this list in a text; empty where there is none."""
    match = pattern(name).search(text)
    return match.group() if match else ""
