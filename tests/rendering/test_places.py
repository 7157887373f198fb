"""Places survive as words that no content can name."""

import pytest

from campaigns.errors import Invalid
from campaigns.rendering.links import Links
from campaigns.rendering.merge import Values, merged, tidy
from campaigns.rendering.message import sample
from campaigns.rendering.places import Kind, Place, Places, nonce


@pytest.fixture
def places() -> Places:
    """Places of some content."""
    return Places(nonce("some content"))


def test_words_are_letters_and_digits_and_follow_from_the_content(places: Places) -> None:
    assert places.field("first_name", "there").isalnum()
    assert nonce("some content") == places.nonce
    assert nonce("other content") != places.nonce


def test_the_same_place_has_the_same_word(places: Places) -> None:
    assert places.field("code") == places.field("code")
    assert places.field("first_name", "a") != places.field("first_name", "b")


def test_a_text_is_cut_at_its_places_and_filled_again(places: Places) -> None:
    text = f"A {places.field('code')} B {places.url('view')}"
    pieces = places.split(text)
    assert pieces == ["A ", 0, " B ", 1, ""]
    assert merged(pieces, places.known, lambda place: place.name) == "A code B view"


def test_an_address_is_known_as_a_place(places: Places) -> None:
    assert places.of_address(places.url("view")) == Place(Kind.URL, "view")
    assert places.of_address("https://example.com/") is None


def test_a_word_that_was_not_handed_out_is_refused(places: Places) -> None:
    with pytest.raises(Invalid, match="address where text stands"):
        places.split(f"{places.nonce}x7z")


def test_text_links_only_where_the_same_blocks_html_does(places: Places) -> None:
    links = Links(places, privacy="")
    anchor = '<a class="x" href="https://a.example/?a=1&amp;b=2">A</a>'
    html = links.rewrite_html(anchor, "a")
    assert places.of_address(html.partition('href="')[2].partition('"')[0]) is not None
    text = "https://a.example/?a=1&b=2 https://b.example/"
    assert links.rewrite_text(text, "a").endswith(" https://b.example/")
    assert links.rewrite_text(text, "a") != text
    assert links.rewrite_text(text, "b") == text
    assert [each.url for each in links.found] == ["https://a.example/?a=1&b=2"]


def test_a_pixel_or_a_banner_leaves_nothing_in_text() -> None:
    values = Values(sample(1), banner="<p>over</p>")
    assert [values.text(Place(each)) for each in (Kind.PIXEL, Kind.BANNER)] == ["", ""]
    assert values.html(Place(Kind.BANNER)) == "<p>over</p>"


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        ("Ada", "Ada"),
        (" Ada \r\n Lovelace ", "Ada Lovelace"),
        ("Ada\u202eevil", "Ada evil"),
        ("\x00\x07", ""),
        ("👩‍⚕️", "👩‍⚕️"),
        ("مريم", "مريم"),
    ],
)
def test_a_value_stays_on_its_line_and_turns_nothing_around(value: str, clean: str) -> None:
    assert tidy(value) == clean
