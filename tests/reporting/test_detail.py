"""The whole report: stages, days, packages, and sentences that say what the charts show."""

import csv
import io

import pytest
from sqlalchemy import delete, select

from campaigns.accounts.models import AuditEntry, Role
from campaigns.bookings import lifecycle, queries
from campaigns.database import Session
from campaigns.errors import NotAllowed
from campaigns.reporting import detail, tables
from campaigns.reporting.definitions import DEFINITIONS
from campaigns.reporting.detail import Detail
from campaigns.tracking.models import Event
from tests.bookings import factories
from tests.bookings.factories import Clinic
from tests.reporting import reported


@pytest.fixture
def clinic(session: Session) -> Clinic:
    return reported.make(session)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def whole(session: Session, clinic: Clinic) -> Detail:
    return detail.detail(session, clinic.campaign)


def test_each_stage_says_its_share_of_the_one_before(session: Session, clinic: Clinic) -> None:
    stages = whole(session, clinic).stages
    assert [(each.key, each.number) for each in stages] == [
        ("audience", reported.AUDIENCE),
        ("sent", reported.SENT),
        ("clickers", 8),
        ("requested", 1),
        ("bookings", 1),
    ]
    assert stages[0].share is None
    assert stages[1].share == reported.SENT / reported.AUDIENCE
    assert {each.key for each in stages} <= set(DEFINITIONS)


def test_the_report_adds_up_and_nothing_waits(session: Session, clinic: Clinic) -> None:
    found = whole(session, clinic)
    assert found.report.adds_up
    assert found.waiting == 0
    assert sum(each.sent for each in found.days) == reported.SENT
    assert sum(each.sent for each in found.regions) == reported.SENT
    assert sum(each.people for each in found.links) == found.report.figures.clickers == 8


def test_bookings_are_told_by_package_and_a_cancelled_one_is_gone(
    session: Session, clinic: Clinic
) -> None:
    [line] = whole(session, clinic).packages
    assert (line.package, line.credited, line.confirmed, line.cents) == (
        clinic.package.name,
        1,
        1,
        188_700,
    )
    [visit] = queries.listed(session)
    lifecycle.cancel(session, visit.booking)
    assert whole(session, clinic).packages == ()


def test_a_sentence_says_what_each_chart_shows(session: Session, clinic: Clinic) -> None:
    found = whole(session, clinic)
    best = max(found.days, key=lambda each: each.clickers)
    assert f"{best.day:%A}" in detail.day_summary(found)
    assert f"{best.clickers} of 8" in detail.day_summary(found)
    assert "on the clinic's clock" in detail.hour_summary(found)
    assert "people" in detail.link_summary(found)


def test_before_anybody_followed_a_link_that_is_said(session: Session, clinic: Clinic) -> None:
    session.execute(delete(Event))
    found = whole(session, clinic)
    for sentence in (detail.day_summary, detail.hour_summary, detail.link_summary):
        assert sentence(found) == "Nobody has followed a link yet."


def test_the_booking_page_is_called_so(session: Session, clinic: Clinic) -> None:
    links = whole(session, clinic).links
    assert "the booking page" in {detail.link_words(each) for each in links}


def test_files_say_what_the_page_says(session: Session, clinic: Clinic) -> None:
    found = whole(session, clinic)
    links = read(tables.links(session, clinic.campaign))
    assert [int(row["people"]) for row in links] == [each.people for each in found.links]
    days = read(tables.days(session, clinic.campaign))
    assert [row["day"] for row in days] == [each.day.isoformat() for each in found.days]
    regions = read(tables.regions(session, clinic.campaign))
    assert [row["region"] for row in regions] == [each.region for each in found.regions]


def test_the_peoples_file_has_a_line_for_each_and_is_kept_in_the_trail(
    session: Session, clinic: Clinic
) -> None:
    reported.name_someone(session, clinic, first_name='=HYPERLINK("https://example.com")')
    owner = factories.make_user(session, Role.OWNER)
    rows = read(tables.people(session, clinic.campaign, actor=owner))
    assert len(rows) == reported.AUDIENCE
    [booked] = [row for row in rows if row["booked"] == "yes"]
    assert booked["address"] == "ada@example.com"
    assert booked["first_name"].startswith("'=")
    assert booked["accepted_at"] == "2026-11-19 09:00:00-06:00"
    assert sum(row["clicked"] == "yes" for row in rows) == 8
    assert sum(row["unsubscribed"] == "yes" for row in rows) == 1
    reasons = {row["reason"] for row in rows if row["status"] == "skipped"}
    assert "Never agreed to this topic." in reasons
    accepted = [row for row in rows if row["accepted_at"]]
    assert {row["status"] for row in accepted} == {"accepted by the mail server"}
    assert len(accepted) == reported.SENT
    verbs = session.scalars(select(AuditEntry.verb).where(AuditEntry.user_id == owner.id)).all()
    assert verbs == ["export people of a report"]


def test_who_may_not_see_contacts_gets_no_file_of_people(session: Session, clinic: Clinic) -> None:
    viewer = factories.make_user(session, Role.VIEWER)
    with pytest.raises(NotAllowed):
        tables.people(session, clinic.campaign, actor=viewer)


def test_an_erased_person_has_a_line_without_an_address(session: Session, clinic: Clinic) -> None:
    contact = reported.name_someone(session, clinic, first_name="")
    contact.address = contact.canonical_address = None
    session.flush()
    owner = factories.make_user(session, Role.OWNER)
    rows = read(tables.people(session, clinic.campaign, actor=owner))
    assert [row["address"] for row in rows].count("(erased)") == 1
