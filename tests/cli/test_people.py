"""The operator sees who works here, and sets a password where nobody else can."""

import io
import sys

import pytest

from campaigns.accounts import logins, passwords
from campaigns.accounts import queries as accounts
from campaigns.cli import console
from campaigns.database import Sessions
from campaigns.local import sample
from tests.cli.conftest import Shell
from tests.factories import make_user

GOOD = "three plain words"


def test_everyone_is_listed_with_whether_they_can_sign_in(bedside: Shell, clinic: Sessions) -> None:
    with clinic.begin() as session:
        passwords.set_password(accounts.user(session, sample.VIEWER), GOOD)
        gone = make_user(session, address="gone@example.com")
        gone.disabled_at = gone.created_at
        make_user(session, address="new@example.com", name="Nell New")
    rows = {each["address"]: each for each in bedside.json("user", "list")}
    assert rows[sample.OWNER]["roles"] == ["owner"]
    assert rows[sample.VIEWER]["can_sign_in"] == "yes"
    assert rows["gone@example.com"]["can_sign_in"] == "no: not let in any more"
    assert rows["new@example.com"]["can_sign_in"] == "not yet: no password"
    assert "Nell New" in bedside.ok("user", "list")


def test_before_anyone_works_here_the_list_says_how_to_begin(
    bedside: Shell, committed: Sessions
) -> None:
    assert bedside.ok("user", "list") == "Nobody works here yet: `bedside user add`.\n"


def test_a_password_comes_from_standard_input_and_ends_every_session(
    bedside: Shell, clinic: Sessions
) -> None:
    with clinic.begin() as session:
        token = logins.begin(session, accounts.user(session, sample.VIEWER))
    done = bedside(
        "user", "password", sample.VIEWER, as_=sample.OWNER, typed=f"{GOOD} of mine\nmore\n"
    )
    assert done.exit_code == 0
    assert done.stdout.startswith(f"The password of {sample.VIEWER} is set.")
    assert GOOD not in done.output
    with clinic() as session:
        assert passwords.matches(accounts.user(session, sample.VIEWER), f"{GOOD} of mine")
        assert logins.current(session, token) is None


def test_a_poor_password_is_refused(bedside: Shell, clinic: Sessions) -> None:
    done = bedside("user", "password", sample.VIEWER, as_=sample.OWNER, typed="short\n")
    assert (done.exit_code, "Use at least 12 characters" in done.stderr) == (1, True)


def test_a_password_for_nobody_is_not_asked_for(bedside: Shell, clinic: Sessions) -> None:
    said = bedside.refused("user", "password", "nobody@example.com", as_=sample.OWNER)
    assert said.startswith("There is no user nobody@example.com.")


def test_at_a_terminal_a_password_is_typed_without_being_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(console, "getpass", lambda question: f"typed after {question}")
    assert console.read_secret("New: ") == "typed after New: "
