"""Signing in and out, and what the door refuses."""

import pytest

from campaigns import clock
from campaigns.accounts import logins, passwords
from campaigns.accounts.models import Role, User
from campaigns.web.staff import COOKIE
from tests.factories import days, make_user, move_clock
from tests.web.pages.desk import Desk, Live

GOOD = "three plain words"


def somebody(desk: Desk, **values: object) -> User:
    with desk.sessions.begin() as session:
        user = make_user(session, Role.COORDINATOR, address="cora@clinic.example.com", **values)
        passwords.set_password(user, GOOD)
        return user


def credentials(**values: str) -> dict[str, str]:
    return {"address": "cora@clinic.example.com", "password": GOOD, "next": ""} | values


def test_the_right_password_opens_the_desk_with_a_cookie_no_script_can_read(desk: Desk) -> None:
    somebody(desk)
    answer = desk.nobody().post("/desk/login", data=credentials(next="/desk/contacts"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/contacts")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/desk" in cookie


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "three other words"},
        {"address": "nobody@clinic.example.com"},
        {"address": "not an address"},
    ],
)
def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(
    desk: Desk, wrong: dict[str, str]
) -> None:
    somebody(desk)
    answer = desk.nobody().post("/desk/login", data=credentials(**wrong))
    assert answer.status_code == 422
    assert "do not belong together" in answer.text
    assert COOKIE not in answer.cookies


def test_what_was_typed_is_kept_but_never_the_password(desk: Desk) -> None:
    somebody(desk)
    answer = desk.nobody().post("/desk/login", data=credentials(password="three other words"))
    assert 'value="cora@clinic.example.com"' in answer.text
    assert "three other words" not in answer.text


def test_empty_fields_say_so_each(desk: Desk) -> None:
    somebody(desk)
    answer = desk.nobody().post("/desk/login", data={})
    assert answer.status_code == 422
    assert answer.text.count("Fill this in.") == 2


def test_someone_who_left_cannot_sign_in(desk: Desk) -> None:
    user = somebody(desk)
    with desk.sessions.begin() as session:
        session.get_one(User, user.id).disabled_at = clock.now(session)
    assert desk.nobody().post("/desk/login", data=credentials()).status_code == 422


def test_a_session_ends_when_the_person_leaves(desk: Desk) -> None:
    seat = desk.as_(Role.COORDINATOR)
    assert seat.user is not None
    with desk.sessions.begin() as session:
        session.get_one(User, seat.user.id).disabled_at = clock.now(session)
    assert seat.post("/desk/logout").headers["location"] == "/desk/login"


@pytest.mark.parametrize("elsewhere", ["https://evil.example.com", "//evil.example.com", "/desk\\"])
def test_signing_in_leads_nowhere_but_to_the_desk(desk: Desk, elsewhere: str) -> None:
    somebody(desk)
    answer = desk.nobody().post("/desk/login", data=credentials(next=elsewhere))
    assert answer.headers["location"] == "/desk"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_a_form_from_another_site_does_nothing(desk: Desk, headers: dict[str, str]) -> None:
    somebody(desk)
    answer = desk.nobody().post("/desk/login", data=credentials(), headers=headers)
    assert answer.status_code == 403
    assert "nothing was done" in answer.text


def test_signing_out_ends_the_session_for_whoever_has_its_cookie(desk: Desk) -> None:
    seat = desk.as_(Role.COORDINATOR)
    answer = seat.post("/desk/logout")
    assert answer.headers["location"] == "/desk/login"
    again = seat.post("/desk/logout")
    assert again.headers["location"] == "/desk/login"
    assert COOKIE not in again.cookies
    with desk.sessions.begin() as session:
        assert seat.user is not None
        assert logins.of_user(session, session.get_one(User, seat.user.id)) == []


@pytest.mark.parametrize("number", [0.6, 15])
def test_a_session_ends_unused_after_half_a_day_and_used_after_two_weeks(
    desk: Desk, number: float
) -> None:
    seat = desk.as_(Role.COORDINATOR)
    with desk.sessions.begin() as session:
        move_clock(session, by=days(number))
    assert seat.post("/desk/logout").cookies.get("bedside_said") is None


def test_five_wrong_passwords_close_the_door_for_a_while(desk: Desk) -> None:
    somebody(desk, name="Throttled")
    browser = desk.nobody()
    statuses = [
        browser.post("/desk/login", data=credentials(password=f"wrong word {each}")).status_code
        for each in range(6)
    ]
    assert statuses == [422] * 5 + [429]
    assert browser.post("/desk/login", data=credentials()).status_code == 429


def test_wrong_passwords_of_one_network_close_its_door_and_right_ones_do_not(desk: Desk) -> None:
    somebody(desk, name="Behind one address")
    browser = desk.nobody()

    def status(**values: str) -> int:
        return browser.post("/desk/login", data=credentials(**values)).status_code

    assert {status() for _ in range(31)} == {303}
    for number in range(30):
        assert status(address=f"guess{number}@clinic.example.com") == 422
    assert status() == 429


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_the_door_is_plain_and_accessible(live: Live, width: int, scheme: str) -> None:
    with live.sessions.begin() as session:
        passwords.set_password(make_user(session, address="cora@clinic.example.com"), GOOD)
    page = live.nobody(width=width, scheme="dark" if scheme == "dark" else "light")
    page.goto("/desk/login")
    live.inspect(page)
    page.get_by_label("Email address").fill("cora@clinic.example.com")
    page.get_by_label("Password").fill(GOOD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
