"""A key lets in to what it is for, and every refusal is a sentence."""

from typing import Any

import pytest
from fastapi.routing import APIRoute

from campaigns.accounts import keys, people
from campaigns.accounts.models import ApiKey, KeyScope, Role, User
from campaigns.database import Sessions
from campaigns.web import api, permissions
from tests.factories import make_user
from tests.web.api.conftest import MakeProgram, Program
from tests.web.pages.desk import Desk

PATHS = {
    KeyScope.REPORTS: ("GET", "/api/v1/campaigns"),
    KeyScope.CONTACTS: ("POST", "/api/v1/contacts"),
    KeyScope.STATUS: ("GET", "/api/v1/status"),
}


def error(answer: Any) -> str:
    found = answer.json()
    assert list(found) == ["error"]
    return str(found["error"])


def test_every_route_of_the_api_has_a_row_and_a_scope_that_opens_it() -> None:
    routes = [each for router in api.ROUTERS for each in router.routes]
    served = set()
    for route in routes:
        assert isinstance(route, APIRoute)
        served |= {f"{method} {route.path}" for method in route.methods or ()}
    rows = {each for each in permissions.ROUTES if each.split()[1].startswith("/api/")}
    assert served == rows
    assert {permissions.ROUTES[each] for each in rows} == set(keys.VERBS.values())


@pytest.mark.parametrize("scope", KeyScope)
@pytest.mark.parametrize("wanted", PATHS)
def test_a_key_opens_what_it_is_for_and_nothing_else(
    program: MakeProgram, scope: KeyScope, wanted: KeyScope
) -> None:
    answer = program(scope.value).ask(*PATHS[wanted], json={})
    if scope is wanted:
        assert answer.status_code in {200, 422}
    else:
        assert answer.status_code == 403
        assert "may not" in error(answer)


@pytest.mark.parametrize("header", ["", "Bearer", "Basic b2xpdmU6eA==", "Bearer "])
def test_without_a_key_nobody_is_let_in(program: MakeProgram, header: str) -> None:
    answer = program("reports").get("/api/v1/campaigns", headers={"authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert error(answer).startswith("Send a key with the request")


def test_a_session_of_the_desk_is_no_key(committed: Sessions, owner: User) -> None:
    answer = Desk(committed).as_(user=owner).get("/api/v1/campaigns")
    assert answer.status_code == 401


def test_guessing_keys_is_refused_after_a_while_and_says_when_to_come_again(
    committed: Sessions, owner: User
) -> None:
    guessing = Program(committed, "bedside_guess")
    answers = [guessing.get("/api/v1/campaigns") for _ in range(21)]
    assert [each.status_code for each in answers] == [401] * 20 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert error(answers[-1]) == "Too many attempts. Please try again in 1 minute."


def test_a_key_may_ask_so_often_a_minute_and_others_are_not_held_up(program: MakeProgram) -> None:
    busy, other = program("reports"), program("reports", "status")
    statuses = [busy.get("/api/v1/campaigns").status_code for _ in range(121)]
    assert statuses == [200] * 120 + [429]
    assert other.get("/api/v1/campaigns").status_code == 200


@pytest.mark.parametrize("then", ["revoked", "disabled", "demoted"])
def test_a_key_ends_with_its_revocation_and_its_makers_rights(
    program: MakeProgram, committed: Sessions, owner: User, then: str
) -> None:
    asking = program("status")
    assert asking.get("/api/v1/status").status_code == 200
    with committed.begin() as session:
        other, maker = make_user(session, Role.OWNER), session.get_one(User, owner.id)
        if then == "revoked":
            keys.revoke(session, session.query(ApiKey).one(), actor=other)
        elif then == "disabled":
            people.disable(session, maker, actor=other)
        else:
            people.change_roles(session, maker, actor=other, roles=["viewer"])
    assert asking.get("/api/v1/status").status_code == (403 if then == "demoted" else 401)


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        ("GET", "/api/v1/nothing", 404, "There is no such address in this API."),
        ("PUT", "/api/v1/campaigns", 405, "This address of the API takes another method."),
        ("GET", "/api/v1/campaigns/nothing", 404, "There is no campaign nothing."),
        ("GET", "/api/v1/campaigns?page=0", 422, "page: Enter 1 or more."),
        ("GET", "/api/v1/campaigns?page=x", 422, "page: Enter a whole number, such as 20."),
    ],
)
def test_every_refusal_is_a_sentence(
    program: MakeProgram, method: str, path: str, status: int, sentence: str
) -> None:
    answer = program("reports").ask(method, path)
    assert answer.status_code == status
    assert error(answer).startswith(sentence)
