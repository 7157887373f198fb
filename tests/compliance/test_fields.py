"""A finding says which field of its block it is about, so that it can stand beside it."""

from typing import Any

from campaigns.compliance import approval, fields, preflight
from campaigns.compliance.findings import Finding
from campaigns.database import Session
from campaigns.planning import queries as planning
from tests.compliance.conftest import EVERYTHING, Clinic, make_draft
from tests.compliance.messages import article

STEPS: list[dict[str, Any]] = [
    {"type": "header"},
    {
        "type": "how_it_works",
        "heading": "How a visit goes",
        "evidence": "<p>People differ.</p>",
        "steps": [
            {"title": "First", "text": "You talk with a clinician."},
            {"title": "Then", "text": "We <b>cure</b> nothing & nobody: we cure you."},
        ],
    },
    {"type": "footer"},
]


def _by_rule(found: list[Finding], rule: str) -> Finding:
    return next(each for each in found if each.rule == rule)


def test_a_sentence_of_an_item_names_the_item(session: Session, clinic: Clinic) -> None:
    campaign = make_draft(session, clinic, STEPS)
    found = _by_rule(approval.check(session, campaign, **EVERYTHING), "HC-02")
    assert found.place == "block how-it-works"
    assert found.field == "steps.1.text"


def test_a_field_is_kept_with_the_finding(session: Session, clinic: Clinic) -> None:
    campaign = make_draft(session, clinic, STEPS)
    version = planning.newest_version(session, campaign)
    preflight.store(session, version, approval.check(session, campaign, **EVERYTHING))
    stored = approval.stored_findings(session, campaign)
    assert {each.rule: each.field for each in stored}["HC-02"] == "steps.1.text"


def test_a_word_alone_names_its_field_too() -> None:
    spoilt = article(
        "Ketamine and pain.", data={"heading": "News", "text": "<p>Ketamine and <em>pain</em>.</p>"}
    )
    assert _by_rule(preflight.inspect(spoilt), "HC-03").field == "text"


def test_words_of_the_template_are_in_no_field() -> None:
    spoilt = article("We cure it.", data={"heading": "News", "number": 3})
    assert _by_rule(preflight.inspect(spoilt), "HC-02").field == ""


def test_nothing_is_looked_for_where_nothing_is_said() -> None:
    assert fields.of({"text": "Anything"}, " – ") == ""


def test_a_name_for_machines_says_nothing() -> None:
    assert fields.of({"id": "cure", "items": ["cure"]}, "cure") == "items.0"
