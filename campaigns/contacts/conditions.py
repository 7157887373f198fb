"""A segment's rule as a short list of conditions: read from a rule, written back, said in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from campaigns.contacts.facts import Asks, Fact
from campaigns.errors import Invalid

MOST = 8

Match = Literal["all", "any"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One fact with its value; `is_not` turns it round."""

    fact: str
    value: Any
    is_not: bool = False


@dataclass(frozen=True, slots=True)
class Simple:
    """All of, or any of, a few conditions: what the small form can show."""

    match: Match
    conditions: tuple[Condition, ...]


def simple(rule: Any, *, facts: Iterable[Fact]) -> Simple | None:
    """The rule as a short list; None for one that is nested deeper than the small form shows."""
    known = {fact.name: fact for fact in facts}
    if not isinstance(rule, Mapping) or len(rule) != 1:
        return None
    [(word, parts)] = rule.items()
    if word not in {"all", "any"}:
        one = _condition(rule, known)
        return Simple("all", (one,)) if one else None
    found = [_condition(each, known) for each in parts]
    if len(found) > MOST or None in found:
        return None
    return Simple(word, tuple(each for each in found if each is not None))


def rule_of(asked: Simple) -> dict[str, Any]:
    """The rule to be stored; raises Invalid without a condition or with too many."""
    if not 1 <= len(asked.conditions) <= MOST:
        raise Invalid(f"A segment takes 1 to {MOST} conditions.")
    return {asked.match: [_part(each) for each in asked.conditions]}


def value_of(fact: Fact, typed: Sequence[str]) -> Any:
    """What was typed or chosen in a form as this fact's value; raises Invalid with an example."""
    words = [each.strip() for each in typed if each.strip()]
    if fact.asks in {Asks.NOTHING, Asks.YES_NO}:
        return True
    if not words:
        raise Invalid(f"Fill this in: {fact.value}.")
    if fact.asks is Asks.DAYS:
        text = words[0]
        if not (text.isascii() and text.isdecimal() and 1 <= int(text[:5]) <= 3650):
            raise Invalid("Enter a number of days from 1 to 3650.")
        return int(text)
    if fact.asks is Asks.TOPICS:
        return words
    return [each.strip() for each in ",".join(words).split(",") if each.strip()]


_EVERYONE = "Every contact; a newsletter goes only to those who agreed to its topic."


def in_words(rule: Any, *, facts: Iterable[Fact]) -> str:
    """The rule as one sentence about people, such as "Everyone who agreed to offers."."""
    if rule in ({"everyone": True}, {"all": [{"everyone": True}]}):
        return _EVERYONE
    return f"Everyone who {_said(rule, {fact.name: fact for fact in facts})}."


def same(one: Any, other: Any, *, facts: Iterable[Fact]) -> bool:
    """Whether two rules mean the same, as far as the small form can tell."""
    known = list(facts)
    short = simple(one, facts=known)
    return one == other or (short is not None and short == simple(other, facts=known))


def _condition(rule: Any, known: Mapping[str, Fact]) -> Condition | None:
    if not isinstance(rule, Mapping) or len(rule) != 1:
        return None
    [(word, value)] = rule.items()
    if word == "none" and isinstance(value, list) and len(value) == 1:
        inner = _condition(value[0], known)
        return Condition(inner.fact, inner.value, True) if inner and not inner.is_not else None
    if word not in known:
        return None
    if known[word].asks is Asks.YES_NO:
        return Condition(word, True, value is not True)
    return Condition(word, value)


def _part(condition: Condition) -> dict[str, Any]:
    plain = {condition.fact: condition.value}
    return {"none": [plain]} if condition.is_not else plain


_JOINS = ("all", "any", "none")


def _said(rule: Any, known: Mapping[str, Fact], *, is_not: bool = False) -> str:
    if not isinstance(rule, Mapping) or len(rule) != 1:
        return "matches a rule that cannot be read"
    [(word, value)] = rule.items()
    if word in _JOINS and isinstance(value, list):
        turned = is_not != (word == "none")
        said = [_inner(each, known, is_not=turned) for each in value]
        return (" or " if is_not != (word == "any") else " and ").join(said)
    fact = known.get(word)
    return _fact_said(fact, value, is_not=is_not) if fact else f"matches “{word}”"


def _inner(rule: Any, known: Mapping[str, Fact], *, is_not: bool) -> str:
    said = _said(rule, known, is_not=is_not)
    is_group = isinstance(rule, Mapping) and any(
        word in _JOINS and len(parts) > 1 for word, parts in rule.items()
    )
    return f"({said})" if is_group else said


def _fact_said(fact: Fact, value: Any, *, is_not: bool) -> str:
    if fact.asks is Asks.YES_NO:
        is_not = is_not != (value is not True)
    listed = [str(each) for each in (value if isinstance(value, list) else [value])]
    said = " or ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)
    if not fact.phrase:
        return f"{'not: ' if is_not else ''}{fact.sentence}: {said}"
    return (fact.denial if is_not else fact.phrase).format(said)
