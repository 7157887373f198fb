"""Whatever is wrong is one clear line and exit 1, never a trace."""

from pathlib import Path

import pytest
import typer
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from campaigns.cli import console
from campaigns.database import Sessions
from campaigns.errors import Unavailable
from campaigns.local import sample
from tests.cli.commands import ACTING, READING
from tests.cli.conftest import SAMPLE, Shell

ALL = ACTING | READING
AWAY = "postgresql://bedside:hunter2@127.0.0.1:1/bedside"
ABOUT_A_CAMPAIGN = [
    name
    for name in ALL
    if name == "report"
    or (name.startswith("campaigns ") and name.split()[1] not in {"new", "list"})
]
WITH_A_FILE = [name for name, words in ALL.items() if words and words[0].startswith(str(SAMPLE))]


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_database_that_is_away_is_said(bedside: Shell, name: str) -> None:
    as_ = sample.OWNER if name in ACTING else ""
    said = bedside.refused(*name.split(), *ALL[name], as_=as_, DATABASE_URL=AWAY)
    assert said.startswith("The database does not answer. Is PostgreSQL running")
    assert "hunter2" not in said


def test_a_database_that_is_away_cannot_be_migrated(bedside: Shell) -> None:
    said = bedside.refused("migrate", DATABASE_URL=AWAY)
    assert said.startswith("The database does not answer. Is PostgreSQL running")


@pytest.fixture
def empty_database(database_url: str) -> str:
    """A database without any table, in which nothing is changed."""
    plain = make_url(database_url).set(drivername="postgresql", database="postgres")
    return plain.render_as_string(hide_password=False)


@pytest.mark.parametrize("words", [("status",), ("campaigns", "list")])
def test_a_database_without_our_tables_says_how_to_make_them(
    bedside: Shell, empty_database: str, words: tuple[str, ...]
) -> None:
    said = bedside.refused(*words, DATABASE_URL=empty_database)
    assert "run `bedside migrate`" in said


def test_another_fault_in_a_statement_is_not_hidden(clinic: Sessions) -> None:
    with pytest.raises(ProgrammingError), console.edge() as session:
        session.execute(text("SELEKT 1"))


def test_a_refusal_inside_keeps_its_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit), console.refusals():
        raise Unavailable("The mail server is away.")
    assert capsys.readouterr().err == "The mail server is away.\n"


def test_no_database_at_all_says_how_to_begin(bedside: Shell, tmp_path: Path) -> None:
    said = bedside.refused("status", DATABASE_URL="", BEDSIDE_DATA_DIR=str(tmp_path))
    assert said == (
        "No database is configured and the demo is not running: start `make demo`, "
        "or set DATABASE_URL."
    )


@pytest.mark.parametrize(
    "words", [("status",), ("settings", "check"), ("demo", "--once"), ("demo",)]
)
def test_a_wrong_setting_is_named(bedside: Shell, words: tuple[str, ...]) -> None:
    said = bedside.refused(*words, BEDSIDE_TICK_SECONDS="soon", BEDSIDE_WEB_PORT="99999")
    first, second = said.splitlines()
    assert first.startswith("BEDSIDE_WEB_PORT is wrong: ")
    assert second.startswith("BEDSIDE_TICK_SECONDS is wrong: ")


@pytest.mark.parametrize("name", sorted(ACTING))
def test_nobody_named_as_acting_is_asked_who_acts(
    bedside: Shell, clinic: Sessions, name: str
) -> None:
    said = bedside.refused(*name.split(), *ACTING[name])
    assert said == "Say who acts: --as you@example.com, or set BEDSIDE_USER."


@pytest.mark.parametrize("name", sorted(set(ACTING) - {"campaigns approve"}))
def test_a_role_that_may_not_is_told_who_may(bedside: Shell, viewer: str, name: str) -> None:
    said = bedside.refused(*name.split(), *ACTING[name], as_=viewer)
    assert said.startswith(f"{viewer} may not ")
    assert "It takes one of these roles: " in said
    assert "owner" in said


def test_an_unknown_person_is_told_how_people_are_added(bedside: Shell, clinic: Sessions) -> None:
    said = bedside.refused("pause-all", as_="nobody@example.com")
    assert said == (
        "There is no user nobody@example.com. An owner adds one with `bedside user add`."
    )
    assert "is not an email address" in bedside.refused("pause-all", as_="nobody")


def test_who_acts_may_come_from_the_environment(bedside: Shell, clinic: Sessions) -> None:
    assert bedside.ok("pause-all", BEDSIDE_USER=sample.OWNER)


@pytest.mark.parametrize("name", sorted(ABOUT_A_CAMPAIGN))
def test_an_unknown_campaign_says_where_to_look(
    bedside: Shell, clinic: Sessions, name: str
) -> None:
    as_ = sample.OWNER if name in ACTING else ""
    said = bedside.refused(*name.split(), "winter", *ALL[name][1:], as_=as_)
    assert said == "There is no campaign winter. `bedside campaigns list` shows them."


@pytest.mark.parametrize("name", sorted(WITH_A_FILE))
def test_a_file_that_cannot_be_read_is_named(
    bedside: Shell, clinic: Sessions, name: str, tmp_path: Path
) -> None:
    rest = ALL[name][1:]
    missing = tmp_path / "missing.yaml"
    said = bedside.refused(*name.split(), str(missing), *rest, as_=sample.OWNER)
    assert said == f"{missing} cannot be read: No such file or directory."
    said = bedside.refused(*name.split(), str(tmp_path), *rest, as_=sample.OWNER)
    assert said == f"{tmp_path} cannot be read: Is a directory."


@pytest.mark.parametrize("name", sorted(set(WITH_A_FILE) - {"contacts import"}))
def test_a_file_in_another_encoding_or_without_sense_is_refused(
    bedside: Shell, clinic: Sessions, name: str, tmp_path: Path
) -> None:
    file = tmp_path / "given.yaml"
    file.write_bytes("name: Café".encode("latin-1"))
    said = bedside.refused(*name.split(), str(file), as_=sample.OWNER)
    assert said == f"{file} is not UTF-8 text (byte 9)."
    for content in ("", "- 1\n", "a: [", "x: &a [*a]\n", "name: 1\n", "\0", "8", "a: 1\na: 2\n"):
        file.write_text(content, encoding="utf-8")
        assert bedside.refused(*name.split(), str(file), as_=sample.OWNER)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("segments import", 'segments: [{name: a, title: "a\\0b", rule: {everyone: true}}]'),
        ("packages import", "packages: " + "[" * 5000),
        ("organisation import", "name: " + "[" * 5000),
    ],
)
def test_what_cannot_be_kept_is_one_clear_line(
    bedside: Shell, clinic: Sessions, tmp_path: Path, name: str, text: str
) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text(text, encoding="utf-8")
    said = bedside.refused(*name.split(), str(file), as_=sample.OWNER)
    assert said
    assert "Traceback" not in said


def test_a_moment_out_of_all_bounds_is_one_clear_line(bedside: Shell, clinic: Sessions) -> None:
    said = bedside.refused(
        "campaigns", "schedule", "health-letter", "--at", "9999-12-31 23:59", as_=sample.COORDINATOR
    )
    assert "out of all bounds" in said
