"""A campaign file is taken in as typed blocks, or refused with the line and a plain sentence."""

import re
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from campaigns import local
from campaigns.contacts.models import Topic
from campaigns.errors import BadFile, Invalid
from campaigns.planning import catalogue, content, placeholders

FILE = """\
name: spring-letter
topic: education
segment: education-readers
subject: News from {clinic}
preheader: Plain words
pace_per_minute: 600
blocks:
  - type: header
  - type: article
    heading: A heading
    text: Some text
    sources:
      - title: A source
        date: 2024-11-01
  - type: article
    heading: Another
    text: More text
  - type: footer
"""
SAMPLES = Path(local.__file__).parent / "sample"


def refusal(old: str, new: str) -> BadFile:
    """How the file is refused with this change."""
    assert old in FILE
    with pytest.raises(BadFile) as caught:
        content.read(FILE.replace(old, new, 1))
    return caught.value


def test_a_file_becomes_typed_blocks_with_ids_of_their_own() -> None:
    file = content.read(FILE)
    assert file.topic is Topic.EDUCATION
    assert file.pace_per_minute == 600
    assert [each.id for each in file.blocks] == ["header", "article", "article-2", "footer"]
    assert isinstance(file.blocks[1], catalogue.kind("article"))
    assert content.raw(file.blocks)[1]["sources"][0]["date"] == "2024-11-01"


def test_stored_blocks_are_read_back_as_they_were() -> None:
    blocks = content.read(FILE).blocks
    assert content.parse(content.raw(blocks)) == blocks


@pytest.mark.parametrize("name", ["education", "savings"])
def test_the_newsletters_of_the_demo_are_campaign_files(name: str) -> None:
    file = content.read((SAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))
    assert file.blocks[-1].type == "footer"


def test_an_unknown_block_is_named_with_its_line_and_what_was_meant() -> None:
    error = refusal("type: article", "type: artcle")
    assert error.line == 9
    assert "there is no block 'artcle'. Did you mean 'article'?" in str(error)


def test_a_misspelt_field_is_named_with_its_line_rather_than_the_field_it_should_be() -> None:
    error = refusal("heading: Another", "headng: Another")
    assert str(error).startswith("line 16: block 3, headng: there is no such field here.")
    assert "Did you mean 'heading'?" in str(error)


def test_a_misspelt_field_of_the_file_is_named() -> None:
    assert "Did you mean 'preheader'?" in str(refusal("preheader:", "preheeder:"))
    assert "there is no such field here." in str(refusal("preheader: P", "zzz: P"))


def test_a_missing_field_is_named_at_the_block_it_is_missing_from() -> None:
    error = refusal("    heading: Another\n", "")
    assert error.line == 15
    assert "block 3, heading: this field is missing." in str(error)


def test_a_block_without_a_type_is_refused_at_its_line() -> None:
    error = refusal("- type: header", "- id: top")
    assert error.line == 8
    assert "each block needs a type" in str(error)


def test_a_wrong_value_is_explained() -> None:
    assert refusal("topic: education", "topic: news").line == 2
    assert refusal("pace_per_minute: 600", "pace_per_minute: fast").line == 6


def test_a_nested_field_is_named_with_the_place_people_count() -> None:
    error = refusal("        date: 2024-11-01", "        dat: 2024-11-01")
    assert (error.line, "block 2, sources 1, dat" in str(error)) == (14, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: [", "not YAML"),
        ("- a list", "must begin with fields"),
        ("name: a\nname: b", "stands here twice"),
        ("a: &x [1]\nb: *x", "aliases"),
        ("? [a]\n: b", "plain name"),
        ("a: \x01", "UTF-8"),
        ("a: " + "x" * 300_000, "larger than 256 KB"),
        ("a: " + "[" * 5_000, "nested too deeply"),
    ],
)
def test_what_is_no_campaign_file_is_refused_in_plain_words(text: str, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        content.read(text)


def test_the_line_of_a_syntax_error_is_told() -> None:
    with pytest.raises(BadFile) as caught:
        content.read("name: x\nsubject: 'open\n")
    assert caught.value.line is not None


def test_a_file_without_a_footer_is_refused_for_it_carries_the_unsubscribe_link() -> None:
    error = refusal("  - type: footer\n", "  - type: divider\n")
    assert "unsubscribe link" in str(error)


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([{"type": "hero", "heading": "A"}, {"type": "hero", "heading": "B"}], "one hero block"),
        ([{"type": "divider"}, {"type": "header"}], "header block comes first"),
        ([{"type": "footer"}, {"type": "divider"}], "footer block comes last"),
        ([{"type": "divider", "id": "a"}, {"type": "divider", "id": "a"}], "the id 'a'"),
        ([], "at least 1 item"),
        ([{"type": "nonsense"}], "no block 'nonsense'"),
    ],
)
def test_blocks_that_do_not_make_a_message_are_refused(
    blocks: list[dict[str, str]], words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        content.parse(blocks)


def test_an_id_given_by_staff_is_kept_and_not_given_twice() -> None:
    blocks = content.parse([{"type": "divider"}, {"type": "divider", "id": "divider"}])
    assert [each.id for each in blocks] == ["divider-2", "divider"]


@pytest.mark.parametrize("words", ["click here", "Book", "Tap", "press this"])
def test_a_button_says_where_it_leads(words: str) -> None:
    with pytest.raises(Invalid, match="say where it leads"):
        content.parse([{"type": "cta_button", "text": words, "action": "call"}])


def test_a_button_leads_to_one_place() -> None:
    with pytest.raises(Invalid, match="either a url or an action"):
        content.parse([{"type": "cta_button", "text": "Book a visit"}])
    found = content.parse([{"type": "cta_button", "text": "Book a visit", "action": "book"}])[0]
    assert isinstance(found, catalogue.kind("cta_button"))


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://", "https://a b.com", "https://user@example.com", "http://[x",
     "https://exämple.com", 'https://example.com/"'],
)  # fmt: skip
def test_an_address_that_is_not_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match="url"):
        content.parse([{"type": "cta_button", "text": "Book a visit", "url": url}])


