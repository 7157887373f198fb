"""An offer's terms stand wherever its claim does, whichever parts a reader is shown."""

from dataclasses import replace
from typing import Any

import pytest

from campaigns.compliance import preflight
from campaigns.compliance.checked import Checked, Section
from tests.compliance.messages import CARD, CONDITIONS, DISCLOSURE, OFFER, block, message, offer

CLAIM = block("hero", "Save up to 26% on selected packages")
SHOWN = block("offer_card", CARD)
TERMS = {"PC-02", "PC-05", "PC-11", "PC-15"}


def for_segment(section: Section, segment: str, **values: Any) -> Section:
    """The same for readers of one segment."""
    return replace(section, segment=segment, **values)


def found(checked: Checked) -> dict[str, str]:
    """What is found of an offer's terms, by rule."""
    return {each.rule: each.message for each in preflight.inspect(checked) if each.rule in TERMS}


def test_a_card_for_some_beside_a_claim_for_all_leaves_the_others_without_terms() -> None:
    assert found(offer(CLAIM, SHOWN)) == {}
    said = found(offer(CLAIM, for_segment(SHOWN, "old")))
    assert set(said) == TERMS
    for each in said.values():
        assert "some readers" in each or "only some of its readers" in each


def test_a_subject_is_a_claim_for_all() -> None:
    said = found(offer(for_segment(SHOWN, "old"), subject="Save up to 26%"))
    assert set(said) == {"PC-02", "PC-11", "PC-15"}


def test_a_claim_and_its_card_for_the_same_readers_are_whole() -> None:
    news = block("article", "Our rooms are open.")
    both = for_segment(CLAIM, "old"), for_segment(SHOWN, "old")
    assert found(offer(news, *both)) == {}


def test_a_claim_for_one_segment_is_not_held_by_a_card_for_another() -> None:
    said = found(offer(for_segment(CLAIM, "new"), for_segment(SHOWN, "old")))
    assert set(said) == TERMS


def test_what_is_missing_for_everybody_is_said_once() -> None:
    some = for_segment(block("article", "More."), "old")
    said = [each.rule for each in preflight.inspect(message(CLAIM, some, facts=OFFER))]
    assert said.count("PC-11") == 2
    messages = found(message(CLAIM, some, facts=OFFER)).values()
    assert not [each for each in messages if "some readers" in each or "some of its" in each]


@pytest.mark.parametrize("text", [DISCLOSURE, CONDITIONS])
def test_half_the_terms_are_not_all(text: str) -> None:
    rest = CARD.replace(f"\n{text}", "")
    parts = (block("offer_card", rest), for_segment(block("article", text), "old"))
    assert found(offer(CLAIM, *parts))
