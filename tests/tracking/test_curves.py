"""By link, day, hour and region: people once a line, machines apart, on the clinic's clock."""

from datetime import datetime, timedelta

import pytest

from campaigns.database import Session
from campaigns.delivery.models import Delivery
from campaigns.planning.models import Campaign
from campaigns.tracking import curves
from campaigns.tracking.models import Event, EventKind, MadeBy
from tests.tracking.factories import NOW, make_reader, make_sent_campaign, stop_clock

ZONE = "America/Chicago"
TODAY = datetime.fromisoformat("2026-11-24T15:00:00+00:00").date()


@pytest.fixture
def campaign(session: Session) -> Campaign:
    """A campaign that was sent, at 9 in the morning on the clinic's clock."""
    stop_clock(session, NOW)
    return make_sent_campaign(session)


def readers(session: Session, campaign: Campaign, number: int) -> list[Delivery]:
    return [make_reader(session, campaign).delivery for _ in range(number)]


def hit(
    session: Session,
    delivery: Delivery,
    *,
    link: int | None = None,
    kind: EventKind = EventKind.CLICKED,
    by: MadeBy = MadeBy.HUMAN,
    hours: float = 0,
) -> None:
    at = NOW + timedelta(hours=hours)
    session.add(
        Event(
            key=f"{delivery.id}-{kind}-{link}-{by}-{hours}",
            kind=kind,
            campaign_id=delivery.campaign_id,
            delivery_id=delivery.id,
            link_index=link,
            occurred_at=at,
            made_by=by,
            rule_version=1,
        )
    )
    session.flush()


def test_each_link_counts_people_once_and_machines_apart(
    session: Session, campaign: Campaign
) -> None:
    ada, ben, robot = readers(session, campaign, 3)
    for hours in (0, 1, 2):
        hit(session, ada, link=2, hours=hours)
    hit(session, ada, link=2, by=MadeBy.MACHINE)
    hit(session, ben, link=2)
    hit(session, ben, link=5)
    hit(session, robot, link=2, by=MadeBy.MACHINE)
    hit(session, robot, link=0, by=MadeBy.MACHINE)
    hit(session, make_reader(session).delivery, link=2)

    found = curves.links(session, campaign.id)

    assert [(each.index, each.people, each.machines) for each in found] == [
        (2, 2, 1),
        (5, 1, 0),
        (0, 0, 1),
        (1, 0, 0),
        (3, 0, 0),
        (4, 0, 0),
    ]
    assert [each.kind for each in found][:2] == ["content", "book"]


def test_a_day_is_a_day_on_the_clinics_calendar(session: Session, campaign: Campaign) -> None:
    ada, ben = readers(session, campaign, 2)
    hit(session, ada, link=1, hours=14.9)
    hit(session, ada, link=2, hours=14.5)
    hit(session, ben, link=1, hours=15.1)
    hit(session, ben, kind=EventKind.OPENED)
    hit(session, ada, kind=EventKind.OPENED, by=MadeBy.PROXY)

    found = curves.by_day(session, campaign.id, zone=ZONE)

    assert [(each.day, each.sent, each.clickers, each.openers) for each in found] == [
        (TODAY, 2, 1, 1),
        (TODAY + timedelta(days=1), 0, 1, 0),
    ]


def test_all_hours_of_the_day_are_there(session: Session, campaign: Campaign) -> None:
    ada, ben = readers(session, campaign, 2)
    hit(session, ada, link=1)
    hit(session, ada, link=1, hours=24)
    hit(session, ben, link=1, hours=0.9)
    hit(session, ben, kind=EventKind.OPENED, hours=-1)
    found = curves.by_hour(session, campaign.id, zone=ZONE)
    assert [each.hour for each in found] == list(range(24))
    assert {each.hour: each.clickers for each in found if each.clickers} == {9: 2}
    assert {each.hour: each.openers for each in found if each.openers} == {8: 1}


def test_regions_are_told_apart_and_an_unknown_one_is_empty(
    session: Session, campaign: Campaign
) -> None:
    texan, other = (make_reader(session, campaign) for _ in "ab")
    other.contact.region = ""
    third = make_reader(session, campaign)
    hit(session, texan.delivery, link=1)
    hit(session, texan.delivery, link=2)
    hit(session, third.delivery, link=2, by=MadeBy.MACHINE)
    found = curves.by_region(session, campaign.id)
    assert [(each.region, each.sent, each.clickers) for each in found] == [
        ("US-TX", 2, 1),
        ("", 1, 0),
    ]


def test_a_campaign_that_nobody_followed_has_its_days_and_no_hits(
    session: Session, campaign: Campaign
) -> None:
    assert curves.by_day(session, campaign.id, zone=ZONE) == []
    assert curves.by_region(session, campaign.id) == []
    assert {each.people for each in curves.links(session, campaign.id)} == {0}