def article(text: str) -> str:
    """The text of an article as it is kept."""
    found: Any = content.parse([{"type": "article", "heading": "A", "text": text}])[0]
    kept: str = found.text
    return kept


def test_rich_text_keeps_what_is_harmless_and_loses_the_rest() -> None:
    kept = article('<p onclick="x">One <strong>two</strong><script>alert(1)</script></p>')
    assert kept == "<p>One <strong>two</strong></p>"
    assert article('<p><a href="javascript:x">no</a><img src="https://x.example"></p>') == (
        "<p><a>no</a></p>"
    )
    assert isinstance(kept, Markup)


def test_plain_text_becomes_paragraphs() -> None:
    assert article("One & two.\n\nThree") == "<p>One &amp; two.</p><p>Three</p>"


def test_a_link_in_rich_text_is_checked_too() -> None:
    with pytest.raises(Invalid, match="characters that a link cannot carry"):
        article('<p><a href="https://example.com/a b">x</a></p>')


def test_a_header_field_is_a_single_line() -> None:
    error = refusal("subject: News from {clinic}", 'subject: "News\\r\\nBcc: all@example.com"')
    assert (error.line, "single line" in str(error)) == (4, True)


def test_a_value_that_does_not_exist_is_refused_where_it_is_written() -> None:
    error = refusal("text: More text", "text: 'Save {discount}'")
    assert (error.line, "there is no value {discount}" in str(error)) == (17, True)


def test_an_offer_needs_a_promotion_in_the_file() -> None:
    assert "{saving} needs a promotion" in str(refusal("text: More text", "text: 'Up to {saving}'"))
    changed = FILE.replace("  - type: header\n", "  - type: offer_card\n")
    with pytest.raises(BadFile, match="the block offer_card needs a promotion"):
        content.read(changed)


def test_values_are_filled_as_text_and_never_run() -> None:
    values = {"clinic": "A & {phone}", "phone": "1"}
    assert placeholders.fill("{{7*7}} {clinic} {{{phone}}}", values) == "{{7*7}} A & {phone} {{1}}"
    assert placeholders.fill(Markup("<p>{clinic}</p>"), values) == "<p>A &amp; {phone}</p>"


def test_a_value_that_the_campaign_cannot_give_is_told() -> None:
    with pytest.raises(Invalid, match="carries no promotion"):
        placeholders.fill("up to {saving}", {"clinic": "A"})


def test_a_version_that_was_stored_before_blocks_had_more_fields_is_still_read() -> None:
    stored: list[dict[str, Any]] = [
        {"id": "header", "type": "header", "background": "plain", "tagline": "Allen"},
        {"id": "top", "type": "hero", "background": "soft", "heading": "Hello"},
        {
            "id": "visit",
            "type": "article",
            "heading": "A visit",
            "text": "<p>Hi.</p>",
            "sources": [],
        },
        {"id": "button", "type": "cta_button", "text": "Book a visit", "action": "book"},
        {"id": "footer", "type": "footer", "background": "plain"},
    ]
    kept = content.tidy(stored)
    assert all(before.items() <= after.items() for before, after in zip(stored, kept, strict=True))
    assert content.tidy(kept) == kept


EVENT = {
    "type": "event",
    "heading": "An evening",
    "starts": "2027-01-02T18:00",
    "ends": "2027-01-02T19:00",
    "zone": "America/Chicago",
    "place": "Here",
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"starts": "2027-01-02T18:00Z"}, "starts: write date and time as a clock on the wall"),
        ({"ends": "2027-01-02T18:00"}, "ends: an event ends after it begins"),
        ({"zone": "Allen/Texas"}, "zone: there is no time zone 'Allen/Texas'"),
        ({"heading": "One\ntwo"}, "heading: must be a single line of text"),
    ],
)
def test_an_event_that_cannot_be_is_refused_in_words(changed: dict[str, str], said: str) -> None:
    with pytest.raises(Invalid, match=re.escape(said)):
        content.parse([EVENT | changed])


def test_an_event_keeps_the_time_that_was_typed() -> None:
    [kept] = content.tidy([EVENT])
    assert (kept["starts"], kept["ends"]) == (EVENT["starts"], EVENT["ends"])
    assert content.tidy([kept]) == [kept]


def test_a_whole_message_stands_alone_with_its_footer() -> None:
    whole = {"type": "html", "source": "<p>Hello</p>"}
    only = "only offer_card.*risk_information, crisis_line and footer may follow it"
    with pytest.raises(Invalid, match=f"the html block is the whole message: {only}"):
        content.parse([whole, {"type": "divider"}])
