"""Ways in without a password yet: an invitation, a letter for who forgot; what they refuse."""

import re
import time
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from campaigns.accounts import invitations, logins, own_password, passwords
from campaigns.accounts.models import Role, User
from campaigns.delivery import notices as sending
from campaigns.delivery.transports.memory import Memory
from campaigns.notices import Notice
from campaigns.web.pages.access import forgotten
from campaigns.web.staff import COOKIE
from tests.accounts.letters import token
from tests.factories import days, make_user, move_clock
from tests.web.pages.desk import Desk, Live

GOOD = "three plain words"


def invite(desk: Desk, *roles: str) -> str:
    """Ada is invited; the token of her letter."""
    with desk.sessions.begin() as session:
        invitations.invite(
            session,
            actor=make_user(session, Role.OWNER, name="Olive Owner"),
            address="ada@example.com",
            name="Ada Example",
            roles=roles or ("desk",),
        )
        return token(session, invitations.KIND)


def user_of(desk: Desk, address: str) -> User | None:
    with desk.sessions() as session:
        return session.scalar(select(User).where(User.address == address))


def sessions_of(desk: Desk, user: User) -> int:
    with desk.sessions() as session:
        return len(logins.of_user(session, session.get_one(User, user.id)))


def test_an_invitation_says_who_asks_and_for_what_and_looking_changes_nothing(desk: Desk) -> None:
    secret = invite(desk, "desk", "viewer")
    page = desk.nobody().get(f"/desk/invitation/{secret}")
    for words in ("Olive Owner asks you", "Front desk, Viewer", "ada@example.com", "See reports"):
        assert words in page.text
    assert user_of(desk, "ada@example.com") is None
    assert page.headers["referrer-policy"] in {"same-origin", "no-referrer"}


def test_who_accepts_is_signed_in_with_a_session_the_browser_did_not_bring(desk: Desk) -> None:
    secret = invite(desk)
    browser = desk.nobody()
    answer = browser.post(
        f"/desk/invitation/{secret}",
        data={"name": "Ada E.", "password": GOOD},
        cookies={COOKIE: "planted"},
    )
    assert answer.headers["location"] == "/desk"
    given = answer.cookies[COOKIE]
    assert given != "planted"
    assert browser.get("/desk/settings/me", cookies={COOKIE: given}).status_code == 200
    refused = browser.get("/desk/settings/me", cookies={COOKIE: "planted"})
    assert refused.headers["location"].startswith("/desk/login")


def test_roles_and_addresses_that_are_posted_along_count_for_nothing(desk: Desk) -> None:
    secret = invite(desk, "viewer")
    desk.nobody().post(
        f"/desk/invitation/{secret}",
        data={"name": "Ada", "password": GOOD, "roles": "owner", "address": "eve@example.com"},
    )
    ada = user_of(desk, "ada@example.com")
    assert ada is not None
    assert ada.roles == ["viewer"]
    assert user_of(desk, "eve@example.com") is None


def test_who_was_signed_in_here_before_is_not_any_more(desk: Desk) -> None:
    secret, before = invite(desk), desk.as_(Role.DESK)
    before.post(f"/desk/invitation/{secret}", data={"name": "Ada", "password": GOOD})
    assert before.user is not None
    assert sessions_of(desk, before.user) == 0


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"password": "short"}, "Use at least 12 characters"),
        ({"password": "ada@example.com"}, "easily guessed"),
        ({"password": ""}, "Fill this in."),
        ({"name": ""}, "Fill this in."),
        ({"name": "Ada\u202e"}, "A name is one line"),
    ],
)
def test_a_poor_password_or_no_name_is_refused_and_the_link_still_works(
    desk: Desk, given: dict[str, str], sentence: str
) -> None:
    path, browser = f"/desk/invitation/{invite(desk)}", desk.nobody()
    wanted = {"name": "Ada E.", "password": GOOD}
    answer = browser.post(path, data=wanted | given)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert GOOD not in answer.text
    assert COOKIE not in answer.cookies
    assert user_of(desk, "ada@example.com") is None
    assert browser.post(path, data=wanted).status_code == 303


def test_a_used_old_or_forged_invitation_is_a_page_that_says_so(desk: Desk) -> None:
    secret, browser = invite(desk), desk.nobody()
    path = f"/desk/invitation/{secret}"
    browser.post(path, data={"name": "Ada", "password": GOOD})
    again = browser.post(path, data={"name": "Eve", "password": "another good one"})
    assert (again.status_code, "used already" in again.text) == (404, True)
    assert browser.get("/desk/invitation/forged").status_code == 404


def test_an_address_that_came_to_work_here_meanwhile_is_told_so(desk: Desk) -> None:
    secret = invite(desk)
    with desk.sessions.begin() as session:
        make_user(session, Role.VIEWER, address="ada@example.com")
    answer = desk.nobody().post(
        f"/desk/invitation/{secret}", data={"name": "Ada", "password": GOOD}
    )
    assert (answer.status_code, "works here already" in answer.text) == (422, True)


@pytest.fixture
def cora(desk: Desk) -> User:
    """Somebody with a password, signed in elsewhere."""
    with desk.sessions.begin() as session:
        user = make_user(session, Role.COORDINATOR, address="cora@example.com")
        passwords.set_password(user, GOOD)
        logins.begin(session, user)
        return user


