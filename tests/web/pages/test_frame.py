"""The frame of every page: what each role finds in its menu, what was said, what went wrong."""

import base64
import json

import pytest
from fastapi import Request

from campaigns.accounts import queries
from campaigns.accounts.models import Role
from campaigns.database import Sessions
from campaigns.web import dependencies, forms
from campaigns.web import desk as frame
from campaigns.web.app import create_app
from campaigns.web.pages import ROUTERS
from tests.factories import make_user
from tests.web.pages.desk import Desk

MENU = {
    Role.OWNER: {"Today", "Campaigns", "Contacts", "Offers", "Bookings", "Sending", "Settings"},
    Role.COORDINATOR: {
        "Today", "Campaigns", "Contacts", "Offers", "Bookings", "Sending", "Settings",
    },
    Role.VIEWER: {"Today", "Campaigns", "Settings"},
}  # fmt: skip


def test_an_unknown_page_is_said_to_be_none_in_the_desks_own_look(desk: Desk) -> None:
    answer = desk.as_(Role.COORDINATOR).get("/desk/nowhere")
    assert answer.status_code == 404
    assert "There is no such page at this desk." in answer.text
    assert "dist/desk.css" in answer.text


def test_whoever_is_not_signed_in_is_led_to_the_door_and_back(desk: Desk) -> None:
    desk.as_(Role.OWNER)
    answer = desk.nobody().get("/desk/settings/me?tab=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/desk/login?next=%2Fdesk%2Fsettings%2Fme%3Ftab%3D1"


def test_a_piece_of_a_page_leads_the_whole_page_to_the_door(desk: Desk) -> None:
    desk.as_(Role.OWNER)
    answer = desk.nobody().get("/desk/settings/me", headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/desk/login")


def test_the_desks_pages_carry_a_policy_without_anything_unsafe(desk: Desk) -> None:
    answer = desk.as_(Role.OWNER).get("/desk/settings/me")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"


def test_what_was_said_is_told_once_and_only_what_we_wrote(desk: Desk) -> None:
    moved = frame.moved("/desk/settings/me", say="Saved <b>.", undo=("Undo", "/desk/undo"))
    kept = moved.headers["set-cookie"].split("=", 1)[1].split(";")[0].strip('"')
    answer = desk.as_(Role.OWNER).get("/desk/settings/me", cookies={"bedside_said": kept})
    assert "Saved &lt;b&gt;." in answer.text
    assert 'action="/desk/undo"' in answer.text
    assert 'bedside_said=""' in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "kept",
    [
        "%%%",
        base64.urlsafe_b64encode(b"[]").decode(),
        base64.urlsafe_b64encode(b'"text"').decode(),
        base64.urlsafe_b64encode(json.dumps(["x", "good", ["Undo", "https://e.example"]]).encode())
        .decode(),
    ],
)  # fmt: skip
def test_what_somebody_else_put_there_leads_nowhere(desk: Desk, kept: str) -> None:
    answer = desk.as_(Role.OWNER).get("/desk/settings/me", cookies={"bedside_said": kept})
    assert answer.status_code == 200
    assert "e.example" not in answer.text


@pytest.mark.parametrize("role", MENU)
def test_the_menu_shows_what_a_role_may_use_and_nothing_else(desk: Desk, role: Role) -> None:
    text = desk.as_(role).get("/desk/settings/me").text
    menu = text.partition('<nav aria-label="Main">')[2].partition("</nav>")[0]
    shown = {each.label for each in frame.AREAS if f"<span>{each.label}</span>" in menu}
    assert shown == MENU[role]


def test_paused_sending_is_said_on_every_page(desk: Desk, committed: Sessions) -> None:
    from campaigns.delivery import stopping
    from tests.factories import make_user

    with committed.begin() as session:
        stopping.pause_all(session, actor=make_user(session, name="Olive"))
    assert "All sending is paused" in desk.as_(Role.OWNER).get("/desk/settings/me").text


def test_every_router_is_listed_once() -> None:
    assert len(set(map(id, ROUTERS))) == len(ROUTERS)


def test_a_page_that_refuses_undoes_what_its_request_wrote(desk: Desk, committed: Sessions) -> None:
    request = Request(
        {"type": "http", "path": "/desk", "headers": [], "app": create_app(committed)}
    )
    opened = dependencies.session(request)
    session = next(opened)
    make_user(session, name="Never here")
    frame.page(request, session, None, "desk/login.html", status=422, form=forms.blank(), people=[])
    with pytest.raises(StopIteration):
        next(opened)
    with committed.begin() as after:
        assert queries.has_users(after) is False
