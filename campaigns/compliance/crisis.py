"""Suicide and self-harm: never without the crisis line, never beside an offer."""

from collections.abc import Iterable

from campaigns.compliance import reading, terms
from campaigns.compliance.checked import Checked
from campaigns.compliance.findings import Finding, finding
from campaigns.planning import statements

_LINE = reading.tidy(statements.CRISIS_LINE)


def crisis_line(checked: Checked) -> Iterable[Finding]:
    """SS-01: each place with such words has the exact line, in the twin that has the words."""
    for section in checked.everywhere:
        for said, seen in section.said:
            if terms.has("crisis", said) and _LINE not in reading.tidy(seen):
                word = terms.first("crisis", said)
                yield finding("SS-01", section.place, _sentence(said), word=word)
                break


def distress_and_discount(checked: Checked) -> Iterable[Finding]:
    """SS-02: such words never stand in a message with an offer, a price or urgency."""
    offer = _offer(checked)
    if not offer:
        return
    for section in checked.everywhere:
        word = terms.first("crisis", section.both)
        if word:
            yield finding("SS-02", section.place, _sentence(section.both), word=word, offer=offer)


def _offer(checked: Checked) -> str:
    if checked.has_offer:
        return "a promotion"
    for section in checked.everywhere:
        for name in ("urgency", "price_tag"):
            word = terms.first(name, section.both)
            if word:
                return f"“{word}” in {section.place}"
    return ""


def _sentence(text: str) -> str:
    found = (each for each in reading.sentences(text) if terms.has("crisis", each))
    return next(found, terms.first("crisis", text))


CHECKS = (crisis_line, distress_and_discount)
