"""What the desk does from a shell."""

import json

import pytest
from typer.testing import CliRunner, Result

from campaigns.accounts.models import Role
from campaigns.bookings import lifecycle, queries
from campaigns.cli.bookings import app
from campaigns.database import Sessions
from tests.bookings import factories
from tests.bookings.factories import Clinic


@pytest.fixture
def clinic(committed: Sessions) -> Clinic:
    with committed.begin() as session:
        return factories.make_clinic(session)


@pytest.fixture
def reference(committed: Sessions, clinic: Clinic) -> str:
    with committed.begin() as session:
        booking = lifecycle.request(
            session, delivery=clinic.delivery, wish=factories.make_wish(clinic), key="form"
        )
        return booking.reference


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})


def test_the_list_shows_who_comes_when(clinic: Clinic, reference: str) -> None:
    result = run("list", "--as", clinic.desk.address)

    assert result.exit_code == 0
    for shown in (reference, "Wed 25 Nov 2026, 09:00 CST", "Ada Example", "$1,887", "held"):
        assert shown in result.output


def test_the_list_as_json_names_every_column(clinic: Clinic, reference: str) -> None:
    (row,) = json.loads(run("list", "--json", "--as", clinic.desk.address).output)

    assert row["reference"] == reference
    assert row["status"] == "held"
    assert row["price"] == {"cents": 188_700, "currency": "USD"}
    assert row["phone"] is None


def test_the_list_is_for_those_who_may_see_it(
    committed: Sessions, clinic: Clinic, reference: str
) -> None:
    with committed.begin() as session:
        viewer = factories.make_user(session, Role.VIEWER)

    result = run("list", "--as", viewer.address)

    assert result.exit_code == 1
    assert reference not in result.output


def test_confirming_says_whom_to_expect(
    committed: Sessions, clinic: Clinic, reference: str
) -> None:
    result = run("confirm", reference.lower(), "--as", clinic.desk.address)

    assert result.exit_code == 0
    assert f"Booking {reference} is confirmed: Ada Example, Wed 25 Nov" in result.output
    with committed() as session:
        assert queries.by_reference(session, reference).status == "confirmed"


def test_declining_asks_for_a_reason_and_leaves_the_list(clinic: Clinic, reference: str) -> None:
    desk = ("--as", clinic.desk.address)
    assert run("decline", reference, *desk).exit_code == 2

    result = run("decline", reference, "--reason", "closed", "--json", *desk)

    assert json.loads(result.output)["status"] == "declined"
    assert run("list", *desk).output == "No bookings.\n"
    assert reference in run("list", "--all", *desk).output
    assert reference in run("list", "--status", "declined", *desk).output


def test_what_cannot_be_confirmed_is_one_clear_line(clinic: Clinic, reference: str) -> None:
    desk = ("--as", clinic.desk.address)
    run("confirm", reference, *desk)

    again = run("confirm", reference, *desk)
    unknown = run("confirm", "BK-00000", *desk)

    assert again.exit_code == unknown.exit_code == 1
    assert again.output == f"Booking {reference} cannot be confirmed: it is confirmed.\n"
    assert "There is no booking BK-00000." in unknown.output


@pytest.mark.parametrize("verb", ["list", "confirm", "decline"])
def test_each_help_ends_with_an_example(verb: str) -> None:
    assert f"Example: bedside bookings {verb}" in run(verb, "--help").output
