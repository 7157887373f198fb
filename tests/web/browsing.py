"""A browser without a screen: asks the application in this process, as a telephone."""

from typing import Any

import httpx
from fastapi import FastAPI

from campaigns import tokens
from campaigns.tokens import Family
from tests.browser import run_apart
from tests.tracking.factories import PHONE, Reader


class Browser:
    """Sends requests to an application and hands its answers back; follows no redirect."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str, **values: Any) -> httpx.Response:
        """What GET answers."""
        return self.ask("GET", path, **values)

    def post(self, path: str, **values: Any) -> httpx.Response:
        """What POST answers."""
        return self.ask("POST", path, **values)

    def head(self, path: str, **values: Any) -> httpx.Response:
        """What HEAD answers."""
        return self.ask("HEAD", path, **values)

    def ask(self, method: str, path: str, *, agent: str = PHONE, **values: Any) -> httpx.Response:
        """What this method answers."""
        return run_apart(self._ask(method, path, agent, **values))

    async def _ask(self, method: str, path: str, agent: str, **values: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        headers = {"user-agent": agent} | values.pop("headers", {})
        async with httpx.AsyncClient(transport=transport, base_url="http://bedside.test") as asking:
            return await asking.request(method, path, headers=headers, **values)


def track(reader: Reader) -> str:
    """The token of this reader's links and pixel."""
    return _mint(Family.TRACK, reader)


def act(reader: Reader) -> str:
    """The token with which this reader unsubscribes and chooses."""
    return _mint(Family.ACT, reader)


def _mint(family: Family, reader: Reader) -> str:
    return tokens.mint(
        family, campaign_id=reader.delivery.campaign_id, delivery_id=reader.delivery.id
    )
