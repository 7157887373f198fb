"""A month of the clinic's calendar: what goes out when, and who would get two of them."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.contacts.models import Segment
from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.registry import FACTS
from campaigns.reporting import month
from campaigns.reporting.month import Month
from tests.factories import make_campaign, make_contact, make_organisation, make_segment
from tests.tracking.factories import stop_clock

ZONE = "America/Chicago"
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
C = CampaignStatus


@pytest.fixture
def clinic(session: Session) -> Session:
    stop_clock(session, NOW)
    make_organisation(session)
    return session


def sheet(session: Session, text: str = "") -> Month:
    return month.of(session, text=text, zone=ZONE, facts=FACTS)


def scheduled(session: Session, at: datetime, segment: Segment, **values: object) -> Campaign:
    return make_campaign(
        session,
        **({"status": C.SCHEDULED, "scheduled_at": at, "segment_id": segment.id} | values),
    )


def names(found: Month) -> dict[int, list[str]]:
    return {day.day.day: [each.campaign.name for each in day.entries] for day in found.days}


def test_a_month_has_whole_weeks_and_says_which_days_are_its_own(clinic: Session) -> None:
    found = sheet(clinic)
    assert (found.first.isoformat(), found.before, found.after) == (
        "2026-11-01",
        "2026-10",
        "2026-12",
    )
    assert {len(week) for week in found.weeks} == {7}
    days = [day for week in found.weeks for day in week]
    assert [day.day.isoformat() for day in days if day.is_today] == ["2026-11-24"]
    assert sum(not day.is_outside for day in days) == 30
    assert days[0].day.isoformat() == "2026-10-26"


def test_a_campaign_stands_on_its_day_of_the_clinics_calendar(clinic: Session) -> None:
    segment = make_segment(clinic)
    late = datetime(2026, 12, 1, 5, 30, tzinfo=UTC)
    scheduled(clinic, late, segment, name="late")
    scheduled(clinic, NOW, segment, name="sent", status=C.FINISHED, started_at=NOW)
    scheduled(clinic, NOW, segment, name="over", status=C.CANCELLED)
    scheduled(clinic, NOW, segment, name="away", archived_at=NOW)
    make_campaign(clinic, name="draft")
    assert names(sheet(clinic)) == {24: ["sent"], 30: ["late"]}
    assert names(sheet(clinic, "2026-12")) == {}


def test_a_moment_that_is_only_wished_for_is_marked_so(clinic: Session) -> None:
    make_campaign(
        clinic,
        name="hoped",
        wished_local=datetime.fromisoformat("2026-11-27T09:00"),
        zone=ZONE,
    )
    [day] = sheet(clinic).days
    [entry] = day.entries
    assert (day.day.day, entry.is_wished) == (27, True)
    assert entry.at == datetime(2026, 11, 27, 15, 0, tzinfo=UTC)


def test_the_same_segment_twice_on_a_day_is_marked_at_both(clinic: Session) -> None:
    segment = make_segment(clinic)
    make_contact(clinic)
    make_contact(clinic)
    at = NOW + timedelta(days=2)
    scheduled(clinic, at, segment, name="first")
    scheduled(clinic, at + timedelta(hours=2), segment, name="second")
    scheduled(clinic, at + timedelta(days=1), segment, name="next-day")
    first, next_day = sheet(clinic).days
    for one, other in (("first", "second"), ("second", "first")):
        [entry] = [each for each in first.entries if each.campaign.name == one]
        [overlap] = entry.overlaps
        assert (overlap.other.name, overlap.is_same_segment, overlap.people) == (other, True, 2)
    assert next_day.entries[0].overlaps == []


def test_two_segments_are_marked_with_the_people_they_share(clinic: Session) -> None:
    make_contact(clinic, region="US-TX")
    make_contact(clinic, region="US-OK")
    everyone = make_segment(clinic)
    texans = make_segment(clinic, rule={"region": "US-TX"})
    nobody = make_segment(clinic, rule={"region": "US-NM"})
    at = NOW + timedelta(days=2)
    scheduled(clinic, at, everyone, name="all")
    scheduled(clinic, at, texans, name="texas")
    scheduled(clinic, at, nobody, name="nobody")
    [day] = sheet(clinic).days
    shared = {
        each.campaign.name: [(o.other.name, o.is_same_segment, o.people) for o in each.overlaps]
        for each in day.entries
    }
    assert shared == {
        "all": [("texas", False, 1)],
        "texas": [("all", False, 1)],
        "nobody": [],
    }


def test_what_went_out_already_is_no_warning(clinic: Session) -> None:
    segment = make_segment(clinic)
    make_contact(clinic)
    for name in ("one", "two"):
        scheduled(clinic, NOW, segment, name=name, status=C.FINISHED, started_at=NOW)
    [day] = sheet(clinic).days
    assert [each.overlaps for each in day.entries] == [[], []]


def test_a_crowded_day_is_counted_within_reason(clinic: Session) -> None:
    segment = make_segment(clinic)
    make_contact(clinic)
    for number in range(8):
        scheduled(clinic, NOW + timedelta(days=1), segment, name=f"crowd-{number}")
    [day] = sheet(clinic).days
    assert sum(len(each.overlaps) for each in day.entries) == 2 * 12


@pytest.mark.parametrize("text", ["november", "2026-13", "1776-07", "2300-01", "2026-11-24"])
def test_what_is_no_month_is_refused(clinic: Session, text: str) -> None:
    with pytest.raises(Invalid):
        sheet(clinic, text)
