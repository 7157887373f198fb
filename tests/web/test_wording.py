"""How the desk writes times, numbers and money."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from campaigns.web import wording

NOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
CONTEXT: Any = {"zone": "America/Chicago", "now": NOON}


def test_a_moment_is_said_in_the_clinics_zone_and_exact_underneath() -> None:
    said = wording.moment(CONTEXT, NOON)
    assert "Tue 24 Nov 2026, 12:00 CST" in said
    assert 'datetime="2026-11-24T18:00:00+00:00"' in said
    assert "19:00 CET" in wording.moment(CONTEXT, NOON, "Europe/Berlin")


def test_a_day_is_the_day_there() -> None:
    late = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
    assert "Tue 24 Nov 2026" in wording.day(CONTEXT, late)
    assert "Wed 25 Nov 2026" in wording.day(CONTEXT, late, "Europe/Berlin")


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=-20), "in a moment"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(days=-2), "in 2 days"),
    ],
)
def test_how_long_ago_is_said_in_one_unit(passed: timedelta, said: str) -> None:
    assert f">{said}<" in wording.ago(CONTEXT, NOON - passed)


def test_what_never_happened_is_never() -> None:
    assert {wording.moment(CONTEXT, None), wording.day(CONTEXT, None)} == {"never"}
    assert wording.ago(CONTEXT, None) == "never"


def test_lengths_numbers_money_and_shares_read_as_people_write_them() -> None:
    assert wording.span(timedelta(seconds=20)) == "less than a minute"
    assert wording.count(1234567) == "1,234,567"
    assert wording.money(188_700) == "$1,887"
    assert wording.percent(0.1234) == "12.3 %"
    assert wording.percent(1, 0) == "100 %"
    assert wording.percent(None) == "–"
    assert SimpleNamespace(**wording.FILTERS).count is wording.count
