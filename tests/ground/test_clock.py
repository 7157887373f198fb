"""One clock for all: the database's, asked once a transaction; wall clocks that jump."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from campaigns import clock
from campaigns.clock import Clock
from campaigns.database import Sessions
from campaigns.errors import Invalid
from tests.ground.conftest import read_afresh

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def move_clock(sessions: Sessions, *, stopped_at: datetime | None, shift: timedelta) -> None:
    with sessions.begin() as session:
        session.execute(insert(Clock).values(only=True, stopped_at=stopped_at, shift=shift))


def test_time_stands_still_within_a_transaction_and_goes_on_with_the_next(
    committed: Sessions,
) -> None:
    with committed() as session:
        first = clock.now(session)
        session.connection()
        assert clock.now(session) == first
        session.commit()
        assert clock.now(session) > first


def test_a_savepoint_does_not_ask_again(committed: Sessions) -> None:
    with committed() as session:
        first = clock.now(session)
        with session.begin_nested():
            assert clock.now(session) == first


def test_the_moment_is_aware_and_utc(committed: Sessions) -> None:
    with committed() as session:
        assert clock.now(session).tzinfo is UTC


def test_a_stopped_clock_stands_still_for_every_session(committed: Sessions) -> None:
    move_clock(committed, stopped_at=NOON, shift=timedelta(0))
    with committed() as one, committed() as other:
        assert clock.now(one) == clock.now(other) == NOON
    with committed.begin() as session:
        session.execute(update(Clock).values(shift=timedelta(hours=3)))
    with committed() as session:
        assert clock.now(session) == NOON + timedelta(hours=3)


def test_a_shifted_clock_goes_on_running(committed: Sessions) -> None:
    with committed() as session:
        real = clock.now(session)
    move_clock(committed, stopped_at=None, shift=timedelta(days=7))
    with committed() as session:
        assert timedelta(days=7) < clock.now(session) - real < timedelta(days=7, minutes=5)


def test_outside_test_mode_no_row_moves_the_clock(
    committed: Sessions, environment: pytest.MonkeyPatch
) -> None:
    move_clock(committed, stopped_at=NOON, shift=timedelta(0))
    environment.setenv("BEDSIDE_MODE", "demo")
    read_afresh()
    with committed() as session:
        assert abs(clock.now(session) - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_wall_clock_names_one_instant() -> None:
    meant = clock.moment(datetime.fromisoformat("2026-11-24T09:00"), "America/Chicago")
    assert meant.instant == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    assert (meant.local, meant.zone, meant.shift) == (
        datetime.fromisoformat("2026-11-24T09:00"),
        "America/Chicago",
        "",
    )


def test_a_time_that_the_clock_skipped_moves_forward_past_the_gap() -> None:
    meant = clock.moment(datetime.fromisoformat("2026-03-08T02:30"), "America/Chicago")
    assert meant.shift == "gap"
    assert clock.local_text(meant.instant, "America/Chicago") == "Sun 8 Mar 2026, 03:30 CDT"


def test_of_a_time_that_the_clock_showed_twice_the_first_is_taken() -> None:
    meant = clock.moment(datetime.fromisoformat("2026-11-01T01:30"), "America/Chicago")
    assert meant.shift == "overlap"
    assert clock.local_text(meant.instant, "America/Chicago") == "Sun 1 Nov 2026, 01:30 CDT"


@pytest.mark.parametrize("name", ["Texas", "", "../etc/passwd", "America", "UTC+1"])
def test_a_zone_that_is_none_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(Invalid, match="use a name such as America/Chicago"):
        clock.zone(name)