def asked(desk: Desk, address: str = "cora@example.com") -> str:
    """What the page answers whoever asks for a letter, without the address."""
    answer = desk.nobody().post("/desk/forgotten", data={"address": address})
    assert answer.status_code == 200
    return answer.text.replace(address, "")


def reset_token(desk: Desk) -> str:
    asked(desk)
    with desk.sessions() as session:
        return token(session, own_password.RESET)


def test_the_answer_is_the_same_whether_or_not_somebody_works_here(desk: Desk, cora: User) -> None:
    began = time.monotonic()
    unknown = asked(desk, "nobody@example.com")
    assert time.monotonic() - began >= forgotten.STEADY_SECONDS
    assert asked(desk) == unknown
    with desk.sessions() as session:
        assert session.scalars(select(Notice.address)).all() == ["cora@example.com"]


def test_three_letters_an_hour_and_no_more(desk: Desk, cora: User) -> None:
    browser = desk.nobody()
    statuses = [
        browser.post("/desk/forgotten", data={"address": "cora@example.com"}).status_code
        for _ in range(4)
    ]
    assert statuses == [200, 200, 200, 429]


def test_an_empty_address_is_refused_beside_its_field(desk: Desk) -> None:
    answer = desk.nobody().post("/desk/forgotten", data={})
    assert (answer.status_code, "Fill this in." in answer.text) == (422, True)
    assert "Send me the link" in desk.nobody().get("/desk/forgotten").text


def test_the_link_sets_the_password_signs_in_here_and_out_everywhere_else(
    desk: Desk, cora: User
) -> None:
    path, browser = f"/desk/reset/{reset_token(desk)}", desk.as_(Role.VIEWER)
    assert "cora@example.com" in browser.get(path).text
    answer = browser.post(path, data={"password": f"{GOOD} new "})
    assert answer.headers["location"] == "/desk"
    assert sessions_of(desk, cora) == 1
    assert browser.user is not None
    assert sessions_of(desk, browser.user) == 0
    mine = desk.nobody().get("/desk/settings/me", cookies={COOKIE: answer.cookies[COOKIE]})
    assert "cora@example.com" in mine.text
    with desk.sessions() as session:
        assert passwords.matches(session.get_one(User, cora.id), f"{GOOD} new ")
    assert browser.post(path, data={"password": "once more words"}).status_code == 404
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize(
    ("password", "sentence"), [("", "Fill this in."), ("short", "Use at least 12 characters")]
)
def test_a_poor_new_password_is_refused_and_the_link_still_works(
    desk: Desk, cora: User, password: str, sentence: str
) -> None:
    path, browser = f"/desk/reset/{reset_token(desk)}", desk.nobody()
    answer = browser.post(path, data={"password": password})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert browser.post(path, data={"password": "four other plain words"}).status_code == 303


def test_a_link_is_too_old_after_an_hour(desk: Desk, cora: User) -> None:
    secret = reset_token(desk)
    with desk.sessions.begin() as session:
        move_clock(session, by=days(1 / 24))
    assert desk.nobody().get(f"/desk/reset/{secret}").status_code == 404


@pytest.mark.parametrize("path", ["/desk/forgotten", "/desk/reset/x", "/desk/invitation/x"])
def test_no_other_site_posts_any_of_it(desk: Desk, path: str) -> None:
    crossed = desk.nobody().post(path, data={}, headers={"sec-fetch-site": "cross-site"})
    assert crossed.status_code == 403


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_the_ways_in_are_plain_and_accessible(live: Live, width: int, scheme: str) -> None:
    with live.sessions.begin() as session:
        make_user(session, Role.COORDINATOR, address="cora@example.com")
    secret = invite(Desk(live.sessions))
    page = live.nobody(width=width, scheme=scheme)  # type: ignore[arg-type]
    page.goto("/desk/forgotten")
    live.inspect(page)
    page.get_by_label("Email address").fill("cora@example.com")
    page.get_by_role("button", name="Send me the link").click()
    page.get_by_role("heading", name="Look into your inbox").wait_for()
    live.inspect(page)
    with live.sessions() as session:
        page.goto(f"/desk/reset/{token(session, own_password.RESET)}")
    live.inspect(page)
    page.goto(f"/desk/invitation/{secret}")
    live.inspect(page)
    page.get_by_label("Choose a password").fill(GOOD)
    page.get_by_role("button", name="Set the password and sign in").click()
    page.wait_for_url("**/desk")


def test_the_link_of_a_letter_that_was_sent_leads_in(desk: Desk) -> None:
    invite(desk)
    way = Memory()
    assert sending.send_due(desk.sessions, way) == 1
    letter = message_from_bytes(way.sent[0][1], policy=policy.default)
    text = letter.get_body(("plain",))
    assert text is not None
    found = re.search(r"http://localhost:8125(/desk/invitation/\S+)", text.get_content())
    assert found is not None
    answer = desk.nobody().post(found.group(1), data={"name": "Ada", "password": GOOD})
    assert answer.headers["location"] == "/desk"
    assert (letter["To"], letter["Subject"]) == (
        "ada@example.com",
        "You are invited to work with Sample Clinic",
    )
