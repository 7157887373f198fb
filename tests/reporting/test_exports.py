"""The same report as tables, as JSON and as CSV: the parts add up in each."""

import csv
import io

import pytest

from campaigns.bookings import lifecycle
from campaigns.database import Session
from campaigns.delivery.models import DeliveryStatus, Reason
from campaigns.reporting import exports, funnel
from campaigns.reporting.funnel import Report
from campaigns.tracking.models import EventKind
from tests.bookings import factories
from tests.reporting.test_funnel import audience, happened, request, stands

S = DeliveryStatus


@pytest.fixture
def report(session: Session) -> Report:
    """An audience of five: one accepted, clicked and booked; one each in four other states."""
    clinic = factories.make_clinic(session)
    clinic.campaign.name = "autumn"
    stands(session, clinic.campaign, S.SKIPPED, Reason.CAP)
    stands(session, clinic.campaign, S.FAILED, Reason.REFUSED)
    stands(session, clinic.campaign, S.UNCERTAIN)
    stands(session, clinic.campaign, S.INFLIGHT)
    audience(session, clinic.campaign, of=5)
    happened(session, clinic.delivery, EventKind.CLICKED)
    happened(session, clinic.delivery, EventKind.OPENED)
    lifecycle.confirm(session, request(session, clinic), actor=clinic.desk)
    return funnel.report(session, clinic.campaign)


def test_the_rows_of_the_waterfall_add_up_to_its_first(report: Report) -> None:
    first, *parts = exports.waterfall_rows(report)
    assert first == {"step": "audience", "reason": "", "contacts": 5}
    assert first["contacts"] == sum(row["contacts"] for row in parts)
    assert [row["step"] for row in parts] == [
        "on its way",
        "accepted by the mail server",
        "skipped",
        "failed",
        "uncertain (handed over, never answered; not sent again)",
    ]
    assert [row["reason"] for row in parts] == ["", "", "cap", "refused", ""]


def test_every_status_has_its_words(session: Session, report: Report) -> None:
    assert {each.status for each in report.lines} == set(S) - {S.QUEUED}
    assert len({row["step"] for row in exports.waterfall_rows(report)}) == len(S)


def test_the_funnel_goes_from_accepted_to_revenue_and_says_opens_last(report: Report) -> None:
    rows = {row["step"]: row["value"] for row in exports.funnel_rows(report)}
    assert list(rows)[:7] == [
        "accepted by the mail server",
        "clicked by people",
        "clicked by machines only",
        "bookings requested",
        "bookings credited",
        "bookings confirmed",
        "revenue confirmed",
    ]
    assert [*rows.values()][:7] == [1, 1, 0, 1, 1, 1, "$1,887"]
    assert [name for name in rows if name.startswith("opens")] == list(rows)[-4:]
    assert rows["opens seen"] == rows["opens, automatic"] + rows["opens, possible"] == 1


def test_the_record_has_the_same_figures_and_money_in_cents(report: Report) -> None:
    record = exports.as_record(report)
    assert record["adds_up"] is True
    assert record["audience"] == sum(line["count"] for line in record["waterfall"]) == 5
    assert {"status": "skipped", "reason": "cap", "count": 1} in record["waterfall"]
    assert record["bookings"] == {
        "requested": 1,
        "credited": 1,
        "confirmed": 1,
        "revenue_cents": 188_700,
        "currency": "USD",
    }
    assert record["opens"] == {
        "seen": 1,
        "automatic": 0,
        "possible": 1,
        "confirmed_by_a_click": 1,
    }
    assert (record["clicked_by_people"], record["clicked_by_machines"]) == (1, 0)
    assert (record["unsubscribed"], record["complained"], record["bounced"]) == (0, 0, 0)
    assert (record["campaign"], record["status"], record["settled"]) == ("autumn", "finished", True)


def test_the_csv_is_as_rfc_4180_has_it(report: Report) -> None:
    text = exports.as_csv(report)
    assert text.endswith("\r\n")
    assert text.count("\n") == text.count("\r\n")
    assert '"$1,887"' in text
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert header == ["campaign", "section", "step", "reason", "value", "in_words"]
    assert {len(row) for row in rows} == {6}
    assert {row[0] for row in rows} == {"autumn"}
    waterfall = [row for row in rows if row[1] == "waterfall"]
    assert int(waterfall[0][4]) == sum(int(row[4]) for row in waterfall[1:])
    assert all(bool(row[5]) == bool(row[3]) and "_" not in row[5] for row in rows)
    shown = [*exports.waterfall_rows(report), *exports.funnel_rows(report)]
    assert [row[2] for row in rows] == [each["step"] for each in shown]
