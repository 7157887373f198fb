"""A segment's rule as people say it: `reads en and lives in US-TX`."""

from collections.abc import Iterable, Mapping
from typing import Any

from babel import Locale, UnknownLocaleError

from campaigns.contacts.facts import Fact

_PLACES = ("a region", "a language", "a topic")
_JOINS = {"all": " and ", "any": " or "}


def said(rule: Mapping[str, Any], *, facts: Iterable[Fact]) -> str:
    """What this rule asks of a contact, from the sentences of its facts."""
    return _said(rule, {each.name: each for each in facts}, is_inner=False)


def _said(rule: Mapping[str, Any], facts: Mapping[str, Fact], *, is_inner: bool) -> str:
    [(word, value)] = rule.items()
    if word in _JOINS:
        parts = _JOINS[word].join(_said(each, facts, is_inner=True) for each in value)
        return f"({parts})" if is_inner and len(value) > 1 else parts
    if word == "none":
        return "not: " + " or ".join(_said(each, facts, is_inner=True) for each in value)
    return _fact(facts[word].sentence if word in facts else word, value)


def _fact(sentence: str, value: Any) -> str:
    if isinstance(value, bool):
        return sentence if value else f"not: {sentence}"
    values = value if isinstance(value, list) else [value]
    named = [_language(str(each)) if sentence.endswith("a language") else each for each in values]
    listed = " or ".join(str(each) for each in named)
    if "the last days" in sentence:
        return sentence.replace("the last days", f"the last {listed} days")
    for place in _PLACES:
        if sentence.endswith(place):
            return f"{sentence.removesuffix(place)}{listed}"
    return f"{sentence} ({listed})"


def _language(code: str) -> str:
    try:
        return Locale.parse(code, sep="-").english_name or code
    except (UnknownLocaleError, ValueError):
        return code
