"""A segment's rule in words that say what it asks."""

from typing import Any

import pytest

from campaigns.contacts import rule_words
from campaigns.registry import FACTS


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"everyone": True}, "is a contact"),
        ({"language": "en"}, "reads English"),
        ({"language": ["es", "tlh-xx-y"]}, "reads Spanish or tlh-xx-y"),
        ({"region": ["US-TX", "US-OK"]}, "lives in US-TX or US-OK"),
        ({"clicked_within_days": 30}, "clicked in the last 30 days"),
        ({"has_booked": False}, "not: has a confirmed or attended booking"),
        ({"unheard_of": 3}, "unheard_of (3)"),
        (
            {"all": [{"language": "en"}, {"any": [{"region": "US"}, {"has_booked": True}]}]},
            "reads English and (lives in US or has a confirmed or attended booking)",
        ),
        ({"none": [{"region": "CA"}, {"language": "fr"}]}, "not: lives in CA or reads French"),
        ({"any": [{"all": [{"region": "CA"}]}]}, "lives in CA"),
    ],
)
def test_a_rule_reads_as_a_sentence(rule: dict[str, Any], said: str) -> None:
    assert rule_words.said(rule, facts=FACTS) == said
