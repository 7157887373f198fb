"""A program with a key."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import redis

from campaigns import settings
from campaigns.accounts import keys
from campaigns.accounts.models import Role, User
from campaigns.database import Sessions
from campaigns.settings import Settings
from campaigns.web.app import create_app
from tests.factories import make_organisation, make_user
from tests.web.browsing import Browser


class Program(Browser):
    """Asks with a key and without a cookie."""

    def __init__(self, sessions: Sessions, secret: str) -> None:
        super().__init__(create_app(sessions))
        self.secret = secret

    def ask(self, method: str, path: str, **values: Any) -> httpx.Response:
        """What this method answers."""
        headers = {"authorization": f"Bearer {self.secret}"} | values.pop("headers", {})
        return super().ask(method, path, agent="program/1.0", headers=headers, **values)


MakeProgram = Callable[..., Program]


@pytest.fixture(autouse=True)
def attempts_forgotten(test_settings: Settings) -> None:
    """No test is throttled for what another did."""
    with redis.Redis.from_url(test_settings.redis_url.replace("redis+socket", "unix")) as known:
        for key in known.scan_iter(f"{settings.current().redis_prefix}throttle*"):
            known.delete(key)


@pytest.fixture
def owner(committed: Sessions) -> User:
    """Who makes the keys; the clinic is set up."""
    with committed.begin() as session:
        make_organisation(session)
        return make_user(session, Role.OWNER, address="olive@clinic.example.com")


@pytest.fixture
def program(committed: Sessions, owner: User) -> MakeProgram:
    """A program whose key is for these scopes."""

    def make(*scopes: str) -> Program:
        with committed.begin() as session:
            maker = session.get_one(User, owner.id)
            name = f"program for {' '.join(scopes)}"
            return Program(committed, keys.make(session, actor=maker, name=name, scopes=scopes)[1])

    return make
