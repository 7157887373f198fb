"""Keys are made, shown once and revoked by owners."""

import re

import pytest
from sqlalchemy import select

from campaigns.accounts import keys
from campaigns.accounts.models import ApiKey, Role
from campaigns.web import permissions
from campaigns.web.pages.settings.api_keys import HERE
from tests.web.pages.desk import Desk, Live, Seat

WANTED = {"name": "Website form", "scopes": ["contacts", "reports"]}


def secret_in(page: str) -> str:
    found = re.search(r">(bedside_[\w-]+)</code>", page)
    assert found is not None
    return found.group(1)


def made(desk: Desk, owner: Seat) -> ApiKey:
    assert owner.post(HERE, data=WANTED).status_code == 200
    with desk.sessions() as session:
        return session.scalars(select(ApiKey)).one()


def test_a_key_is_shown_once_and_then_known_by_its_beginning(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    assert "No program has a key" in owner.get(HERE).text
    secret = secret_in(owner.post(HERE, data=WANTED).text)
    with desk.sessions.begin() as session:
        found = keys.current(session, secret)
        assert found is not None
        assert found[0].scopes == ["reports", "contacts"]
    later = owner.get(HERE).text
    assert secret not in later
    assert found[0].prefix in later
    assert "Add contacts" in later


def test_sending_the_form_again_makes_no_second_key(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    made(desk, owner)
    again = owner.post(HERE, data=WANTED)
    assert (again.status_code, "There is a key “Website form” already" in again.text) == (422, True)
    assert made_count(desk) == 1


def made_count(desk: Desk) -> int:
    with desk.sessions() as session:
        return len(session.scalars(select(ApiKey)).all())


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": ""}, "Fill this in."),
        ({"name": "x" * 81}, "Use at most 80 characters."),
        ({"scopes": []}, "Fill this in."),
        ({"scopes": ["everything"]}, "Choose one of the list."),
    ],
)
def test_what_cannot_be_made_is_said_beside_the_field(
    desk: Desk, given: dict[str, object], sentence: str
) -> None:
    answer = desk.as_(Role.OWNER).post(HERE, data=WANTED | given)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert made_count(desk) == 0


def test_a_revoked_key_is_named_as_such_and_its_name_is_free_again(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    key = made(desk, owner)
    answer = owner.post(f"{HERE}/{key.id}/revoke")
    assert "works no more" in owner.follow(answer).text
    assert "Revoked" in owner.get(HERE).text
    assert owner.post(HERE, data=WANTED).status_code == 200


def test_a_revocation_is_taken_back_by_the_button_beside_it(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    key = made(desk, owner)
    told = owner.follow(owner.post(f"{HERE}/{key.id}/revoke")).text
    assert f'action="{HERE}/{key.id}/restore"' in told
    answer = owner.post(f"{HERE}/{key.id}/restore")
    assert "works again" in owner.follow(answer).text
    with desk.sessions() as session:
        assert session.get_one(ApiKey, key.id).revoked_at is None


def test_the_page_tells_makers_of_programs_what_each_key_opens(desk: Desk) -> None:
    page = desk.as_(Role.OWNER).get(HERE).text
    for route in permissions.ROUTES:
        assert (route in page) is (" /api/" in route)
    assert "GET /metrics" in page


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.OWNER])
def test_nobody_but_an_owner_has_to_do_with_keys(desk: Desk, role: Role) -> None:
    key, stranger = made(desk, desk.as_(Role.OWNER)), desk.as_(role)
    assert stranger.get(HERE).status_code == 403
    assert stranger.post(HERE, data=WANTED).status_code == 403
    assert stranger.post(f"{HERE}/{key.id}/revoke").status_code == 403
    assert stranger.post(f"{HERE}/{key.id}/restore").status_code == 403
    with desk.sessions() as session:
        assert session.get_one(ApiKey, key.id).revoked_at is None


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_the_page_of_keys_is_plain_and_accessible(live: Live, width: int, scheme: str) -> None:
    page = live.as_(Role.OWNER, path=HERE, width=width, scheme=scheme)  # type: ignore[arg-type]
    live.inspect(page)
    page.get_by_label("What uses it").fill("Website form")
    page.get_by_label("Add contacts").check()
    page.get_by_role("button", name="Make the key").click()
    page.get_by_role("heading", name="The key “Website form”").wait_for()
    live.inspect(page)
