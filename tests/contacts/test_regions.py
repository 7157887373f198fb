"""Where somebody lives is written in many ways and kept in one; what could be two is refused."""

from collections.abc import Collection

import pytest

from campaigns.contacts import csv_reading, regions, spreadsheet
from campaigns.contacts.places import COUNTRIES, STATES
from campaigns.database import Session
from campaigns.errors import BadFile, Invalid
from tests.factories import make_organisation

HOME = ("US",)


@pytest.mark.parametrize(
    ("typed", "homes", "code"),
    [
        ("TX", HOME, "US-TX"),
        (" tx ", HOME, "US-TX"),
        ("Texas", HOME, "US-TX"),
        ("new  mexico", HOME, "US-NM"),
        ("Québec", HOME, "CA-QC"),
        ("us-tx", HOME, "US-TX"),
        ("ON", ("CA",), "CA-ON"),
        ("D.C.", HOME, "US-DC"),
        ("Washington, D.C.", HOME, "US-DC"),
        ("United States", HOME, "US"),
        ("U.S.A.", (), "US"),
        ("us", HOME, "US"),
        ("UK", HOME, "GB"),
        ("Germany", HOME, "DE"),
        ("FR", HOME, "FR"),
        ("DE-BY", HOME, "DE-BY"),
    ],
)
def test_a_region_is_understood_as_people_write_it(
    typed: str, homes: Collection[str], code: str
) -> None:
    assert regions.read(typed, homes=homes) == code


@pytest.mark.parametrize(
    ("typed", "homes", "said"),
    [
        ("TX", (), "'TX' is not a region that is known. Write a code such as US-TX"),
        ("ON", HOME, "is not a region that is known"),
        ("US-ZZ", HOME, "is not a region that is known"),
        ("QQ-AB", HOME, "is not a region that is known"),
        ("Atlantis", HOME, "is not a region that is known"),
        ("CA", HOME, "California (US-CA) or Canada (CA). Write US-CA or Canada."),
        ("Georgia", HOME, "Georgia (US-GA) or Georgia (GE)"),
    ],
)
def test_what_is_unknown_or_could_be_two_is_refused_with_examples(
    typed: str, homes: Collection[str], said: str
) -> None:
    with pytest.raises(Invalid) as refused:
        regions.read(typed, homes=homes)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "code"), [("CA", "US-CA"), ("Georgia", "US-GA"), ("DE", "US-DE")]
)
def test_under_a_title_of_states_two_letters_are_a_state(typed: str, code: str) -> None:
    assert regions.read(typed, homes=HOME, is_state=True) == code
    assert csv_reading.is_of_states("Home State/Province")
    assert not csv_reading.is_of_states("Country")


def test_every_code_is_written_as_the_standard_has_it() -> None:
    assert len(COUNTRIES) == 249
    assert {each: len(states) for each, states in STATES.items()} == {"US": 56, "CA": 13}


@pytest.mark.parametrize(
    ("allowed", "zone", "homes"),
    [
        (["US-TX", "CA"], "America/Chicago", ("CA", "US")),
        ([], "America/Toronto", ("CA",)),
        ([], "Europe/Berlin", ()),
    ],
)
def test_the_clinic_s_countries_are_where_it_markets_else_where_it_is(
    session: Session, allowed: list[str], zone: str, homes: tuple[str, ...]
) -> None:
    assert regions.homes(session) == ()
    make_organisation(session, regions=allowed, zone=zone)
    assert regions.homes(session) == homes


def test_a_cell_without_end_is_told_from_quotes_that_do_not_add_up() -> None:
    raw = b"email,words\na@example.com," + b"x" * 140_000 + b"\n"
    for read in (csv_reading.read, spreadsheet.read):
        with pytest.raises(BadFile) as refused:
            read(raw)
        assert "a cell is far too long" in str(refused.value)


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("100 Example Plaza, Suite 200, Allen, TX 75000 (demo)", "US-TX"),
        ("1 Example Street, Santa Fe, New Mexico 87501-1234", "US-NM"),
        ("1 Example Street, Charleston, West Virginia 25301", "US-WV"),
        ("1 Example Street, Arkansas City, KS 67005", "US-KS"),
        ("5 rue de l'Exemple, 75001 Paris", ""),
        ("Musterweg 3, 10115 Berlin", ""),
        ("", ""),
    ],
)
def test_an_address_says_in_which_state_it_is(address: str, state: str) -> None:
    assert regions.of_postal_address(address) == state
