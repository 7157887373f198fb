"""How checks read HTML, text, sentences and numbers."""

import pytest

from campaigns.compliance import figures, reading, terms


def test_html_is_read_as_a_person_sees_it() -> None:
    markup = """<style>p { color: red }</style><!-- note -->
      <p>Call or text <a href="tel:988">988</a>
      or chat <a>988lifeline.org</a>.</p><div style="display:none">hidden</div>
      <img alt="A quiet room"><table><tr><td>$2,550</td><td>$1,887</td></tr></table>
      <img><p style="Visibility: hidden">gone</p>end"""
    assert reading.seen(markup).split("\n") == [
        "Call or text 988 or chat 988lifeline.org.",
        "A quiet room",
        "$2,550",
        "$1,887",
        "end",
    ]
    assert reading.seen("  ") == ""


def test_a_text_part_is_read_without_its_line_breaks() -> None:
    text = (
        "What helps\n----------\n\nWalking and\nsleep.\n\n- One\n  item\n- Two\n\n"
        "  1. Step\n     text\nhttps://news.example.com/c/1\n"
    )
    assert reading.unwrapped(reading.without_urls(text)).split("\n") == [
        "What helps",
        "Walking and sleep.",
        "One item",
        "Two",
        "1. Step text",
    ]


def test_sentences_end_where_a_new_one_begins() -> None:
    text = "It costs $1.50 in the U.S. today. “Really?” She asks. And 24.3% do\nA heading"
    assert reading.sentences(text) == [
        "It costs $1.50 in the U.S. today.",
        "“Really?",
        "She asks.",
        "And 24.3% do",
        "A heading",
    ]


@pytest.mark.parametrize(
    ("text", "word", "values", "is_up_to"),
    [
        ("save up to 26 %", "up to 26 %", ["26"], True),
        ("as much as a 26% cut", "as much as a 26%", ["26"], True),
        ("Other packages 15–20 %.", "15–20 %", ["15", "20"], False),
        ("12.5 percent", "12.5 percent", ["12.5"], False),
        ("12,5\u00a0%", "12,5\u00a0%", ["12.5"], False),
    ],
)
def test_percentages(text: str, word: str, values: list[str], is_up_to: bool) -> None:
    [found] = figures.percentages(text)
    assert (found.word, [str(v) for v in found.values], found.is_up_to) == (word, values, is_up_to)


@pytest.mark.parametrize(
    ("text", "currency", "cents"),
    [
        ("$2,550 and $99.50.", "USD", [255_000, 9_950]),
        ("$ 45", "USD", [4_500]),
        ("$560 billion", "USD", []),
        ("€ 20", "EUR", [2_000]),
        ("120 CHF or 1,200.50 CHF", "CHF", [12_000, 120_050]),
        ("120 USD", "USD", []),
    ],
)
def test_amounts(text: str, currency: str, cents: list[int]) -> None:
    assert [each.cents for each in figures.amounts(text, currency)] == cents


def test_every_list_of_words_is_read_as_words_and_compiles() -> None:
    for name, words in terms.lists().items():
        assert all(isinstance(each, str) for each in words), name
        assert not terms.has(name, "")


def test_words_are_whole_words() -> None:
    assert terms.has("drug", "Ketamine, again")
    assert not terms.has("condition", "a painting")
    assert terms.first("condition", "a painting") == ""
    assert not terms.has("benefit", "self-help-reduces")


def test_a_part_is_read_by_the_rules_of_its_page() -> None:
    whole = reading.Whole.of(
        "<html><head><style>@media all { .x { display: none } }</style></head><body></body></html>"
    )
    part = (
        '<p>One</p><p class="x">Two</p><p title="Three"><!-- a note -->One</p><td abbr="Four">'
        '<!--[if mso]><td><![endif]--><!--[if mso]><p title="Six">Five<!x></p><![endif]-->'
        "<!--[if mso]><html><![endif]-->"
    )
    assert whole.part(part, known="Four") == ("One\nOne", "Two\nThree\nFive\nSix")
    assert whole.part("  ") == ("", "")
    assert reading.Whole.of("").seen == ""
