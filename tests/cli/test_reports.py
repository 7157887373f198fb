"""What it was worth, whether everything adds up, and how it is going, from a shell."""

import csv
import io

import pytest
from sqlalchemy import update

from campaigns import clock
from campaigns.accounts.models import Organisation
from campaigns.bookings import lifecycle
from campaigns.database import Sessions
from campaigns.delivery import heartbeat
from campaigns.delivery.models import BatchState, Delivery, DeliveryStatus
from campaigns.planning.models import CampaignStatus
from campaigns.reporting import invariants
from tests.bookings import factories
from tests.cli.conftest import Shell
from tests.delivery.factories import make_deliveries, make_sending
from tests.factories import make_organisation
from tests.reporting.test_funnel import audience


@pytest.fixture
def booked(committed: Sessions) -> str:
    """A campaign whose reader clicked and booked, confirmed by the desk."""
    with committed.begin() as session:
        clinic = factories.make_clinic(session)
        audience(session, clinic.campaign, of=1)
        factories.make_click(session, clinic.delivery, hours_ago=0.005)
        wish = factories.make_wish(clinic)
        booking = lifecycle.request(session, delivery=clinic.delivery, wish=wish, key="form")
        lifecycle.confirm(session, booking, actor=clinic.desk)
        return clinic.campaign.name


def test_a_report_for_people_has_both_tables_and_says_how_credit_is_given(
    bedside: Shell, booked: str
) -> None:
    said = bedside.ok("report", booked)
    for part in (f"{booked}: finished", "What came of it", "$1,887", "clicked by people"):
        assert part in said
    assert "Credit: promo code, else last human click within 7 days; never opens." in said
    assert "Hits of the last minute may still turn out to be made by machines." in said


def test_a_report_that_is_settled_says_nothing_of_the_last_minute(
    bedside: Shell, committed: Sessions, booked: str
) -> None:
    with committed.begin() as session:
        factories.move_clock(session, minutes=5)
    assert "last minute" not in bedside.ok("report", booked)


def test_a_report_as_json_adds_up(bedside: Shell, booked: str) -> None:
    record = bedside.json("report", booked)
    assert record == bedside.json("report", booked, "--format", "json") | {"at": record["at"]}
    assert record["adds_up"] is True
    assert record["audience"] == sum(each["count"] for each in record["waterfall"]) == 1
    assert record["bookings"]["revenue_cents"] == 188_700


def test_a_report_as_csv_is_read_by_any_program(bedside: Shell, booked: str) -> None:
    said = bedside("report", booked, "--format", "csv")
    assert said.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(said.stdout_bytes.decode(), newline="")))
    assert rows[0] == {
        "campaign": booked,
        "section": "waterfall",
        "step": "audience",
        "reason": "",
        "value": "1",
        "in_words": "",
    }
    assert said.stdout_bytes.count(b"\r\n") == len(rows) + 1
    values = {each["step"]: each["value"] for each in rows}
    assert values["revenue confirmed"] == "$1,887"


def test_a_format_that_does_not_exist_is_said(bedside: Shell, booked: str) -> None:
    said = bedside("report", booked, "--format", "pdf")
    assert said.exit_code == 2
    assert "pdf" in said.stderr


def test_verify_says_that_everything_adds_up(bedside: Shell, clinic: Sessions) -> None:
    said = bedside.ok("verify")
    assert said.endswith("Everything adds up.\n")
    rows = bedside.json("verify")
    assert [each["invariant"] for each in rows] == [each.name for each in invariants.INVARIANTS]
    assert all(each["holds"] == "yes" and each["violations"] == 0 for each in rows)


def test_verify_names_what_does_not_add_up_and_leaves_with_1(
    bedside: Shell, clinic: Sessions
) -> None:
    with clinic.begin() as session:
        session.execute(update(Delivery).values(status=DeliveryStatus.QUEUED, sent_at=None))
    said = bedside("verify")
    assert said.exit_code == 1
    assert "Everything adds up." not in said.stdout
    rows = {each["invariant"]: each for each in bedside.json("verify", code=1)}
    assert {name for name, each in rows.items() if each["holds"] != "yes"} == {"finished"}
    assert rows["finished"]["violations"] == 2
    assert rows["finished"]["examples"][0].startswith("earlier-offer: delivery ")
    assert "n***@example.com" in rows["finished"]["examples"][0]
    assert "nadia@example.com" not in said.output


def test_status_says_who_holds_what(bedside: Shell, committed: Sessions) -> None:
    with committed.begin() as session:
        heartbeat.beat(session, heartbeat.TICK)
        campaign, program = make_sending(session, name="autumn")
        batch, _ = make_deliveries(session, campaign, program)
        batch.state, batch.owner = BatchState.CLAIMED, "worker-1:77"
        batch.lease_until = clock.now(session)
    said = bedside.ok("status")
    assert "Messages waiting: 3; on their way: 0" in said
    assert f"Worker worker-1:77 holds batch {batch.id} of autumn." in said
    assert "!" not in said
    record = bedside.json("status")
    [held] = record["held"]
    assert (held["worker"], held["campaign"], held["batch"]) == ("worker-1:77", "autumn", batch.id)
    assert record["campaigns"] == [["autumn", CampaignStatus.SENDING.value, ""]]
    assert (record["queued"], record["worries"]) == (3, [])
    assert record["last_tick"].endswith("+00:00")


def test_status_marks_what_is_to_worry_about(bedside: Shell, committed: Sessions) -> None:
    with committed.begin() as session:
        make_organisation(session)
        session.execute(
            update(Organisation).values(
                sending_paused_at=clock.now(session), sending_paused_by="olive@example.com"
            )
        )
    said = bedside.ok("status")
    assert "! The scheduler has not ticked for a minute" in said
    assert "! All sending is paused by olive@example.com" in said
    assert len(bedside.json("status")["worries"]) == 2


def test_status_before_the_clinic_is_set_up_says_how(bedside: Shell, committed: Sessions) -> None:
    said = bedside.refused("status")
    assert said == "The clinic is not set up yet. `bedside organisation import FILE` sets it up."
