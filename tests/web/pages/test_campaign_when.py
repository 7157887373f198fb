"""The step When keeps a wish for a time and says what follows from it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from campaigns.accounts.models import Role
from campaigns.database import Sessions
from campaigns.planning import timing
from campaigns.planning.models import CampaignStatus
from campaigns.promotions import queries as promotions
from tests.factories import make_campaign, make_contact
from tests.promotions.factories import NOON, stop_clock
from tests.web.pages import campaigns
from tests.web.pages.campaigns import Desked, change, get, words
from tests.web.pages.desk import Desk

BASE = "/desk/campaigns"
WHEN = f"{BASE}/autumn-letter/when"
AT = {"how": "at", "day": "2026-11-25", "hour": "09:30"}


@pytest.fixture
def clinic(desk: Desk, committed: Sessions) -> Desked:
    return campaigns.set_up(committed)


def test_before_a_wish_it_shows_what_would_be_now(desk: Desk, clinic: Desked) -> None:
    page = words(desk.as_(user=clinic.cora).get(WHEN).text)
    assert "Nothing is saved yet; this is how it would be if it left now." in page
    assert "When it is let go" in page
    assert "As fast as the mail server takes 3 messages" in page
    assert "Tue 24 Nov 2026, 13:00 EST" in page
    assert "New York: 1 reader" in page
    assert "What has not left within" in page
    assert 'min="2026-11-24"' in page


def test_a_moment_is_kept_and_shown_on_every_clock(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(user=clinic.cora)
    form = AT | {"pace": "2", "last_day": "2026-11-26", "then": "stay"}
    done = seat.post(WHEN, data=form)
    assert done.headers["location"] == WHEN
    letter = get(committed, clinic.letter)
    assert letter.wished_local == datetime(2026, 11, 25, 9, 30)  # noqa: DTZ001 - on the wall
    assert (letter.wished_not_after, letter.pace_per_minute) == (date(2026, 11, 26), 2)
    page = words(seat.follow(done).text)
    assert "It is scheduled on the review, once it is approved." in page
    assert "Wed 25 Nov 2026, 09:30 CST" in page
    assert "Wed 25 Nov 2026, 10:30 EST" in page
    assert "About 2 minutes for 3 people" in page
    assert "Fri 27 Nov 2026, 00:00 CST" in page
    assert "The last day you chose." in page
    for kept in ('value="2026-11-25"', 'value="09:30"', 'value="2"', 'value="2026-11-26"'):
        assert kept in page
    onwards = seat.post(WHEN, data={"how": "now", "then": "next"})
    assert onwards.headers["location"] == f"{BASE}/autumn-letter/review"
    assert get(committed, clinic.letter).wished_local is None


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({"how": "at"}, "day", "Choose the day and the time"),
        ({"how": "at", "day": "2026-11-25"}, "day", "Choose the day and the time"),
        ({"how": "at", "day": "soon", "hour": "09:00"}, "day", "Enter a date, such as"),
        (AT | {"hour": "25:00"}, "hour", ""),
        (AT | {"day": "2026-11-24", "hour": "11:00"}, "day", "That moment has passed"),
        (AT | {"pace": "fast"}, "pace", "Enter a whole number"),
        (AT | {"pace": "-1"}, "pace", "Enter 0 or more."),
        (AT | {"pace": "200000"}, "pace", "Enter 100000 or less."),
        (AT | {"last_day": "2026-11-24"}, "last_day", "That day is before it begins"),
        (AT | {"last_day": "2026-12-24"}, "last_day", "It may go out until Sat 28 Nov 2026"),
        ({"how": "now", "last_day": "2026-12-24"}, "last_day", "It may go out until"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_stays_typed(
    desk: Desk,
    clinic: Desked,
    committed: Sessions,
    *,
    form: dict[str, str],
    field: str,
    said: str,
) -> None:
    refused = desk.as_(user=clinic.cora).post(WHEN, data=form)
    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text
    assert said in refused.text
    for name in ("day", "pace"):
        if form.get(name):
            assert f'value="{form[name]}"' in refused.text
    assert not timing.is_wished(get(committed, clinic.letter))


def test_one_of_both_ways_must_be_chosen(desk: Desk, clinic: Desked) -> None:
    refused = desk.as_(user=clinic.cora).post(WHEN, data={"how": "someday"})
    assert refused.status_code == 422
    assert "Choose one of the list." in refused.text


def test_a_wish_that_is_past_is_a_problem_on_every_step(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(user=clinic.cora)
    seat.post(WHEN, data=AT)
    with committed.begin() as session:
        stop_clock(session, at=NOON + timedelta(days=2))
    fresh = desk.as_(user=clinic.cora)
    assert "That moment has passed" in fresh.get(WHEN).text
    assert "(needs you)" in fresh.get(f"{BASE}/autumn-letter/who").text


def test_a_jump_of_the_clocks_is_told(desk: Desk, clinic: Desked) -> None:
    seat = desk.as_(user=clinic.cora)
    done = seat.post(WHEN, data=AT | {"day": "2027-03-14", "hour": "02:30", "then": "stay"})
    page = words(seat.follow(done).text)
    assert "The clocks change on that day" in page
    assert "it starts at 03:30 instead." in page


def test_other_campaigns_of_that_day_are_named(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    at = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
    change(committed, clinic.offers, status=CampaignStatus.SCHEDULED, scheduled_at=at)
    seat = desk.as_(user=clinic.cora)
    assert "Other campaigns on the same day" not in seat.get(WHEN).text
    page = words(seat.follow(seat.post(WHEN, data=AT | {"then": "stay"})).text)
    assert "Other campaigns on the same day" in page
    assert "Package offers</a>: 3 people are named by both." in page


def test_what_does_not_fit_before_its_end_is_told(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    with committed.begin() as session:
        for _ in range(9):
            make_contact(session)
        promotions.named(session, "autumn").ends_at = NOON + timedelta(minutes=5)
    path = f"{BASE}/package-offers/when"
    seat = desk.as_(user=clinic.cora)
    page = words(seat.follow(seat.post(path, data={"how": "now", "pace": "1"})).text)
    assert "It does not fit" in page
    assert "At this pace 5 of 11 people get it before it ends." in page
    assert "The offer ends then." in page
    with committed.begin() as session:
        promotions.named(session, "autumn").ends_at = NOON - timedelta(minutes=5)
    assert "At this pace 0 of 11 people" in words(seat.get(path).text)


def test_nobody_takes_no_time(desk: Desk, clinic: Desked, committed: Sessions) -> None:
    seat = desk.as_(user=clinic.cora)
    seat.post(f"{BASE}/autumn-letter/who", data={"segment": clinic.nowhere})
    assert "Nobody would get it today" in seat.get(WHEN).text


def test_what_is_scheduled_is_changed_on_the_review(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    at = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
    zone = "America/Chicago"
    change(committed, clinic.letter, status=CampaignStatus.SCHEDULED, scheduled_at=at, zone=zone)
    seat = desk.as_(user=clinic.cora)
    page = words(seat.get(WHEN).text)
    assert "It is scheduled and starts" in page
    assert "Wed 25 Nov 2026, 14:00 CST" in page
    assert "take it off the schedule on the review" in page
    refused = seat.post(WHEN, data=AT)
    assert refused.status_code == 422
    assert get(committed, clinic.letter).wished_local is None


def test_what_is_over_or_archived_only_says_so(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(user=clinic.cora)
    with committed.begin() as session:
        make_campaign(session, name="other")
    change(committed, clinic.letter, status=CampaignStatus.CANCELLED)
    assert "It never started." in seat.get(WHEN).text
    change(
        committed,
        clinic.letter,
        status=CampaignStatus.FINISHED,
        started_at=NOON,
        finished_at=NOON + timedelta(hours=1),
    )
    page = words(seat.get(WHEN).text)
    assert "It started" in page
    assert "What follows from it" not in page
    change(
        committed,
        clinic.letter,
        status=CampaignStatus.DRAFT,
        started_at=None,
        finished_at=None,
        archived_at=NOON,
    )
    assert "Bring it back to choose when it goes out." in seat.get(WHEN).text


def test_an_approver_reads_the_time_and_changes_nothing(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    seat = desk.as_(Role.LEGAL)
    page = seat.get(WHEN)
    assert page.status_code == 200
    assert "Save" not in page.text
    assert seat.post(WHEN, data=AT).status_code == 403


def test_while_it_is_paused_only_pace_and_last_day_are_asked(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    change(committed, clinic.letter, status=CampaignStatus.PAUSED, started_at=NOON)
    seat = desk.as_(user=clinic.cora)
    page = seat.get(WHEN).text
    assert "It goes on as soon as somebody resumes it." in page
    assert 'type="radio"' not in page
    seat.post(WHEN, data={"how": "now", "pace": "5", "last_day": "2026-11-25"})
    letter = get(committed, clinic.letter)
    assert (letter.pace_per_minute, letter.wished_not_after) == (5, date(2026, 11, 25))


def test_a_time_a_colleague_saved_meanwhile_is_told(
    desk: Desk, clinic: Desked, committed: Sessions
) -> None:
    mine, theirs = desk.as_(user=clinic.cora), desk.as_(Role.COORDINATOR)
    seen = timing.mark(get(committed, clinic.letter))
    assert f'name="seen" value="{seen}"' in mine.get(WHEN).text
    theirs.post(WHEN, data=AT | {"seen": seen})
    refused = mine.post(WHEN, data={"how": "now", "pace": "7", "seen": seen})
    assert refused.status_code == 422
    assert "Meanwhile somebody saved another time for it" in refused.text
    assert "Wed 25 Nov 2026, 09:30 CST" in refused.text
    letter = get(committed, clinic.letter)
    assert letter.pace_per_minute == 0
    assert letter.wished_local is not None
    mine.post(WHEN, data={"how": "now", "pace": "7", "seen": timing.mark(letter)})
    assert get(committed, clinic.letter).pace_per_minute == 7
