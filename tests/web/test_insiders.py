"""The machine's figures are for the machine itself and for keys that are for monitoring."""

import httpx
import pytest

from campaigns.accounts import keys
from campaigns.accounts.models import KeyScope, Role
from campaigns.database import Sessions
from campaigns.web.app import create_app
from tests.browser import run_apart
from tests.factories import make_user


def ask(
    sessions: Sessions, path: str, *, client: str = "192.0.2.7", **headers: str
) -> httpx.Response:
    async def asking() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(sessions), client=(client, 1234))
        async with httpx.AsyncClient(transport=transport, base_url="http://bedside.test") as made:
            return await made.get(path, headers=headers)

    return run_apart(asking())


def make_key(sessions: Sessions, scope: KeyScope) -> str:
    with sessions.begin() as session:
        owner = make_user(session, Role.OWNER)
        return f"Bearer {keys.make(session, actor=owner, name='watch', scopes=[scope])[1]}"


@pytest.mark.parametrize("client", ["127.0.0.1", "::1", "127.8.8.8"])
def test_this_machine_sees_the_figures(committed: Sessions, client: str) -> None:
    assert ask(committed, "/metrics", client=client).status_code == 200
    assert "parts" in ask(committed, "/readyz", client=client).json()


@pytest.mark.parametrize("client", ["192.0.2.7", "2001:db8::1", "testclient"])
def test_nobody_else_does(committed: Sessions, client: str) -> None:
    answer = ask(committed, "/metrics", client=client)
    assert answer.status_code == 401
    assert "bedside_deliveries" not in answer.text
    assert list(answer.json()) == ["error"]
    assert ask(committed, "/readyz", client=client).json() == {"ready": True}


@pytest.mark.parametrize("name", ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
def test_who_comes_through_a_proxy_on_this_machine_is_not_this_machine(
    committed: Sessions, name: str
) -> None:
    headers = {name: "127.0.0.1"}
    assert ask(committed, "/metrics", client="127.0.0.1", **headers).status_code == 401
    assert ask(committed, "/readyz", client="127.0.0.1", **headers).json() == {"ready": True}


def test_a_key_for_monitoring_sees_them_from_anywhere(committed: Sessions) -> None:
    key = make_key(committed, KeyScope.METRICS)
    assert "bedside_database_up 1.0" in ask(committed, "/metrics", authorization=key).text
    assert "parts" in ask(committed, "/readyz", authorization=key).json()


def test_a_key_for_something_else_does_not(committed: Sessions) -> None:
    key = make_key(committed, KeyScope.STATUS)
    assert ask(committed, "/metrics", authorization=key).status_code == 403
    assert ask(committed, "/readyz", authorization=key).json() == {"ready": True}
    forged = ask(committed, "/metrics", authorization="Bearer bedside_forged")
    assert forged.status_code == 401


def test_whether_it_is_ready_is_told_to_everyone_and_why_not_to_insiders(
    committed: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    from campaigns import settings

    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    settings.current.cache_clear()
    try:
        outside = ask(committed, "/readyz")
        inside = ask(committed, "/readyz", client="127.0.0.1")
    finally:
        monkeypatch.undo()
        settings.current.cache_clear()
    assert (outside.status_code, outside.json()) == (503, {"ready": False})
    assert inside.json()["part"] == "redis"
