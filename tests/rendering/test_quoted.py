"""Pieces that are encoded one by one make a whole that every mail program reads back."""

import quopri

from hypothesis import example, given
from hypothesis import strategies as st

from campaigns.rendering.quoted import encoded

TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
    | st.sampled_from([".", "..\n.", "From me", "a" * 76, "a" * 75 + " ", " \t\n ", "=", "é" * 40]),
    max_size=8,
)


@given(TEXTS)
@example([".", "a" * 73 + ".\n."])
@example(["x" * 74 + " \nb"])
@example(["x" * 75 + " \nb"])
def test_pieces_read_back_as_the_text_they_were(texts: list[str]) -> None:
    body = "".join(encoded(each) for each in texts)
    lines = "".join(texts).replace("\r\n", "\n").replace("\r", "\n")
    # A CR at the end of one piece and an LF at the start of the next are two line ends.
    if not any(a.endswith("\r") and b.startswith("\n") for a in texts for b in texts):
        assert quopri.decodestring(body.encode()).decode().replace("\r\n", "\n") == lines


@given(TEXTS)
def test_no_line_is_long_begins_with_a_dot_or_ends_in_a_space(texts: list[str]) -> None:
    body = "".join(encoded(each) for each in texts)
    assert body.isascii()
    assert not body.replace("\r\n", "").count("\n")
    for line in body.split("\r\n"):
        assert len(line) <= 76
        assert not line.startswith((".", "From "))
        assert not line.endswith((" ", "\t"))


def test_a_piece_that_ends_a_line_needs_no_soft_break() -> None:
    assert encoded("one\n") == "one\r\n"
    assert encoded("one") == "one=\r\n"
    assert encoded("") == ""
