"""Two spellings of one mailbox are one contact; two people never are."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import addresses
from campaigns.errors import BadAddress
from tests.ground.conftest import read_afresh

LOCAL_PARTS = st.from_regex(r"[A-Za-z0-9éßñ]{1,10}([.+_-][A-Za-z0-9]{1,10}){0,2}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("  Ada@Example.COM ", "ada@example.com"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
        ("rene\u0301@example.com", "ren\u00e9@example.com"),
        ("STRASSE@example.com", "strasse@example.com"),
        ("Straße@example.com", "strasse@example.com"),
    ],
)
def test_an_address_is_compared_in_one_form(text: str, canonical: str) -> None:
    assert addresses.parse(text).canonical == canonical


def test_the_local_part_is_kept_as_given_for_sending() -> None:
    parsed = addresses.parse("Ada.Lovelace@Example.com")
    assert parsed.given == "Ada.Lovelace@example.com"
    assert parsed.domain == "example.com"


@pytest.mark.parametrize("other", ["a.da@example.com", "ada+news@example.com", "ada@example.org"])
def test_dots_and_plus_tags_are_other_people(other: str) -> None:
    assert addresses.parse(other).canonical != addresses.parse("ada@example.com").canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "ada@",
        "@example.com",
        "a b@example.com",
        "ada@example",
        "a@b@example.com",
        "ada@-example.com",
        "ada@exam\0ple.com",
        "ada\r\nBcc: eve@example.com",
        "x" * 65 + "@example.com",
    ],
)
def test_what_cannot_be_written_to_is_refused(text: str) -> None:
    with pytest.raises(BadAddress, match="is not an email address"):
        addresses.parse(text)


@given(LOCAL_PARTS)
def test_reading_an_address_again_changes_nothing(local: str) -> None:
    once = addresses.parse(f"{local}@example.com")
    assert addresses.parse(once.canonical).canonical == once.canonical
    assert addresses.parse(once.given) == once


@given(LOCAL_PARTS)
def test_letter_case_and_composition_never_make_a_second_contact(local: str) -> None:
    canonical = addresses.parse(f"{local}@example.com").canonical
    for spelling in (local.upper(), local.lower(), unicodedata.normalize("NFD", local)):
        assert addresses.parse(f"{spelling}@EXAMPLE.com").canonical == canonical


def test_the_suppression_hash_depends_on_the_key_of_the_installation(
    environment: pytest.MonkeyPatch,
) -> None:
    before = addresses.suppression_key("ada@example.com")
    assert before == addresses.suppression_key("ada@example.com")
    assert len(before) == 32
    assert b"ada" not in before
    assert before != addresses.suppression_key("bob@example.com")
    environment.setenv("BEDSIDE_SUPPRESSION_KEY", "the-key-of-another-clinic")
    read_afresh()
    assert addresses.suppression_key("ada@example.com") != before


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ada@example.com", "a***@example.com"),
        ("to <ada@example.com>, bob@example.org.", "to <a***@example.com>, b***@example.org."),
        ("{'ada@example.com': (550, b'no')}", "{'a***@example.com': (550, b'no')}"),
        ("o'brien@example.com refused", "o***@example.com refused"),
        ("GET /?to=ada%40example.com", "GET /***@example.com"),
        ("nothing here", "nothing here"),
    ],
)
def test_addresses_in_a_text_are_masked(text: str, masked: str) -> None:
    assert addresses.mask_all(text) == masked


@given(LOCAL_PARTS.filter(lambda local: len(local) > 3), st.sampled_from(["<%s>", "'%s'", "%s,"]))
def test_no_local_part_survives_masking(local: str, around: str) -> None:
    assert f"{local}@" not in addresses.mask_all(around % f"{local}@example.com")
