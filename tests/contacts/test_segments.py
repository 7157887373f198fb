"""A segment is a rule over contacts: read from YAML, checked, and named by all its members."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from campaigns import clock
from campaigns.accounts.models import AuditEntry, Role
from campaigns.contacts import consent, queries, segments
from campaigns.contacts.facts import AudienceContext
from campaigns.contacts.models import Contact, Segment, Topic
from campaigns.database import Session
from campaigns.errors import BadFile, NotAllowed, NotFound
from campaigns.registry import FACTS
from tests.factories import make_contact, make_user


def members(session: Session, rule: dict[str, Any]) -> set[str]:
    """First names of everyone the rule names."""
    segment = Segment(name="some", title="Some", rule=rule, updated_at=clock.now(session))
    context = AudienceContext(topic=Topic.OFFERS, now=clock.now(session))
    condition = segments.members(segment, facts=FACTS, context=context)
    return set(session.scalars(select(Contact.first_name).where(condition)))


def take(session: Session, text: str) -> list[Segment]:
    actor = make_user(session, Role.COORDINATOR)
    return segments.import_yaml(session, text, facts=FACTS, actor=actor)


@pytest.fixture
def people(session: Session) -> None:
    now = clock.now(session)
    ada = make_contact(session, first_name="Ada", region="US-TX", language="en")
    consent.withdraw(session, ada, through="preferences", topics=[Topic.OFFERS])
    make_contact(
        session,
        first_name="Bob",
        region="US",
        language="es",
        created_at=now - timedelta(days=40),
        last_clicked_at=now - timedelta(days=5),
    )
    make_contact(
        session,
        first_name="Cleo",
        region="CA-ON",
        topics=(Topic.OFFERS,),
        created_at=now - timedelta(days=40),
        last_clicked_at=now - timedelta(days=50),
    )
    make_contact(session, first_name="Gone", erased_at=now)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ({"everyone": True}, {"Ada", "Bob", "Cleo"}),
        ({"consents_to": "offers"}, {"Bob", "Cleo"}),
        ({"consents_to": ["education", "offers"]}, {"Ada", "Bob", "Cleo"}),
        ({"region": "US"}, {"Ada", "Bob"}),
        ({"region": "US-TX"}, {"Ada"}),
        ({"region": ["US-TX", "CA"]}, {"Ada", "Cleo"}),
        ({"language": "es"}, {"Bob"}),
        ({"joined_within_days": 30}, {"Ada"}),
        ({"clicked_within_days": 10}, {"Bob"}),
        ({"clicked_within_days": 60}, {"Bob", "Cleo"}),
        ({"all": [{"region": "US"}, {"language": "en"}]}, {"Ada"}),
        ({"any": [{"language": "es"}, {"region": "CA"}]}, {"Bob", "Cleo"}),
        ({"none": [{"language": "es"}, {"region": "CA"}]}, {"Ada"}),
        ({"all": [{"everyone": True}, {"none": [{"clicked_within_days": 60}]}]}, {"Ada"}),
    ],
)
def test_a_rule_names_its_members(session: Session, rule: dict[str, Any], named: set[str]) -> None:
    assert members(session, rule) == named


def test_segments_are_saved_from_a_file_in_somebodys_name(session: Session) -> None:
    text = """
segments:
  - {name: texans, title: Texans, rule: {region: US-TX}}
  - name: readers
    title: Clicked lately
    rule: {all: [{consents_to: offers}, {clicked_within_days: 90}]}
"""
    assert [each.name for each in take(session, text)] == ["texans", "readers"]
    assert [each.title for each in queries.segments(session)] == ["Clicked lately", "Texans"]
    verbs = session.scalars(select(AuditEntry.subject).where(AuditEntry.verb == "save segment"))
    assert set(verbs) == {"segment texans", "segment readers"}


def test_a_segment_saved_again_is_changed_and_what_it_was_is_kept(session: Session) -> None:
    take(session, "segments: [{name: texans, title: Texans, rule: {region: US-TX}}]")
    take(session, "segments: [{name: texans, title: All, rule: {everyone: true}}]")
    assert segments.named(session, "texans").rule == {"everyone": True}
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert last.before == {"title": "Texans", "rule": {"region": "US-TX"}}


def test_who_may_not_edit_segments_is_told(session: Session) -> None:
    desk = make_user(session, Role.DESK)
    with pytest.raises(NotAllowed, match="may not edit segments"):
        segments.import_yaml(session, "segments: []", facts=FACTS, actor=desk)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("segments:\n  - {name: [}", "line 2: this is not YAML"),
        ("- texans", "has a list under `segments:`"),
        ("segments: []", "has a list under `segments:`"),
        ("segments: [texans]", "a name, a title and a rule, and nothing else"),
        ("segments: [{name: a-b, title: A}]", "a name, a title and a rule, and nothing else"),
        ("segments: [{name: A b, title: A, rule: {everyone: true}}]", "'A b' cannot name"),
        ("segments: [{name: a-b, title: , rule: {everyone: true}}]", "a-b needs a title"),
    ],
)
def test_a_file_that_is_no_list_of_segments(session: Session, text: str, sentence: str) -> None:
    with pytest.raises(BadFile) as refused:
        take(session, text)
    assert sentence in str(refused.value)


DEEP: dict[str, Any] = {"everyone": True}
for _ in range(10):
    DEEP = {"all": [DEEP]}


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("everyone", "one of all, any, none or a fact"),
        ({"region": "US", "language": "en"}, "one of all, any, none or a fact"),
        (DEEP, "one of all, any, none or a fact"),
        ({"all": []}, "`all` takes a list of rules"),
        ({"any": {"region": "US"}}, "`any` takes a list of rules"),
        ({"diagnosis": "back"}, "`diagnosis` is not known; segments may ask: "),
        ({"everyone": "yes"}, "`everyone` takes only `true`"),
        ({"consents_to": "gossip"}, "'gossip' is not a topic; there are: education, offers"),
        ({"region": 7}, "7 is not a word or a list of words"),
        ({"language": []}, "[] is not a word or a list of words"),
        ({"joined_within_days": 0}, "0 is not a number of days from 1 to 3650"),
        ({"clicked_within_days": True}, "True is not a number of days"),
        ({"received_within_days": "7"}, "'7' is not a number of days"),
    ],
)
def test_a_rule_that_is_not_understood_is_named(session: Session, rule: Any, sentence: str) -> None:
    import json

    text = json.dumps({"segments": [{"name": "odd", "title": "Odd", "rule": rule}]})
    with pytest.raises(BadFile) as refused:
        take(session, text)
    assert str(refused.value).startswith("Segment odd: ")
    assert sentence in str(refused.value)


def test_a_segment_that_does_not_exist(session: Session) -> None:
    with pytest.raises(NotFound, match="There is no segment texans"):
        segments.named(session, "texans")


def test_nothing_clinical_is_among_the_facts() -> None:
    import re

    text = " ".join(f"{each.name} {each.sentence} {each.value}" for each in FACTS).lower()
    clinical = r"diagnos|condition|symptom|pain|medic|dose|insur|birth|\bage\b|treat|patient"
    assert re.findall(clinical, text) == []


def test_every_fact_says_what_it_asks_and_takes() -> None:
    names = [each.name for each in FACTS]
    assert len(names) == len(set(names))
    assert all(each.sentence and each.value for each in FACTS)
