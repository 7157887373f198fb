"""A text file is read in the encoding it was written in, and a guess is said."""

import pytest

from campaigns.errors import BadFile
from campaigns.web import uploaded_text

WORDS = "Café – “Zoë”"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_without_a_word(encoding: str) -> None:
    found = uploaded_text.read(WORDS.encode(encoding))
    assert (found.text, found.notice) == (WORDS, "")


def test_what_windows_writes_is_read_and_said() -> None:
    found = uploaded_text.read(WORDS.encode("cp1252"))
    assert found.text == WORDS
    assert found.notice.startswith("The file was read as Windows-1252; it is not UTF-8.")


def test_a_file_that_says_its_encoding_is_taken_at_its_word() -> None:
    page = '<meta charset="iso-8859-2"><p>Łódź</p>'
    found = uploaded_text.read(page.encode("iso-8859-2"))
    assert found.text == page
    assert "read as iso8859-2" in found.notice


@pytest.mark.parametrize("named", ["utf-8", "no-such-thing"])
def test_a_file_that_says_what_it_is_not_is_read_as_windows_writes(named: str) -> None:
    page = f'<meta charset="{named}"><p>Café</p>'
    assert uploaded_text.read(page.encode("cp1252")).text == page


def test_a_picture_is_no_text() -> None:
    with pytest.raises(BadFile, match="not a text file"):
        uploaded_text.read(b"\x89PNG\x00\x01")
