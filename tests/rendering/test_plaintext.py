"""The text twin of rich text: paragraphs of 72 columns, addresses on lines of their own."""

import pytest

from campaigns.rendering.plaintext import plain, ruled, wrapped


@pytest.mark.parametrize(
    ("rich", "text"),
    [
        ("<p>One <strong>two</strong> <em>three</em>.</p><p>Four</p>", "One two three.\n\nFour"),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
        ("<ol><li>One</li><li>Two</li></ol>", "1. One\n2. Two"),
        ("Before <ul><li>One</li></ul> after", "Before\n\n- One\n\nafter"),
        (
            '<p>Read <a href="https://a.example/x">the letter</a>, then come.</p>',
            "Read the letter:\nhttps://a.example/x\nthen come.",
        ),
        (
            '<p><a href="https://a.example/x">https://a.example/x</a></p>',
            "https://a.example/x",
        ),
        ('<p><a href="tel:+15550100">Call us</a> soon</p>', "Call us (+15550100) soon"),
        ('<p><a href="mailto:a@example.com?x=1">a@example.com</a></p>', "a@example.com"),
        ("<p><a>no link</a></p>", "no link"),
        ("<p> </p>", ""),
        ("<p>1 &lt; 2 &amp; 3</p>", "1 < 2 & 3"),
    ],
)
def test_rich_text_reads_well_without_markup(rich: str, text: str) -> None:
    assert plain(rich) == text


def test_paragraphs_are_wrapped_but_addresses_are_not_cut() -> None:
    address = "https://example.com/" + "x" * 100
    text = plain(f'<p>{"word " * 40}<a href="{address}">here</a></p>')
    assert address in text.splitlines()
    assert all(len(line) <= 72 for line in text.splitlines() if line != address)


def test_items_hang_under_their_mark() -> None:
    assert wrapped("word " * 20, "  ", "- ").splitlines()[1].startswith("  word")
    assert plain("<ul><li>One</li></ul>", "   ") == "   - One"


def test_a_heading_has_a_line_as_long_as_itself() -> None:
    assert ruled("Prices") == "Prices\n------"
    assert ruled("word " * 20).splitlines()[-1] == "-" * 69
