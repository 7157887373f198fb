"""The desk opens times, sees what is free by day, and closes one with a way back."""

import re

import pytest
from sqlalchemy import func, select

from campaigns.accounts.models import Role
from campaigns.promotions.models import Slot
from tests.bookings import factories
from tests.web.pages.bookings import Inbox, make_inbox
from tests.web.pages.desk import Desk, Seat

OPENING = {
    "category": "infusion",
    "location": "Allen",
    "times": "8:30, 13.30; 4 PM",
    "weekdays": ["mon", "tue"],
    "days": "7",
    "capacity": "3",
}


@pytest.fixture
def inbox(desk: Desk) -> Inbox:
    return make_inbox(desk.sessions)


@pytest.fixture
def seat(desk: Desk, inbox: Inbox) -> Seat:
    """Dana at the front desk."""
    return desk.as_(Role.DESK)


def how_many(inbox: Inbox) -> int:
    with inbox.sessions() as session:
        return session.scalar(select(func.count(Slot.id))) or 0


def test_times_are_opened_as_people_write_them(inbox: Inbox, seat: Seat) -> None:
    answer = seat.post("/desk/slots", data=OPENING)
    page = seat.follow(answer).text
    assert "6 new times are open." in page
    for clock in ("08:30", "13:30", "16:00"):
        assert f">{clock}</strong>" in page
    assert "3 of 3 free" in page
    assert how_many(inbox) == 9
    again = seat.follow(seat.post("/desk/slots", data=OPENING)).text
    assert "open already: nothing changed" in again
    one = OPENING | {"times": "10:00", "days": "1", "weekdays": ["tue"]}
    assert "1 new time is open." in seat.follow(seat.post("/desk/slots", data=one)).text


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"times": ""}, "times", "Fill this in."),
        ({"times": "noon, 25:00"}, "times", "Enter times of day such as"),
        ({"times": ","}, "times", "Enter times of day such as"),
        ({"weekdays": []}, "weekdays", "Choose at least one."),
        ({"weekdays": ["someday"]}, "weekdays", "Choose one of the list."),
        ({"days": "0"}, "days", "Enter 1 or more."),
        ({"capacity": "many"}, "capacity", "Enter a whole number"),
        ({"category": "surgery"}, "category", "Choose one of the list."),
        ({"location": "Nowhere"}, "location", "Say at which location: Allen."),
    ],
)
def test_what_cannot_be_opened_is_said_at_its_field(
    inbox: Inbox, seat: Seat, changes: dict[str, object], field: str, said: str
) -> None:
    answer = seat.post("/desk/slots", data=OPENING | changes)
    assert answer.status_code == 422
    found = re.search(rf'id="{field}-error">.*?</svg>(.*?)</p>', answer.text, re.DOTALL)
    assert found is not None
    assert said in found[1]
    assert how_many(inbox) == 3
    kept = changes.get("times", OPENING["times"])
    assert not kept or f'value="{kept}"' in answer.text


def test_the_diary_shows_what_is_free_and_what_is_taken(inbox: Inbox, seat: Seat) -> None:
    inbox.ask()
    page = seat.get("/desk/slots?category=infusion").text
    assert "2 free places in two weeks" in page
    assert "full, 1 taken" in page
    assert "No times" in page
    later = seat.get("/desk/slots?category=infusion&from=2026-12-07").text
    assert "0 free places" in later
    assert (
        'rel="prev" href="/desk/slots?category=infusion&amp;location=Allen&amp;from=2026-11-23"'
        in later
    )
    assert "2 free places" in seat.get("/desk/slots?category=infusion&from=someday").text
    assert "2 free places" in seat.get("/desk/slots?category=infusion&from=2020-01-01").text


def test_each_place_has_a_diary_of_its_own(inbox: Inbox, seat: Seat) -> None:
    with inbox.sessions.begin() as session:
        factories.make_location(session, "Plano")
    assert "0 free places" in seat.get("/desk/slots?category=infusion&location=Plano").text


def test_a_closed_time_can_be_booked_by_nobody_and_is_opened_again(
    inbox: Inbox, seat: Seat
) -> None:
    slot = inbox.clinic.slots[0]
    back = "/desk/slots?category=infusion&location=Allen&from=2026-11-23"
    answer = seat.post(f"/desk/slots/{slot.id}/close", data={"back": back})
    assert answer.headers["location"] == back
    page = seat.follow(answer).text
    assert "nobody new can book it" in page
    assert ">closed</span>" in page
    undo = re.search(r'action="(/desk/slots/\d+/places/\d+)"', page)
    assert undo is not None
    assert "open again" in seat.follow(seat.post(undo[1])).text
    with inbox.sessions() as session:
        assert session.get_one(Slot, slot.id).capacity == 1


def test_who_has_booked_a_time_keeps_it(inbox: Inbox, seat: Seat) -> None:
    inbox.ask()
    slot = inbox.clinic.slots[0]
    answer = seat.post(f"/desk/slots/{slot.id}/places/0", data={"back": "https://evil.example"})
    assert answer.headers["location"] == "/desk/slots"
    assert "1 of its places are taken" in seat.follow(answer).text


def test_without_packages_the_page_says_what_to_do_first(desk: Desk) -> None:
    page = desk.as_(Role.OWNER).get("/desk/slots").text
    assert "No package needs times yet" in page
    assert "Open these times" not in page


def test_a_time_that_is_not_there_is_not_found(seat: Seat) -> None:
    assert seat.post("/desk/slots/999/close").status_code == 404
    assert seat.post("/desk/slots/999/places/1").status_code == 404
