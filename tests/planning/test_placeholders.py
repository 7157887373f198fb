"""Values that staff text names: what may be named, what each reader needs, what is left alone."""

import pytest
from markupsafe import Markup

from campaigns.errors import Invalid
from campaigns.planning import content, placeholders
from campaigns.planning.content import parse


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hi {first_name}", r"needs words for readers whose first name we do not know: write "
                            r"\{first_name\|there\}"),
        ("Hi {first_name| }", "needs words for readers"),
        ("Hi {last_name|}", "whose last name we do not know"),
        ("Hi {fist_name|you}", r"no value \{fist_name\} \(did you mean \{first_name\}\?\)"),
        ("{savings}", r"did you mean \{saving\}"),
        ("{diagnosis}", r"there is no value \{diagnosis\}; there are \{clinic\}"),
        ("{code}", r"there is no value \{code\}"),
        ("{clinic|us}", "takes no words after a bar"),
        ("{first_name|<b>you</b>}", "cannot be read; write .first_name|there., with plain words"),
        ("{first_name|you|me}", "cannot be read"),
        ("{ first_name | you }", "cannot be read"),
        ("{first_name|you", "cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_filled_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        placeholders.check(text)


@pytest.mark.parametrize(
    "text",
    ["{first_name|there} and {last_name|friend}", "{email}", "{email|you}", "{clinic} {saving}",
     "{{7*7}} {% raw %} ${x*2} {0} { } {}", "{% if x %}", "a {b c} d"],
)  # fmt: skip
def test_what_can_be_filled_or_is_only_text_stays(text: str) -> None:
    assert placeholders.check(text) == text


def test_fields_are_written_by_the_caller_and_escaped_in_rich_text() -> None:
    asked: list[tuple[str, str]] = []

    def field(name: str, fallback: str) -> str:
        asked.append((name, fallback))
        return f"<{name}>"

    rich = Markup("<p>{first_name|you &amp; yours} at {clinic}</p>")
    filled = placeholders.fill(rich, {"clinic": "A & B"}, field=field)
    assert filled == "<p>&lt;first_name&gt; at A &amp; B</p>"
    assert asked == [("first_name", "you & yours")]
    assert placeholders.fill("{first_name|you} {email}", {}, field=field) == "<first_name> <email>"


def test_without_a_reader_the_words_after_the_bar_stand() -> None:
    assert placeholders.fill("Hi {first_name| you },", {}) == "Hi you,"
    assert placeholders.fill(Markup("Hi {first_name|a &amp; b}"), {}) == "Hi a &amp; b"
    assert placeholders.for_nobody("{first_name|you} {email} {saving}") == "you [email] {saving}"


def test_a_value_that_the_campaign_lacks_is_named() -> None:
    with pytest.raises(Invalid, match="carries no promotion"):
        placeholders.fill("{saving}", {})


def test_fields_are_found_in_blocks_with_the_other_names() -> None:
    [block] = parse([{"type": "quote", "text": "Hi {first_name|you}", "source": "{clinic}"}])
    assert placeholders.used([block, "{phone}"]) == {"first_name", "clinic", "phone"}


def test_a_block_says_which_of_its_fields_needs_the_words() -> None:
    with pytest.raises(Invalid, match=r"block 1, source: \{first_name\} needs words"):
        parse([{"type": "quote", "text": "x", "source": "{first_name}"}])


def test_a_file_may_name_the_reader_in_its_subject() -> None:
    file = content.read(
        "name: a\ntopic: education\nsegment: all\nsubject: '{first_name|Hello}, news'\n"
        "preheader: 'For {last_name|you}'\nblocks: [{type: divider}, {type: footer}]\n"
    )
    assert file.subject == "{first_name|Hello}, news"
