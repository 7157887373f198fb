"""The audit trail is found by person, subject and day, and reads as sentences."""

import csv
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from campaigns import clock
from campaigns.accounts import audit, trail, trail_words
from campaigns.accounts.models import AuditEntry, User
from campaigns.accounts.trail import Deed, Filter
from campaigns.database import Session
from tests.factories import make_user

ZONE = "America/Chicago"


@pytest.fixture
def olive(session: Session) -> User:
    return make_user(session, name="Olive Owner", address="olive@example.com")


def record(session: Session, actor: User, subject: str = "campaign autumn", **values: Any) -> None:
    audit.record(session, actor=actor, **({"verb": "edit campaign", "subject": subject} | values))
    session.flush()


def subjects(session: Session, wanted: Filter) -> list[str]:
    return [each.entry.subject for each in trail.page(session, wanted).deeds]


def test_pages_follow_one_another_without_gap_or_repetition(session: Session, olive: User) -> None:
    for number in range(5):
        record(session, olive, f"campaign {number}")
    first = trail.page(session, Filter(), size=2)
    assert [each.entry.subject for each in first.deeds] == ["campaign 4", "campaign 3"]
    assert first.is_first
    second = trail.page(session, Filter(), below=first.older, size=2)
    third = trail.page(session, Filter(), below=second.older, size=2)
    assert [each.entry.subject for each in second.deeds] == ["campaign 2", "campaign 1"]
    assert [each.entry.subject for each in third.deeds] == ["campaign 0"]
    assert (third.older, third.is_first) == (None, False)


def test_it_is_found_by_person_and_by_part_of_the_subject(session: Session, olive: User) -> None:
    cora = make_user(session)
    record(session, olive, "campaign autumn_savings")
    record(session, cora, "campaign spring")
    assert subjects(session, Filter(user_id=cora.id)) == ["campaign spring"]
    assert subjects(session, Filter(subject="AUTUMN_")) == ["campaign autumn_savings"]
    assert subjects(session, Filter(subject="autumn%")) == []


def test_a_day_is_a_day_of_the_clinic(session: Session, olive: User) -> None:
    late = clock.moment(datetime.fromisoformat("2026-11-20T23:30"), ZONE).instant
    early = clock.moment(datetime.fromisoformat("2026-11-21T00:30"), ZONE).instant
    for moment, name in ((late, "late"), (early, "early")):
        session.add(
            AuditEntry(at=moment, user_id=olive.id, actor=olive.address, verb="x", subject=name)
        )
    session.flush()
    day = date(2026, 11, 20)
    assert subjects(session, Filter(since=day, until=day, zone=ZONE)) == ["late"]
    assert subjects(session, Filter(since=day + timedelta(days=1), zone=ZONE)) == ["early"]


def test_everything_is_read_in_slices(
    session: Session, olive: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail, "_SLICE", 2)
    for number in range(5):
        record(session, olive, f"campaign {number}")
    found = [each.entry.subject for each in trail.every(session, Filter(user_id=olive.id))]
    assert found == [f"campaign {number}" for number in (4, 3, 2, 1, 0)]


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    entry = AuditEntry(verb="x", subject="y", before=before, after=after)
    found = trail_words.changes(Deed(entry, "Olive"), zone=ZONE)
    return [(each.what, each.was, each.now) for each in found]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"roles": ["desk"]}, {"roles": ["owner", "viewer"]},
         [("Roles", "Front desk", "Owner, Viewer")]),
        ({"four_eyes": True}, {"four_eyes": False}, [("Four eyes", "yes", "no")]),
        ({"price_cents": 12_000}, {"price_cents": 9_950}, [("Price", "$120", "$99.50")]),
        ({"title": ""}, {"title": "Autumn"}, [("Title", "nothing", "Autumn")]),
        ({}, {"revision": 3}, [("Revision", "", "3")]),
        ({"brand": {"primary": "#111111", "accent": "#222222"}}, {"brand": {"primary": "#333333",
         "accent": "#222222"}}, [("Brand, primary", "#111111", "#333333")]),
        ({"blocks": [{"a": 1}]}, {"blocks": [{"a": 1}, {"b": 2}]},
         [("Blocks", "1 part", "2 parts")]),
        ({"send_at": "2026-11-24T15:00:00+00:00"}, {"send_at": "2026-11-24 09:30"},
         [("Send", "Tue 24 Nov 2026, 09:00 CST", "24 Nov 2026, 09:30")]),
        ({"note": "2026-99-99T10:00"}, {"note": "9999-12-31T23:59:59+00:00"},
         [("Note", "2026-99-99T10:00", "Fri 31 Dec 9999, 17:59 CST")]),
        ({}, {"since": "0001-01-01T00:00:00+00:00"},
         [("Since", "", "Mon 1 Jan 1, 00:00 UTC")]),
        ({"text": "a" * 200}, {"text": None}, [("Text", "a" * 159 + "…", "nothing")]),
        ({"same": 1}, {"same": 1}, []),
        ({"role": "desk"}, {"role": "boss"}, [("Role", "Front desk", "boss")]),
    ],
)  # fmt: skip
def test_what_changed_is_said_in_words(
    before: dict[str, Any], after: dict[str, Any], said: list[tuple[str, str, str]]
) -> None:
    assert changed(before, after) == said


@pytest.mark.parametrize(
    ("verb", "subject", "said"),
    [
        ("change roles", "user ada@example.com", "changed roles: user ada@example.com"),
        ("send back", "campaign autumn", "sent back: campaign autumn"),
        ("approve", "campaign autumn", "approved: campaign autumn"),
        ("edit campaign", "campaign autumn", "edited campaign autumn"),
        ("revoke API key", "API key Website", "revoked API key Website"),
        ("change organisation", "organisation", "changed the clinic"),
        ("pause all sending", "organisation", "paused all sending"),
        ("withdraw invitation", "", "withdrew invitation"),
        ("apply", "", "applied"),
        ("reordered", "", "reordered"),
    ],
)
def test_a_deed_is_told_as_done_and_names_nothing_twice(verb: str, subject: str, said: str) -> None:
    assert trail_words.deed(verb, subject) == said


def test_the_file_carries_the_same_words_and_no_formula(session: Session, olive: User) -> None:
    record(
        session,
        olive,
        "=HYPERLINK(1)",
        before={"roles": ["desk"]},
        after={"roles": ["owner"], "revision": 2},
        reason="asked, twice",
    )
    lines = "".join(trail_words.as_csv(trail.every(session, Filter()), zone=ZONE)).splitlines()
    heading, row = csv.reader(lines)
    assert heading == ["when", "person", "address", "deed", "subject", "changes", "reason"]
    assert row[1:] == [
        "Olive Owner",
        "olive@example.com",
        "edited campaign",
        "'=HYPERLINK(1)",
        "Roles: Front desk → Owner; Revision: – → 2",
        "asked, twice",
    ]
    assert datetime.fromisoformat(row[0]).tzinfo is not None
