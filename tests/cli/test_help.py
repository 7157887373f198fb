"""Every command says what it does, with an example, and prints JSON for scripts."""

import pytest

from tests.cli import commands
from tests.cli.conftest import Shell

NAMES = [name for name, _ in commands.every()]


def test_no_command_escapes_the_sweeps() -> None:
    assert set(NAMES) == {*commands.ACTING, *commands.READING, *commands.OPERATING}


@pytest.mark.parametrize("name", NAMES)
def test_help_ends_with_an_example_of_that_command(bedside: Shell, name: str) -> None:
    said = " ".join(bedside.ok(*name.split(), "--help").split())
    assert f"Example: bedside {name}" in said
    assert ("--as" in said) is (name in commands.ACTING)
    assert ("--json" in said) is (name != "demo")


@pytest.mark.parametrize("name", ["", *sorted({each.split()[0] for each in NAMES if " " in each})])
def test_a_noun_without_a_verb_lists_its_verbs(bedside: Shell, name: str) -> None:
    said = bedside(*name.split())
    verbs = {each.removeprefix(name).split()[0] for each in NAMES if each.startswith(name)}
    assert "Usage: bedside" in said.output
    assert verbs
    assert all(verb in said.output for verb in verbs)


def test_bedside_runs_as_a_module(monkeypatch: pytest.MonkeyPatch) -> None:
    from campaigns import __main__ as module

    monkeypatch.setattr("sys.argv", ["bedside", "--help"])
    with pytest.raises(SystemExit) as left:
        module.main()
    assert left.value.code == 0
