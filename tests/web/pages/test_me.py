"""Everyone looks after their own name, password and sessions, and after nobody else's."""

import pytest

from campaigns.accounts import logins, passwords
from campaigns.accounts.models import Role, User
from campaigns.web import devices
from campaigns.web.pages.settings.me import HERE
from tests.factories import make_user
from tests.web.pages.desk import Desk, Live, Seat

OLD, NEW = "three plain words", "four other plain words"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


def seated(desk: Desk, role: Role = Role.VIEWER) -> Seat:
    """Somebody with the old password, at their desk."""
    with desk.sessions.begin() as session:
        user = make_user(session, role, name="Vera Viewer")
        passwords.set_password(user, OLD)
    return desk.as_(user=user)


def me(desk: Desk, seat: Seat) -> User:
    assert seat.user is not None
    with desk.sessions() as session:
        return session.get_one(User, seat.user.id)


def sessions_of(desk: Desk, seat: Seat) -> list[int]:
    with desk.sessions() as session:
        return [each.id for each in logins.of_user(session, me(desk, seat))]


def signed_in_elsewhere(desk: Desk, seat: Seat) -> int:
    with desk.sessions.begin() as session:
        logins.begin(session, me(desk, seat), agent=CHROME, client="192.0.2.7")
    return max(sessions_of(desk, seat))


@pytest.mark.parametrize("role", Role)
def test_everyone_has_this_page_and_it_says_what_they_may(desk: Desk, role: Role) -> None:
    page = seated(desk, role).get(HERE)
    assert page.status_code == 200
    assert "See reports" in page.text
    assert (">People</a>" in page.text) is (role is Role.OWNER)


def test_a_name_is_changed_and_an_empty_one_refused(desk: Desk) -> None:
    seat = seated(desk)
    answer = seat.post(f"{HERE}/name", data={"name": "Vera Example"})
    assert "You are Vera Example from now on." in seat.follow(answer).text
    upset = seat.post(f"{HERE}/name", data={"name": "Vera\u202e"})
    assert (upset.status_code, "A name is one line" in upset.text) == (422, True)
    empty = seat.post(f"{HERE}/name", data={"name": " "})
    assert (empty.status_code, "Fill this in." in empty.text) == (422, True)
    assert me(desk, seat).name == "Vera Example"


def test_a_password_is_changed_with_the_old_one_and_others_are_signed_out(desk: Desk) -> None:
    seat = seated(desk)
    here = sessions_of(desk, seat)
    signed_in_elsewhere(desk, seat)
    answer = seat.post(f"{HERE}/password", data={"current": OLD, "new": f"{NEW} "})
    assert "Your new password is set." in seat.follow(answer).text
    assert sessions_of(desk, seat) == here
    assert passwords.matches(me(desk, seat), f"{NEW} ")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"current": "three wrong words"}, "This is not your password now."),
        ({"new": "short"}, "Use at least 12 characters"),
        ({"new": "Vera Viewer "}, "easily guessed"),
        ({"new": ""}, "Fill this in."),
        ({"current": ""}, "Fill this in."),
    ],
)
def test_what_is_no_change_of_password_is_said_beside_the_field(
    desk: Desk, given: dict[str, str], sentence: str
) -> None:
    seat = seated(desk)
    answer = seat.post(f"{HERE}/password", data={"current": OLD, "new": NEW} | given)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert OLD not in answer.text
    assert NEW not in answer.text
    assert passwords.matches(me(desk, seat), OLD)


def test_who_sits_at_an_open_desk_cannot_guess_on(desk: Desk) -> None:
    seat = seated(desk)
    statuses = [
        seat.post(f"{HERE}/password", data={"current": f"guess {each}", "new": NEW}).status_code
        for each in range(6)
    ]
    assert statuses == [422] * 5 + [429]


def test_the_browsers_are_told_by_name_and_place_and_ended_one_by_one(desk: Desk) -> None:
    seat = seated(desk)
    (here,) = sessions_of(desk, seat)
    there = signed_in_elsewhere(desk, seat)
    page = seat.get(HERE).text
    for words in ("Chrome on Windows", "192.0.2.7", "This browser", "Sign out everywhere else"):
        assert words in page
    seat.post(f"{HERE}/sessions/{there}/end")
    assert sessions_of(desk, seat) == [here]
    signed_in_elsewhere(desk, seat)
    seat.post(f"{HERE}/sessions/others/end")
    assert sessions_of(desk, seat) == [here]


def test_nobody_ends_the_session_of_another(desk: Desk) -> None:
    seat, other = seated(desk), desk.as_(Role.OWNER)
    (theirs,) = sessions_of(desk, other)
    seat.post(f"{HERE}/sessions/{theirs}/end")
    seat.post(f"{HERE}/sessions/others/end")
    assert sessions_of(desk, other) == [theirs]


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (CHROME, "Chrome on Windows"),
        (CHROME + " Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19 Safari/604.1",
         "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
         "Firefox on Linux"),
        ("curl/8.0", "An unknown browser"),
        ("thing (Macintosh)", "A browser on Mac"),
        ("Firefox/140.0", "Firefox"),
    ],
)  # fmt: skip
def test_a_browser_is_guessed_from_what_it_says(agent: str, said: str) -> None:
    assert devices.said(agent) == said


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_ones_own_page_is_plain_and_accessible(live: Live, width: int, scheme: str) -> None:
    with live.sessions.begin() as session:
        user = make_user(session, Role.DESK, name="Dora Desk")
        passwords.set_password(user, OLD)
        logins.begin(session, user, agent=CHROME, client="192.0.2.7")
    page = live.as_(user=user, path=HERE, width=width, scheme=scheme)  # type: ignore[arg-type]
    live.inspect(page)
    page.get_by_label("The password you have now").fill("wrong words here")
    page.get_by_label("A new one").fill(NEW)
    page.get_by_role("button", name="Change the password").click()
    page.get_by_text("This is not your password now.").wait_for()
    faults = live._faults[id(page)]  # a refused form is an error to the console, and right so
    faults[:] = [each for each in faults if "422" not in each]
    live.inspect(page)
