"""A column of states is understood, and who would get no newsletter is told before the import."""

from urllib.parse import quote

import pytest
from sqlalchemy import select

from campaigns.accounts.models import Organisation, Role
from campaigns.contacts.models import Contact, ContactUpload
from tests.factories import make_contact
from tests.web.pages.desk import Desk, Seat

HERE = "/desk/contacts/import"
NOT_AGREED = {"agreed": "no", "column-0": "email", "column-1": "first_name", "column-3": "region"}
PEOPLE = (
    "Email,First,Last,State\n"
    "ada@example.com,Ada,A,TX\nbea@example.com,Bea,B,Texas\ncy@example.com,Cy,C,CA\n"
    "di@example.com,Di,D,Ontario\neve@example.com,Eve,E,Atlantis\n"
)


def checked(seat: Seat, content: str = PEOPLE, name: str = "people.csv") -> str:
    seat.post(HERE, files={"file": (name, content.encode(), "text/csv")})
    seat.post(f"{HERE}/1/check", data=NOT_AGREED)
    return seat.get(f"{HERE}/1").text


def reach(desk: Desk, *codes: str) -> None:
    with desk.sessions.begin() as session:
        session.get_one(Organisation, 1).regions = list(codes)


def test_a_column_of_states_is_kept_as_codes_of_the_clinic_s_country(desk: Desk) -> None:
    reach(desk, "US")
    seat = desk.as_(Role.COORDINATOR)
    assert "1 of 4 live where newsletters do not go" in checked(seat)
    seat.post(f"{HERE}/1/take")
    with desk.sessions() as session:
        found = session.scalars(select(Contact.region).order_by(Contact.address))
        assert list(found) == ["US-TX", "US-TX", "US-CA", "CA-ON"]


def test_the_dry_run_says_who_lives_where_newsletters_do_not_go(desk: Desk) -> None:
    reach(desk, "US-TX")
    page = checked(desk.as_(Role.OWNER))
    assert "2 of 4 live where newsletters do not go" in page
    assert 'href="/desk/settings#regions"' in page
    coordinator = desk.as_(Role.COORDINATOR).get(f"{HERE}/1").text
    assert "An owner can change that" in coordinator
    reach(desk, "US", "CA")
    assert "newsletters do not go" not in desk.as_(Role.OWNER).get(f"{HERE}/1").text


def test_the_titles_that_lists_have_are_guessed(desk: Desk) -> None:
    seat = desk.as_(Role.COORDINATOR)
    content = "Email,First,Last,Province\nada@example.com,Ada,A,ON\n"
    seat.post(HERE, files={"file": ("people.csv", content.encode(), "text/csv")})
    with desk.sessions() as session:
        guessed = session.get_one(ContactUpload, 1).mapping
    assert guessed == {"email": 0, "first_name": 1, "last_name": 2, "region": 3}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (quote("Märzliste für Ärzte.csv"), "Märzliste für Ärzte.csv"),
        ("a%0D%0Ab%00c.csv", "a b c.csv"),
        ("x" * 300 + ".csv", "x" * 116 + ".csv"),
    ],
)
def test_the_name_of_a_file_is_shown_as_people_know_it(desk: Desk, sent: str, shown: str) -> None:
    seat = desk.as_(Role.COORDINATOR)
    seat.post(HERE, files={"file": (sent, PEOPLE.encode(), "text/csv")})
    with desk.sessions() as session:
        assert session.get_one(ContactUpload, 1).filename == shown


def test_a_region_stored_long_ago_stays_where_another_detail_is_corrected(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        contact = make_contact(session, region="CA")
        kept = contact.id
    typed = {"first_name": "Adele", "region": "CA", "language": "en"}
    answer = desk.as_(Role.COORDINATOR).post(f"/desk/contacts/{kept}/correct", data=typed)
    assert answer.status_code == 303
    with desk.sessions() as session:
        known = session.get_one(Contact, kept)
        assert (known.first_name, known.region) == ("Adele", "CA")
