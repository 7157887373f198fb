"""Who is named and why, on which clocks they live, and who else writes to them that day."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from campaigns.accounts.models import Location, Role, User
from campaigns.contacts import consent, segments
from campaigns.contacts.models import Segment, Topic
from campaigns.database import Session
from campaigns.planning import audience, overlaps, places, timing, zones
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.registry import FACTS, RULES
from tests.factories import (
    make_campaign,
    make_contact,
    make_organisation,
    make_segment,
    make_user,
)
from tests.promotions.factories import stop_clock

NINE = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


@pytest.fixture
def offers(session: Session) -> Campaign:
    """An offers campaign to everyone, on Tuesday 24 November at noon in Texas."""
    stop_clock(session)
    make_organisation(session)
    return make_campaign(session, topic=Topic.OFFERS)


def names(
    session: Session, campaign: Campaign, reason: str, page: int = 1
) -> tuple[list[str], bool]:
    found = audience.people(
        session, campaign, rules=RULES, facts=FACTS, named=reason, page=page, size=2
    )
    return [each.first_name for each in found.people], found.has_more


def test_each_reason_has_its_people_page_by_page(session: Session, offers: Campaign) -> None:
    for name in ("Carla", "Ada", "Ben"):
        make_contact(session, first_name=name)
    make_contact(session, first_name="Dora", topics=(Topic.EDUCATION,))
    left = make_contact(session, first_name="Emil")
    consent.withdraw(session, left, through="one-click", topics=[Topic.OFFERS])
    assert names(session, offers, "") == (["Ada", "Ben"], True)
    assert names(session, offers, "", page=2) == (["Carla"], False)
    assert names(session, offers, "no_consent") == (["Dora"], False)
    assert names(session, offers, "withdrawn") == (["Emil"], False)
    assert names(session, offers, "cap") == ([], False)


def test_the_sizes_of_many_segments_are_counted_at_once(session: Session, offers: Campaign) -> None:
    everyone = segments.everyone(session)
    assert segments.everyone(session).id == everyone.id
    texas, ohio = (make_segment(session, rule={"region": each}) for each in ("US-TX", "US-OH"))
    make_contact(session)
    make_contact(session, region="US-OH")
    make_contact(session)
    sizes = audience.segment_sizes(
        session, [everyone, texas, ohio], topic=Topic.OFFERS, facts=FACTS
    )
    assert sizes == {everyone.id: 3, texas.id: 2, ohio.id: 1}
    assert audience.segment_sizes(session, [], topic=Topic.OFFERS, facts=FACTS) == {}


def test_readers_elsewhere_see_another_time_on_their_clocks(
    session: Session, offers: Campaign
) -> None:
    make_contact(session, region="US-TX")
    make_contact(session, region="US-NY")
    make_contact(session, region="US-TX", zone="America/Toronto")
    make_contact(session, region="US-CA", zone="no/zone")
    make_contact(session, region="")
    found = zones.elsewhere(session, offers, NINE, facts=FACTS)
    assert [(each.text, each.people) for each in found.others] == [
        ("Wed 25 Nov 2026, 10:00 EST", 2),
        ("Wed 25 Nov 2026, 07:00 PST", 1),
    ]
    assert set(found.others[0].places) == {"New York", "Toronto"}
    assert found.unknown == 1


def test_where_nobody_is_known_to_live_the_clinics_locations_say(
    session: Session, offers: Campaign
) -> None:
    make_contact(session, region="")
    assert zones.elsewhere(session, offers, NINE, facts=FACTS).others == ()
    session.add(Location(name="Denver", zone="America/Denver", postal_address="1 Example Way"))
    session.flush()
    found = zones.elsewhere(session, offers, NINE, facts=FACTS)
    assert [(each.text, each.people) for each in found.others] == [
        ("Wed 25 Nov 2026, 08:00 MST", 0)
    ]


def test_every_state_has_one_zone() -> None:
    assert len(zones.OF_REGION) == 51
    listed = Counter(each for states in zones._BY_ZONE.values() for each in states.split())
    assert set(listed.values()) == {1}


@pytest.fixture
def cora(session: Session) -> User:
    return make_user(session, Role.COORDINATOR)


def same_day(session: Session, campaign: Campaign) -> list[tuple[str, int]]:
    found = overlaps.same_day(session, campaign, NINE, facts=FACTS)
    return [(each.name, each.people) for each in found]


def other(session: Session, name: str, **values: object) -> Campaign:
    return make_campaign(session, name=name, **values)


def test_other_campaigns_of_the_day_to_the_same_people_are_named(
    session: Session, offers: Campaign, cora: User
) -> None:
    make_contact(session)
    make_contact(session, region="US-OH")
    assert same_day(session, offers) == []
    ohio = make_segment(session, rule={"region": "US-OH"})
    nowhere = make_segment(session, rule={"region": "CA"})
    evening = datetime(2026, 11, 26, 5, 30, tzinfo=UTC)
    other(session, "evening", status=CampaignStatus.SCHEDULED, scheduled_at=evening)
    wished = other(session, "wished", segment_id=ohio.id)
    local = datetime(2026, 11, 25, 8, 0)  # noqa: DTZ001 - what the clinic's clock shows
    timing.wish(session, wished, actor=cora, local=local, not_after=None, pace_per_minute=0)
    other(session, "nobody", segment_id=nowhere.id, wished_local=local)
    other(session, "over", status=CampaignStatus.FINISHED, scheduled_at=NINE)
    other(session, "hidden", wished_local=local, archived_at=NINE)
    midnight = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
    other(session, "next-day", status=CampaignStatus.SCHEDULED, scheduled_at=midnight)
    assert same_day(session, offers) == [("evening", 2), ("wished", 1)]


def test_the_step_on_which_each_person_was_is_remembered(
    session: Session, offers: Campaign, cora: User
) -> None:
    olga = make_user(session)
    assert places.last(session, offers, actor=cora) == ""
    places.remember(session, offers, actor=cora, step="who")
    places.remember(session, offers, actor=cora, step="who")
    places.remember(session, offers, actor=cora, step="offer")
    places.remember(session, offers, actor=olga, step="when")
    assert places.last(session, offers, actor=cora) == "offer"
    assert places.last(session, offers, actor=olga) == "when"


def test_the_segment_of_everyone_names_everyone(session: Session, offers: Campaign) -> None:
    made = segments.everyone(session)
    assert session.get_one(Segment, made.id).rule == {"everyone": True}
    offers.segment_id = made.id
    make_contact(session)
    assert audience.size(session, offers, facts=FACTS) == 1
