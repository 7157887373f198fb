"""The locks carry whatever pyproject.toml asks for, so that a fresh clone starts."""

import re

import pytest

from tests.house.sources import ROOT, project


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
