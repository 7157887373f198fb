"""`bedside packages` and `bedside promotions`, as a person types them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from campaigns import database, local
from campaigns.accounts.models import Role
from campaigns.cli import promotions
from campaigns.database import Sessions
from tests.promotions import factories

SAMPLE = Path(local.__file__).parent / "sample"
AS = ["--as", "cora@example.com"]


@pytest.fixture
def clinic(committed: Sessions) -> Iterator[None]:
    """The clinic and its coordinator, for every process to see."""
    with database.transaction(committed) as session:
        factories.stop_clock(session)
        factories.make_clinic(session)
        factories.make_user(session, "cora", Role.COORDINATOR)
    yield
    database.engine().dispose()


def _packages(*words: str) -> Result:
    return CliRunner().invoke(promotions.packages, [*words])


def _promotions(*words: str) -> Result:
    return CliRunner().invoke(promotions.app, [*words])


def _take_in() -> None:
    for result in (
        _packages("import", str(SAMPLE / "packages.yaml"), *AS),
        _promotions("import", str(SAMPLE / "promotions.yaml"), *AS),
    ):
        assert result.exit_code == 0, result.output


@pytest.mark.usefixtures("clinic")
def test_packages_are_taken_in_once() -> None:
    first = _packages("import", str(SAMPLE / "packages.yaml"), *AS, "--json")
    again = _packages("import", str(SAMPLE / "packages.yaml"), *AS, "--json")
    told: dict[str, Any] = json.loads(first.output)
    assert (len(told["added"]), told["new_slots"]) == (8, 110)
    told = json.loads(again.output)
    assert (told["added"], len(told["unchanged"]), told["new_slots"]) == ([], 8, 0)


@pytest.mark.usefixtures("clinic")
def test_a_bad_file_is_one_clear_line_and_exit_1(tmp_path: Path) -> None:
    file = tmp_path / "packages.yaml"
    file.write_text("packages:\n  - code: X1\n    price: many\n")
    result = _packages("import", str(file), *AS)
    assert result.exit_code == 1
    assert "line 3: price: 'many' is not an amount of money" in result.output


@pytest.mark.usefixtures("clinic")
def test_all_promotions_and_one_with_its_claim() -> None:
    assert "There are no promotions yet." in _promotions("show").output
    _take_in()
    listed = json.loads(_promotions("show", "--json").output)
    assert {each["code"] for each in listed} == {"package-savings", "booster-week", "first-visit"}
    shown = json.loads(_promotions("show", "package-savings", "--json").output)
    assert (shown["claim"], shown["stands"], shown["budget"]) == ("up to 26 %", "open", "$12,000")
    assert shown["prices"][1]["price"] == "$1,887"
    assert shown["not_counted"][0]["package"] == "SER-10"
    for_people = _promotions("show", "first-visit").output
    assert "none" in for_people
    assert "CONSULT" in for_people
    assert _promotions("show", "spring").exit_code == 1
