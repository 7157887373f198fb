"""Everyone a segment names is sent or skipped, each for the first reason that holds."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from campaigns import clock
from campaigns.contacts import consent, suppression
from campaigns.contacts.facts import Rule
from campaigns.contacts.models import Contact, Scope, SuppressionReason, Topic
from campaigns.database import Session
from campaigns.planning import audience
from campaigns.planning.models import Campaign
from campaigns.registry import FACTS, ORDER, RULES
from tests.factories import make_campaign, make_contact, make_organisation, make_segment


@pytest.fixture
def campaign(session: Session) -> Campaign:
    """An offers campaign to everyone; the clinic markets in the United States."""
    make_organisation(session, regions=["US"])
    return make_campaign(session, topic=Topic.OFFERS)


def suppress(session: Session, contact: Contact, scope: Scope = Scope.EVERYTHING) -> None:
    assert contact.canonical_address is not None
    suppression.suppress(
        session,
        canonical=contact.canonical_address,
        scope=scope,
        reason=SuppressionReason.COMPLAINT,
    )


def withdraw(session: Session, contact: Contact) -> None:
    consent.withdraw(session, contact, through="one-click", topics=[Topic.OFFERS])


def only_typed(session: Session, contact: Contact) -> None:
    consent.give(session, contact, topic=Topic.OFFERS, source="form", words="Yes.", confirmed=False)


def pause(session: Session, contact: Contact) -> None:
    consent.pause(session, contact, days=30)


def move_away(session: Session, contact: Contact) -> None:
    contact.region = "CA-ON"


def nothing(session: Session, contact: Contact) -> None:
    """The contact stays as it is."""


CASES: list[tuple[str, tuple[Topic, ...], Callable[[Session, Contact], None]]] = [
    ("", tuple(Topic), nothing),
    ("suppressed", tuple(Topic), suppress),
    ("withdrawn", tuple(Topic), withdraw),
    ("no_consent", (Topic.EDUCATION,), nothing),
    ("unconfirmed", (), only_typed),
    ("paused_by_contact", tuple(Topic), pause),
    ("region", tuple(Topic), move_away),
]


def why(session: Session, campaign: Campaign, contact: Contact) -> str:
    rule = audience.why(session, campaign, contact, rules=RULES)
    return rule.name if rule else ""


@pytest.mark.parametrize(("reason", "topics", "change"), CASES, ids=[each[0] for each in CASES])
def test_each_reason_keeps_its_contact_from_the_campaign(
    session: Session,
    campaign: Campaign,
    reason: str,
    topics: tuple[Topic, ...],
    change: Callable[[Session, Contact], None],
) -> None:
    contact = make_contact(session, topics=topics)
    change(session, contact)
    session.flush()
    assert why(session, campaign, contact) == reason


def test_a_complaint_keeps_back_marketing_too(session: Session, campaign: Campaign) -> None:
    contact = make_contact(session)
    suppress(session, contact, Scope.MARKETING)
    assert why(session, campaign, contact) == "suppressed"
    assert contact.canonical_address is not None
    suppression.lift(session, canonical=contact.canonical_address, scope=Scope.MARKETING)
    assert why(session, campaign, contact) == ""


def test_a_pause_that_is_over_keeps_nobody_back(session: Session, campaign: Campaign) -> None:
    contact = make_contact(session, paused_until=clock.now(session) - timedelta(seconds=1))
    assert why(session, campaign, contact) == ""


@pytest.mark.parametrize(
    ("regions", "region", "reason"),
    [
        (["US"], "US-TX", ""),
        (["US-TX"], "US", "region"),
        (["US-TX"], "US-TXX", "region"),
        (["CA", "US-TX"], "US-TX", ""),
        (["US"], "", ""),
        ([], "CA-ON", ""),
    ],
)
def test_the_clinic_markets_only_where_it_says(
    session: Session, campaign: Campaign, regions: list[str], region: str, reason: str
) -> None:
    make_organisation(session, regions=regions)
    contact = make_contact(session, region=region)
    assert why(session, campaign, contact) == reason


def test_the_first_rule_that_holds_names_the_reason(session: Session, campaign: Campaign) -> None:
    contact = make_contact(session)
    move_away(session, contact)
    seen = []
    for change in (pause, withdraw, suppress):
        session.flush()
        seen.append(why(session, campaign, contact))
        change(session, contact)
    seen.append(why(session, campaign, contact))
    assert seen == ["region", "paused_by_contact", "withdrawn", "suppressed"]


def test_the_order_of_the_rules_decides_not_their_conditions(
    session: Session, campaign: Campaign
) -> None:
    contact = make_contact(session)
    pause(session, contact)
    move_away(session, contact)
    session.flush()
    rule = audience.why(session, campaign, contact, rules=tuple(reversed(RULES)))
    assert rule is not None
    assert rule.name == "region"


def test_the_registry_keeps_the_order_that_was_decided() -> None:
    assert tuple(rule.name for rule in RULES) == ORDER
    assert ORDER == (
        "suppressed",
        "withdrawn",
        "no_consent",
        "unconfirmed",
        "paused_by_contact",
        "region",
        "booking_upcoming",
        "cool_down",
        "promotion_used",
        "cap",
    )


def make_crowd(session: Session) -> None:
    for _, topics, change in CASES:
        contact = make_contact(session, topics=topics)
        change(session, contact)
    make_contact(session)
    erased = make_contact(session)
    erased.address = erased.canonical_address = erased.address_key = None
    erased.erased_at = clock.now(session)
    session.flush()


def test_the_waterfall_adds_up_and_erased_contacts_are_nobody(
    session: Session, campaign: Campaign
) -> None:
    make_crowd(session)
    fall = audience.waterfall(session, campaign, rules=RULES, facts=FACTS)
    assert (fall.audience, fall.to_send) == (8, 2)
    assert [(line.reason, line.count) for line in fall.skipped] == [
        (reason, 1) for reason, _, _ in CASES if reason
    ]
    assert fall.audience == fall.to_send + sum(line.count for line in fall.skipped)
    assert fall.audience == audience.size(session, campaign, facts=FACTS)
    sentences: dict[str, Rule] = {rule.name: rule for rule in RULES}
    assert all(line.sentence == sentences[line.reason].sentence for line in fall.skipped)


def test_slices_name_everyone_once_with_the_same_reasons(
    session: Session, campaign: Campaign
) -> None:
    make_crowd(session)
    seen: list[tuple[int, str]] = []
    while part := audience.a_slice(
        session,
        campaign,
        rules=RULES,
        facts=FACTS,
        after_id=seen[-1][0] if seen else 0,
        limit=3,
    ):
        seen += [(row[0], row[1]) for row in part]
    assert [reason for _, reason in seen] == [each[0] for each in CASES] + [""]
    assert [id_ for id_, _ in seen] == sorted({id_ for id_, _ in seen})


def test_only_those_whom_the_segment_names_are_counted(
    session: Session, campaign: Campaign
) -> None:
    make_crowd(session)
    campaign.segment_id = make_segment(session, rule={"region": "CA"}).id
    fall = audience.waterfall(session, campaign, rules=RULES, facts=FACTS)
    assert (fall.audience, fall.to_send) == (1, 0)


def test_an_empty_audience_and_no_rules_are_no_special_case(
    session: Session, campaign: Campaign
) -> None:
    fall = audience.waterfall(session, campaign, rules=RULES, facts=FACTS)
    assert (fall.audience, fall.to_send, fall.skipped) == (0, 0, ())
    make_contact(session, topics=())
    assert audience.waterfall(session, campaign, rules=(), facts=FACTS).to_send == 1
