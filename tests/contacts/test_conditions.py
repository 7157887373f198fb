"""A rule as a short list of conditions, and in words."""

from typing import Any

import pytest

from campaigns.contacts import conditions
from campaigns.contacts.conditions import Condition, Simple
from campaigns.contacts.facts import Asks, Fact
from campaigns.errors import Invalid
from campaigns.registry import FACTS

EVERYONE = "Every contact; a newsletter goes only to those who agreed to its topic."
BY_NAME = {fact.name: fact for fact in FACTS}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"everyone": True}, EVERYONE),
        ({"all": [{"everyone": True}]}, EVERYONE),
        ({"language": "en"}, "Everyone who reads en."),
        ({"region": ["US-TX", "US-OK", "CA"]}, "Everyone who lives in US-TX, US-OK or CA."),
        (
            {"all": [{"consents_to": "offers"}, {"none": [{"clicked_within_days": 30}]}]},
            "Everyone who agreed to offers and did not click in the last 30 days.",
        ),
        (
            {"none": [{"language": "es"}, {"region": "CA"}]},
            "Everyone who does not read es and does not live in CA.",
        ),
        (
            {"none": [{"all": [{"language": "es"}, {"has_booked": True}]}]},
            "Everyone who (does not read es or has no confirmed or attended booking).",
        ),
        (
            {"none": [{"none": [{"language": "es"}, {"region": "CA"}]}]},
            "Everyone who (reads es or lives in CA).",
        ),
        ({"has_booked": False}, "Everyone who has no confirmed or attended booking."),
        ({"hats": 3}, "Everyone who matches “hats”."),
        ({}, "Everyone who matches a rule that cannot be read."),
        ({"any": ["x"]}, "Everyone who matches a rule that cannot be read."),
    ],
)
def test_a_rule_is_a_sentence(rule: Any, words: str) -> None:
    assert conditions.in_words(rule, facts=FACTS) == words


def test_a_fact_without_a_phrase_is_still_said() -> None:
    plain = Fact("hats", "owns hats", "a number", BY_NAME["language"].condition)
    assert conditions.in_words({"hats": 3}, facts=[plain]) == "Everyone who owns hats: 3."
    turned = {"none": [{"hats": 3}]}
    assert conditions.in_words(turned, facts=[plain]) == "Everyone who not: owns hats: 3."


@pytest.mark.parametrize(
    ("rule", "simple"),
    [
        ({"language": "en"}, Simple("all", (Condition("language", "en"),))),
        ({"has_booked": False}, Simple("all", (Condition("has_booked", True, True),))),
        (
            {"any": [{"region": "CA"}, {"none": [{"language": "es"}]}]},
            Simple("any", (Condition("region", "CA"), Condition("language", "es", True))),
        ),
        ({"none": [{"has_booked": False}, {"language": "es"}]}, None),
        ({"none": [{"none": [{"language": "es"}]}]}, None),
        ({"all": [{"any": [{"language": "es"}]}]}, None),
        ({"all": [{"language": "en"}] * 9}, None),
        ({"hats": 3}, None),
        ("everyone", None),
        ({"all": ["everyone"]}, None),
    ],
)
def test_a_short_rule_fits_the_small_form_and_a_nested_one_does_not(
    rule: Any, simple: Simple | None
) -> None:
    assert conditions.simple(rule, facts=FACTS) == simple


def test_what_the_form_shows_is_what_it_stores() -> None:
    rule = {"any": [{"region": ["CA"]}, {"none": [{"language": ["es"]}]}]}
    simple = conditions.simple(rule, facts=FACTS)
    assert simple is not None
    assert conditions.rule_of(simple) == rule
    for number in (0, 9):
        with pytest.raises(Invalid, match="1 to 8 conditions"):
            conditions.rule_of(Simple("all", simple.conditions[:1] * number))


def test_two_ways_to_write_a_rule_are_the_same() -> None:
    assert conditions.same({"language": "en"}, {"all": [{"language": "en"}]}, facts=FACTS)
    assert not conditions.same({"language": "en"}, {"language": "es"}, facts=FACTS)
    nested = {"all": [{"any": [{"language": "es"}]}]}
    assert conditions.same(nested, dict(nested), facts=FACTS)
    assert not conditions.same(nested, {"language": "es"}, facts=FACTS)


@pytest.mark.parametrize(
    ("fact", "typed", "value"),
    [
        ("everyone", [], True),
        ("has_booked", ["whatever"], True),
        ("clicked_within_days", [" 30 "], 30),
        ("consents_to", ["offers", "education"], ["offers", "education"]),
        ("region", ["US-TX, US-OK,", ""], ["US-TX", "US-OK"]),
    ],
)
def test_what_was_typed_is_read(fact: str, typed: list[str], value: Any) -> None:
    assert conditions.value_of(BY_NAME[fact], typed) == value


@pytest.mark.parametrize("typed", ["0", "3651", "-1", "1.5", "²", "soon"])
def test_a_number_of_days_is_one(typed: str) -> None:
    with pytest.raises(Invalid, match="1 to 3650"):
        conditions.value_of(BY_NAME["clicked_within_days"], [typed])


def test_every_fact_can_be_asked_and_denied_in_words() -> None:
    for fact in FACTS:
        takes_value = fact.asks not in {Asks.NOTHING, Asks.YES_NO}
        assert ("{}" in fact.phrase) is ("{}" in fact.denial) is takes_value, fact.name
        assert fact.phrase != fact.denial
