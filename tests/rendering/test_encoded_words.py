"""A header of any letters: read back as it was, on short lines, and never broken open."""

from email import message_from_string, policy

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaigns.rendering import headers
from campaigns.rendering.encoded_words import header
from campaigns.rendering.merge import tidy

LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(LETTERS)
@example("Café: " * 40)
@example("🎉" * 80)
@example("مريم " * 50)
@example("x" * 900)
@example("a " * 200)
@example("=?utf-8?q?=0D=0A?=")
@example("Ada\r\nBcc: all@example.com")
@example("a  b")
@example("")
def test_a_subject_is_read_back_and_stays_one_header(text: str) -> None:
    wire = headers.subject(text)
    assert wire.isascii()
    assert max(len(line) for line in wire.split("\r\n")) <= 998
    assert wire.endswith("\r\n")
    assert "\n" not in wire.replace("\r\n", "")
    assert all(line[:1] == " " for line in wire.removesuffix("\r\n").split("\r\n")[1:])
    read = message_from_string(f"{wire}\r\n", policy=policy.default)
    assert read["Subject"] == tidy(text)
    assert read.keys() == ["Subject"]


@pytest.mark.parametrize("text", ["é" * 120, "🎉" * 60, "words and words " * 15, "a" + " é" * 80])
def test_lines_are_short_and_no_letter_is_cut(text: str) -> None:
    lines = header("Subject", text.strip()).removesuffix("\r\n").split("\r\n")
    assert max(map(len, lines)) <= 76
    for line in lines:
        word = line.strip().removeprefix("Subject: ")
        if word.startswith("=?"):
            alone = message_from_string(f"X: {word}\r\n\r\n", policy=policy.default)["X"]
            assert "\ufffd" not in alone


def test_what_is_plain_stays_plain_and_the_shorter_encoding_is_taken() -> None:
    assert header("Subject", "Plain words") == "Subject: Plain words\r\n"
    assert header("Subject", "A long line with one é in it") == (
        "Subject: =?utf-8?q?A_long_line_with_one_=C3=A9_in_it?=\r\n"
    )
    assert header("Subject", "مريم").startswith("Subject: =?utf-8?b?")
