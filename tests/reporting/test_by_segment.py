"""A campaign's people by segment: each segment as it stands today, and they overlap."""

import pytest
from sqlalchemy import event, text

from campaigns.contacts import segments
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.registry import FACTS
from campaigns.reporting import by_segment
from campaigns.reporting.by_segment import BySegment, SegmentLine
from tests.bookings.factories import Clinic
from tests.factories import make_user
from tests.reporting import reported


@pytest.fixture
def clinic(session: Session) -> Clinic:
    return reported.make(session)


def save(session: Session, name: str, **rule: object) -> None:
    segments.save(
        session, name=name, title=name.title(), rule=rule, facts=FACTS, actor=make_user(session)
    )


def read(session: Session, clinic: Clinic) -> BySegment:
    return by_segment.by_segment(session, clinic.campaign, facts=FACTS)


def line(session: Session, clinic: Clinic, name: str) -> SegmentLine:
    [found] = [each for each in read(session, clinic).lines if each.name == name]
    return found


def test_everyone_is_the_campaign_itself(session: Session, clinic: Clinic) -> None:
    save(session, "all-of-them", everyone=True)
    found = line(session, clinic, "all-of-them")
    assert (found.accepted, found.clickers, found.booked, found.cents) == (
        reported.SENT,
        8,
        1,
        188_700,
    )


def test_a_segment_counts_its_own_people_only(session: Session, clinic: Clinic) -> None:
    save(session, "texans", region=["US-TX"])
    save(session, "others", none=[{"region": ["US-TX"]}])
    texans, others = line(session, clinic, "texans"), line(session, clinic, "others")
    assert 0 < texans.accepted < reported.SENT
    assert texans.accepted + others.accepted == reported.SENT
    assert texans.clickers + others.clickers == 8
    assert (texans.booked, others.booked, others.cents) == (1, 0, 0)


def test_who_is_in_it_today_counts_not_who_was(session: Session, clinic: Clinic) -> None:
    save(session, "texans", region=["US-TX"])
    before = line(session, clinic, "texans").accepted
    session.get_one(Contact, clinic.contact.id).region = "US-OK"
    session.flush()
    after = line(session, clinic, "texans")
    assert (after.accepted, after.booked) == (before - 1, 0)


def test_the_campaigns_own_segment_comes_first_and_twelve_are_told(
    session: Session, clinic: Clinic
) -> None:
    for number in range(by_segment.MOST + 2):
        save(session, f"a{number:02d}", everyone=True)
    found = read(session, clinic)
    assert len(found.lines) == by_segment.MOST
    assert found.left_out == 3
    own = segments.named(session, found.lines[0].name)
    assert own.id == clinic.campaign.segment_id


def test_each_segment_costs_one_query_that_its_indexes_serve(
    session: Session, clinic: Clinic
) -> None:
    save(session, "texans", region=["US-TX"])
    session.flush()
    asked: list[tuple[str, object]] = []

    def note(_conn: object, _cur: object, sql: str, values: object, *_rest: object) -> None:
        asked.append((sql, values))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    read(session, clinic)
    event.remove(connection, "before_cursor_execute", note)
    heavy = [(sql, values) for sql, values in asked if "JOIN contact" in sql]
    assert len(heavy) == 2
    session.execute(text("SET LOCAL enable_seqscan = off"))
    for sql, values in heavy:
        rows = connection.exec_driver_sql(f"EXPLAIN {sql}", values)  # type: ignore[arg-type]
        plan = "\n".join(row[0] for row in rows)
        assert "Seq Scan" not in plan, plan


def test_a_segment_whose_rule_is_not_understood_any_more_is_left_out(
    session: Session, clinic: Clinic
) -> None:
    save(session, "texans", region=["US-TX"])
    segments.named(session, "texans").rule = {"gone": True}
    session.flush()
    found = read(session, clinic)
    assert "texans" not in [each.name for each in found.lines]
    assert found.left_out == 1
