"""Rich text in a plain field: what staff type is what is kept, and nothing of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.planning import lighttext, richtree
from campaigns.planning.richtext import sanitise
from campaigns.planning.richtree import Marks, Part, Run

LETTERS = st.text(st.sampled_from("ab é *[]()\\-•.1<>&\"'{}_!“\u00a0"), min_size=1, max_size=12)
ADDRESSES = st.sampled_from(
    ["", "", "https://example.com/a?b=1&c=(2)", "mailto:desk@example.com", "tel:+15550100"]
)
MARKS = st.builds(Marks, st.booleans(), st.booleans(), ADDRESSES)
LINES = st.lists(st.builds(Run, LETTERS, MARKS), min_size=1, max_size=5).map(richtree.tidy)
PARTS = st.one_of(
    LINES.map(lambda line: Part("p", (line,))),
    st.builds(Part, st.sampled_from(["ul", "ol"]), st.lists(LINES, min_size=1).map(tuple)),
)
TREES = st.lists(PARTS, max_size=4).map(
    lambda parts: tuple(each for each in parts if all(each.lines))
)


@given(TREES)
def test_what_is_shown_in_a_plain_field_comes_back_the_same(tree: tuple[Part, ...]) -> None:
    rich = richtree.write(tree)
    typed = lighttext.written(rich)
    assert lighttext.rich(typed) == rich
    assert lighttext.same(typed.replace("\n", "\r\n"), rich)


@given(TREES)
def test_the_cleaning_of_rich_text_leaves_what_we_write_alone(tree: tuple[Part, ...]) -> None:
    rich = richtree.write(tree)
    assert richtree.canonical(sanitise(rich)) == rich or not rich


@given(st.text(st.sampled_from("ab *[]()\\-•1.\n<h"), max_size=40))
def test_anything_typed_is_read_and_read_the_same_again(typed: str) -> None:
    try:
        rich = lighttext.rich(typed)
    except ValueError as refusal:
        assert "leads nowhere" in str(refusal)  # noqa: PT017
        return
    assert lighttext.rich(lighttext.written(rich)) == rich


@pytest.mark.parametrize(
    ("rich", "typed"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<p>A <strong>bold</strong> word</p>", "A **bold** word"),
        ("<p><strong><em>Both</em></strong>, <em>one</em></p>", "***Both***, *one*"),
        (
            '<p>See <a href="https://example.com/x">the page</a>.</p>',
            "See [the page](https://example.com/x).",
        ),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
        ("<p>Steps:</p><ol><li>One</li><li>Two</li></ol>", "Steps:\n\n1. One\n2. Two"),
        ("<p>5 \\ 3 &lt; 9</p>", "5 \\\\ 3 < 9"),
        ("<p>- no item, 1) either</p>", "\\- no item, 1) either"),
        ("<p>1. no item</p>", "1\\. no item"),
    ],
)
def test_simple_text_looks_simple(rich: str, typed: str) -> None:
    assert lighttext.written(rich) == typed
    assert lighttext.rich(typed) == rich


@pytest.mark.parametrize(
    ("typed", "rich"),
    [
        ("One line\nand its end", "<p>One line and its end</p>"),
        ("Bring:\n- a list\n- a friend\nSee you", "<p>Bring:</p><ul><li>a list</li>"
         "<li>a friend</li></ul><p>See you</p>"),
        ("- a long\n  item\n- two", "<ul><li>a long item</li><li>two</li></ul>"),
        ("- one\n\n- apart", "<ul><li>one</li></ul><ul><li>apart</li></ul>"),
        ("2 * 3 and a footnote*", "<p>2 * 3 and a footnote*</p>"),
        ("**not closed", "<p>**not closed</p>"),
        ("[brackets] alone (too)", "<p>[brackets] alone (too)</p>"),
        ("", ""),
        ("- \n* ", "<p>- * </p>".replace(" </p>", "</p>")),
    ],
)  # fmt: skip
def test_what_people_type_is_taken_kindly(typed: str, rich: str) -> None:
    assert lighttext.rich(typed) == rich


@pytest.mark.parametrize("address", ["example.com", "javascript:alert(1)", "/page"])
def test_a_link_that_leads_nowhere_is_refused_in_words(address: str) -> None:
    with pytest.raises(ValueError, match="leads nowhere: write the whole address"):
        lighttext.rich(f"See [this]({address}).")


def test_what_an_editor_wraps_and_breaks_becomes_our_one_shape() -> None:
    loose = (
        "<ul><li><p>One</p><ul><li><p>Deep</p></li></ul></li></ul>Loose<br>words"
        "<p></p><b>bold </b><i> slanted</i></a></ul>"
    )
    assert richtree.canonical(loose) == (
        "<ul><li>One</li><li>Deep</li></ul><p>Loose words</p>"
        "<p><strong>bold</strong> <em>slanted</em></p>"
    )


def test_a_field_that_gained_a_paragraph_is_not_the_same() -> None:
    assert lighttext.same("One two", "<p>One two</p>")
    assert not lighttext.same("One\n\ntwo", "<p>One two</p>")


def test_the_words_alone_carry_no_signs() -> None:
    rich = lighttext.rich("**Bring** a *list* of [questions](https://example.com)\n\n- one\n- two")
    assert lighttext.plain(rich) == "Bring a list of questions\none\ntwo"
