"""What staff write is found in the message that is made of it, with its block and its field."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from campaigns.compliance import approval
from campaigns.compliance.findings import Finding
from campaigns.compliance.models import Severity
from campaigns.database import Session
from campaigns.planning import queries as planning
from campaigns.rendering import templates
from tests.compliance.conftest import EVERYTHING, Clinic, make_draft

HERO = {"type": "hero", "heading": "What a visit looks like"}
STUDY = "https://www.example.com/study"
Check = Callable[..., list[Finding]]


@pytest.fixture
def found(session: Session, clinic: Clinic) -> Check:
    """What is found in a letter of a main heading and these blocks."""

    def check(*blocks: dict[str, Any], rule: str, **values: Any) -> list[Finding]:
        letter = [{"type": "header"}, HERO, *blocks, {"type": "footer"}]
        draft = make_draft(session, clinic, letter, **values)
        everything = approval.check(session, draft, **EVERYTHING)
        return [each for each in everything if each.rule == rule]

    return check


def _article(text: str, heading: str = "Sources") -> dict[str, Any]:
    return {"type": "article", "heading": heading, "text": text}


def test_a_vague_link_in_an_article_names_the_field(found: Check) -> None:
    [vague] = found(_article(f'<p>A study: <a href="{STUDY}">read more</a></p>'), rule="AX-11")
    assert (vague.place, vague.field) == ("block article", "text")


def test_two_links_of_the_same_words_are_told_apart_by_where_they_lead(found: Check) -> None:
    one = _article(f'<p>A study: <a href="{STUDY}">the study</a></p>')
    other = _article(f'<p>A study: <a href="{STUDY}/2">the study</a></p>', "More")
    assert found(one, one | {"heading": "Again"}, rule="AX-12", name="same") == []
    [twice] = found(one, other, rule="AX-12", name="other")
    assert (twice.place, twice.field) == ("block article-2", "text")


def test_a_gap_in_a_rich_text_names_the_field(found: Check) -> None:
    [left] = found(_article("<p>Hello *|FNAME|*, welcome.</p>"), rule="DL-02")
    assert (left.place, left.field) == ("block article", "text")


def test_a_letter_without_a_main_heading_is_told_so(session: Session, clinic: Clinic) -> None:
    letter = [{"type": "header"}, _article("<p>Hello.</p>"), {"type": "footer"}]
    draft = make_draft(session, clinic, letter)
    [headless] = approval.check(session, draft, **EVERYTHING)
    assert (headless.rule, headless.place, headless.field) == ("AX-10", "block article", "heading")


def test_a_good_letter_has_nothing_against_it(session: Session, clinic: Clinic) -> None:
    letter = [{"type": "header"}, HERO, _article("<p>Hello.</p>"), {"type": "footer"}]
    draft = make_draft(session, clinic, letter)
    assert approval.check(session, draft, **EVERYTHING) == []


def test_a_subject_that_shouts_stands_with_the_subject(session: Session, clinic: Clinic) -> None:
    draft = make_draft(session, clinic, [{"type": "header"}, HERO, {"type": "footer"}])
    planning.newest_version(session, draft).subject = "NEWS FROM THE CLINIC!!"
    found = approval.check(session, draft, **EVERYTHING)
    assert [(each.rule, each.place) for each in found] == [("LN-02", "subject")] * 2


def test_a_pasted_page_is_held_against_mail_programs(session: Session, clinic: Clinic) -> None:
    page = (
        '<!DOCTYPE html><html><body><h1>News</h1><p style="position: absolute">Hello.</p>'
        f'<p>A study: <a href="{STUDY}" style="text-decoration: none">the study</a>.</p>'
        "</body></html>"
    )
    letter = [{"type": "html", "source": page}, {"type": "footer"}]
    found = approval.check(session, make_draft(session, clinic, letter), **EVERYTHING)
    assert [(each.rule, each.place) for each in found] == [
        ("MC-03", "block html"),
        ("AX-13", "block html"),
    ]
    assert found[1].field == "source"


def test_a_good_pasted_page_has_nothing_against_it(session: Session, clinic: Clinic) -> None:
    sample = json.loads((templates.BESIDE / "blocks/html/sample.json").read_text())
    draft = make_draft(session, clinic, [sample, {"type": "footer"}])
    assert [str(each) for each in approval.check(session, draft, **EVERYTHING)] == []


def test_a_link_that_is_not_tracked_is_checked_as_any_other(found: Check) -> None:
    chat, plain = "https://988lifeline.org/chat/", "http://www.samaritans.org/"
    text = f'<p>Use <a href="{chat}">the chat</a> or <a href="{plain}">the other chat</a>.</p>'
    assert found(_article(text), rule="DL-12", name="both twins") == []
    [insecure] = found(_article(text), rule="DL-10", name="secure")
    assert (insecure.place, insecure.sentence) == ("block article", "the other chat")
    assert insecure.severity is Severity.BLOCK
    twice = f'<p>Use <a href="{chat}">the chat</a> or <a href="{plain}">the chat</a>.</p>'
    [same] = found(_article(twice), rule="AX-12", name="same words")
    assert same.place == "block article"
