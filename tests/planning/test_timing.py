"""A wish for a time is kept as it was meant; the clocks' jumps and its last day are told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from campaigns import clock
from campaigns.accounts.models import AuditEntry, Role, User
from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.errors import Invalid, NotAllowed, NotInState
from campaigns.planning import timing
from campaigns.planning.models import Campaign, CampaignPromotion, CampaignStatus
from tests.factories import make_campaign, make_organisation, make_user
from tests.promotions.factories import NOON, make_package, make_promotion, percent, stop_clock

TOMORROW = datetime(2026, 11, 25, 9, 30)  # noqa: DTZ001 - what the clinic's clock shows


@pytest.fixture
def cora(session: Session) -> User:
    """A coordinator in Texas, on Tuesday 24 November at noon."""
    stop_clock(session)
    make_organisation(session)
    return make_user(session, Role.COORDINATOR)


@pytest.fixture
def letter(session: Session, cora: User) -> Campaign:
    return make_campaign(session, author_id=cora.id)


def wish(
    session: Session,
    campaign: Campaign,
    actor: User,
    *,
    local: datetime | None = None,
    not_after: date | None = None,
    pace: int = 0,
) -> None:
    timing.wish(
        session, campaign, actor=actor, local=local, not_after=not_after, pace_per_minute=pace
    )


def test_a_wish_is_kept_with_its_zone_and_its_reason_to_be_found(
    session: Session, cora: User, letter: Campaign
) -> None:
    assert not timing.is_wished(letter)
    wish(session, letter, cora, local=TOMORROW, not_after=date(2026, 11, 26), pace=30)
    assert timing.is_wished(letter)
    assert (letter.wished_local, letter.zone) == (TOMORROW, "America/Chicago")
    assert (letter.wished_not_after, letter.pace_per_minute) == (date(2026, 11, 26), 30)
    moment = timing.moment(session, letter)
    assert moment.instant == datetime(2026, 11, 25, 15, 30, tzinfo=UTC)
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.verb == "wish for a time"
    assert entry.before == {"local": None, "not_after": None, "pace_per_minute": 0}
    assert entry.after["local"] == "2026-11-25 09:30"


def test_as_soon_as_it_is_let_go_is_this_very_moment(
    session: Session, cora: User, letter: Campaign
) -> None:
    assert timing.moment(session, letter).instant == NOON
    wish(session, letter, cora)
    assert timing.is_wished(letter)
    assert timing.moment(session, letter).instant == NOON
    assert not timing.is_too_late(session, letter)


@pytest.mark.parametrize(
    ("local", "not_after", "pace", "words"),
    [
        (datetime(2026, 11, 24, 11, 59), None, 0, "That moment has passed: it is now Tue 24"),  # noqa: DTZ001
        (TOMORROW, date(2026, 11, 24), 0, "before it begins, which is on Wed 25 Nov 2026"),
        (None, date(2026, 11, 23), 0, "before it begins, which is on Tue 24 Nov 2026"),
        (None, None, -1, "The pace is 0"),
        (None, None, 100_001, "to 100,000 messages a minute"),
    ],
)
def test_what_cannot_be_wished_for_is_refused_in_words(
    session: Session,
    cora: User,
    letter: Campaign,
    *,
    local: datetime | None,
    not_after: date | None,
    pace: int,
    words: str,
) -> None:
    with pytest.raises(Invalid, match=words):
        wish(session, letter, cora, local=local, not_after=not_after, pace=pace)
    assert not timing.is_wished(letter)


def test_who_may_not_write_campaigns_wishes_for_nothing(session: Session, letter: Campaign) -> None:
    with pytest.raises(NotAllowed):
        wish(session, letter, make_user(session, Role.LEGAL))


@pytest.mark.parametrize("status", sorted(set(CampaignStatus) - timing.CHANGEABLE))
def test_the_time_of_what_is_on_its_way_stays(
    session: Session, cora: User, status: CampaignStatus
) -> None:
    campaign = make_campaign(session, status=status)
    with pytest.raises(NotInState, match=f"it is {status}"):
        wish(session, campaign, cora)


def test_the_time_of_what_is_archived_stays(session: Session, cora: User) -> None:
    campaign = make_campaign(session, archived_at=NOON)
    with pytest.raises(NotInState, match="it is archived"):
        wish(session, campaign, cora)


def test_a_wish_takes_no_approval_back(session: Session, cora: User) -> None:
    campaign = make_campaign(session, status=CampaignStatus.APPROVED)
    wish(session, campaign, cora, local=TOMORROW)
    assert campaign.status is CampaignStatus.APPROVED


def test_a_moment_or_a_last_day_that_went_by_is_too_late(
    session: Session, cora: User, letter: Campaign
) -> None:
    wish(session, letter, cora, local=TOMORROW, not_after=date(2026, 11, 25))
    assert not timing.is_too_late(session, letter)
    stop_clock(session, at=NOON + timedelta(days=1))
    assert timing.is_too_late(session, letter)
    letter.wished_local = None
    assert not timing.is_too_late(session, letter)
    stop_clock(session, at=NOON + timedelta(days=2))
    assert timing.is_too_late(session, letter)


def test_the_last_day_ends_at_midnight_on_the_clinics_clock(
    session: Session, cora: User, letter: Campaign
) -> None:
    wish(session, letter, cora, not_after=date(2026, 11, 25))
    midnight = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
    assert timing.last_moment(letter) == midnight
    assert timing.ends(session, letter, NOON) == midnight


def test_without_a_last_day_it_ends_some_hours_after_its_start(
    session: Session, letter: Campaign
) -> None:
    latest = NOON + timedelta(hours=timing.hours_to_send())
    assert timing.ends(session, letter, NOON) == latest == timing.latest_end(session, letter, NOON)


def test_a_last_day_never_outlives_the_offer(session: Session, cora: User) -> None:
    offers = make_campaign(session, topic=Topic.OFFERS)
    package = make_package(session)
    ends_at = NOON + timedelta(hours=20)
    promotion = make_promotion(session, "short", (package, percent(1000)), ends_at=ends_at)
    session.add(CampaignPromotion(campaign_id=offers.id, promotion_id=promotion.id))
    session.flush()
    wish(session, offers, cora, not_after=date(2026, 11, 26))
    assert timing.ends(session, offers, NOON) == ends_at


def test_a_last_day_that_is_over_stops_a_start_but_not_a_retry(
    session: Session, cora: User, letter: Campaign
) -> None:
    wish(session, letter, cora, not_after=date(2026, 11, 24))
    later = NOON + timedelta(days=1)
    with pytest.raises(Invalid, match="Its last day, Tue 24 Nov 2026, is over by then"):
        timing.ends(session, letter, later)
    letter.status = CampaignStatus.FINISHED
    assert timing.ends(session, letter, later) == timing.latest_end(session, letter, later)


@pytest.mark.parametrize(
    ("local", "words"),
    [
        (datetime(2031, 3, 9, 2, 30), "never show 02:30 on that day; it starts at 03:30 instead"),  # noqa: DTZ001
        (datetime(2031, 11, 2, 1, 30), "show 01:30 twice on that day; it starts the first time"),  # noqa: DTZ001
        (datetime(2031, 11, 2, 9, 30), ""),  # noqa: DTZ001
    ],
)
def test_a_jump_of_the_clocks_is_said(local: datetime, words: str) -> None:
    said = timing.jump_text(clock.moment(local, "America/Chicago"))
    assert words in said
    assert bool(said) is bool(words)
