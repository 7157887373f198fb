"""The small form of a segment: a few conditions, each a fact with its value, as it was typed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData

from campaigns.contacts import conditions
from campaigns.contacts.conditions import MOST, Condition, Match, Simple
from campaigns.contacts.facts import Asks, Fact
from campaigns.errors import Invalid

EVERYONE = "everyone"


@dataclass(slots=True)
class Line:
    """One condition as it stands in the form, with what is wrong with it."""

    fact: Fact
    is_not: bool = False
    typed: list[str] = field(default_factory=list)
    error: str = ""
    is_new: bool = False

    @property
    def text(self) -> str:
        """What stands in a plain field."""
        return ", ".join(self.typed)

    @property
    def choices(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """The fact and its opposite, as the form offers them."""
        return ("yes", _begin(self.fact.phrase)), ("no", _begin(self.fact.denial))


@dataclass(slots=True)
class Typed:
    """The whole form: title, how the conditions are joined, and the conditions."""

    title: str = ""
    match: Match = "all"
    lines: list[Line] = field(default_factory=list)

    def rule(self) -> dict[str, Any] | None:
        """The rule that is meant; None where a condition cannot be read (its line says why).

        Without any condition everyone is meant.
        """
        found = [_condition(line) for line in self.lines]
        if any(each is None for each in found):
            return None
        if not found:
            return {EVERYONE: True}
        return conditions.rule_of(Simple(self.match, tuple(each for each in found if each)))


def of_rule(title: str, rule: Any, facts: Iterable[Fact]) -> Typed | None:
    """The form for a rule as it is stored; None where it is nested deeper than the form shows."""
    known = list(facts)
    simple = conditions.simple(rule, facts=known)
    if simple is None:
        return None
    by_name = {fact.name: fact for fact in known}
    lines = [
        Line(by_name[each.fact], each.is_not, _words(each.value))
        for each in simple.conditions
        if each.fact != EVERYONE
    ]
    return Typed(title, simple.match, lines)


def read(posted: FormData, facts: Iterable[Fact]) -> Typed:
    """The form as it was posted, with what its button did: a line added, a line removed."""
    by_name = {fact.name: fact for fact in facts if fact.name != EVERYONE}
    match: Match = "any" if posted.get("match") == "any" else "all"
    typed = Typed(str(posted.get("title", "")).strip()[:100], match)
    act = str(posted.get("act", ""))
    for at in range(MOST):
        fact = by_name.get(str(posted.get(f"fact-{at}", "")))
        if fact is not None and act != f"remove-{at}":
            values = [str(each)[:200] for each in posted.getlist(f"value-{at}")]
            typed.lines.append(Line(fact, posted.get(f"is-{at}") == "no", values))
    added = by_name.get(str(posted.get("new", ""))) if act == "add" else None
    if added is not None and len(typed.lines) < MOST:
        typed.lines.append(Line(added, is_new=True))
    return typed


def _condition(line: Line) -> Condition | None:
    try:
        value = conditions.value_of(line.fact, line.typed)
    except Invalid as error:
        line.error = str(error)
        return None
    return Condition(line.fact.name, value, line.is_not)


def _words(value: Any) -> list[str]:
    return [str(each) for each in (value if isinstance(value, list) else [value])]


def _begin(phrase: str) -> str:
    return phrase.partition("{}")[0].strip()


def tail(fact: Fact) -> str:
    """What follows the value in the sentence, such as "days"."""
    return fact.phrase.partition("{}")[2].strip() if fact.asks is Asks.DAYS else ""
