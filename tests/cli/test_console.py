"""What is printed: tables, records and JSON; names from outside steer no terminal."""

import json
from datetime import UTC, date, datetime

import pytest
import typer

from campaigns.cli import console
from campaigns.contacts.models import Topic
from campaigns.errors import NotFound
from campaigns.money import Money


def test_markup_in_a_name_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    console.show([{"name": "[/b] [red]Ada[/red]", "number": 1}], as_json=False)
    assert "[/b] [red]Ada[/red]" in capsys.readouterr().out


def test_what_would_steer_a_terminal_is_made_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    console.show([{"name": "\x1b[2JAda\x07"}], as_json=False)
    console.show_record({"name": "\x1b[31mBen", "list": ["\x9b1m"]}, as_json=False)
    console.say("Carla\x1b]0;title\x07\nin two lines")
    said = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\x9b"} & set(said)
    assert "Carla\N{REPLACEMENT CHARACTER}]0;title" in said
    assert "\nin two lines\n" in said


def test_a_refusal_is_made_harmless_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as left:
        console.refuse(NotFound("There is no [b]campaign[/b] \x1b[2J."))
    assert left.value.exit_code == 1
    assert capsys.readouterr().err == (
        "There is no [b]campaign[/b] \N{REPLACEMENT CHARACTER}[2J.\n"
    )


def test_money_with_a_narrow_space_is_not_harmed(capsys: pytest.CaptureFixture[str]) -> None:
    console.say("26\N{NO-BREAK SPACE}%")
    assert capsys.readouterr().out == "26\N{NO-BREAK SPACE}%\n"


def test_a_table_says_so_when_it_is_empty(capsys: pytest.CaptureFixture[str]) -> None:
    console.show([], as_json=False)
    console.show([], as_json=True)
    assert capsys.readouterr().out == "Nothing here yet.\n[]\n"


def test_cells_are_written_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    moment = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    record = {
        "sent_at": moment,
        "nobody": None,
        "list": ["a", "b"],
        "none": [],
        "money": Money(188_700),
    }
    console.show_record(record, as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "sent at: 2026-11-24 15:00 UTC",
        "nobody:  -",
        "list:    a, b",
        "none:    -",
        "money:   $1,887",
    ]


def test_json_is_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    moment = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    record = {
        "at": moment,
        "day": date(2026, 12, 12),
        "money": Money(100, "EUR"),
        "topic": Topic.OFFERS,
        "name": "Zoé",
    }
    console.show_record(record, as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "at": "2026-11-24T15:00:00+00:00",
        "day": "2026-12-12",
        "money": {"cents": 100, "currency": "EUR"},
        "topic": "offers",
        "name": "Zoé",
    }


def test_what_has_no_json_form_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="set has no JSON form"):
        console.print_json({1, 2})
