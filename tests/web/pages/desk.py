"""Sit down at the desk as a role: quickly, or in Debian's Chromium."""

from typing import Any, Literal

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page

from campaigns.accounts import logins
from campaigns.accounts.models import Role, User
from campaigns.database import Sessions
from campaigns.web.app import create_app
from campaigns.web.staff import COOKIE
from tests.factories import make_user
from tests.web.browsing import Browser

Scheme = Literal["light", "dark"]
OWN = {"sec-fetch-site": "same-origin"}


def sign_in(sessions: Sessions, *roles: Role, user: User | None = None) -> tuple[User, str]:
    """A person of these roles (or this one) with a session; their token."""
    with sessions.begin() as session:
        person = session.merge(user) if user else make_user(session, *roles)
        return person, logins.begin(session, person, agent="test browser", client="127.0.0.1")


class Seat(Browser):
    """A signed-in browser without a screen; `user` is who sits there."""

    def __init__(self, sessions: Sessions, user: User | None, token: str) -> None:
        super().__init__(create_app(sessions))
        self.user = user
        self._cookies = {COOKIE: token} if token else {}

    def ask(self, method: str, path: str, **values: Any) -> httpx.Response:
        """What this method answers; a form comes from the desk's own pages."""
        headers = OWN | values.pop("headers", {})
        cookies = self._cookies | values.pop("cookies", {})
        if cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return super().ask(method, path, headers=headers, **values)

    def follow(self, answer: httpx.Response) -> httpx.Response:
        """The page that a redirect leads to, with what it was told to say there."""
        said = {name: value for name, value in answer.cookies.items() if value}
        return self.get(answer.headers["location"], cookies=said)


class Desk:
    """The desk over this database."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions

    def as_(self, *roles: Role, user: User | None = None) -> Seat:
        """A browser in which a person of these roles, or this person, is signed in."""
        person, token = sign_in(self.sessions, *roles, user=user)
        return Seat(self.sessions, person, token)

    def nobody(self) -> Seat:
        """A browser in which nobody is signed in."""
        return Seat(self.sessions, None, "")


class Live:
    """The desk in Chromium."""

    def __init__(self, url: str, sessions: Sessions, chromium: Chromium) -> None:
        self.url = url
        self.sessions = sessions
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []
        self._faults: dict[int, list[str]] = {}

    def as_(
        self,
        *roles: Role,
        path: str = "/desk",
        user: User | None = None,
        width: int = 1280,
        height: int = 800,
        scheme: Scheme = "light",
        scripts: bool = True,
        touch: bool = False,
    ) -> Page:
        """A window at this path in which such a person is signed in."""
        page = self.nobody(width=width, height=height, scheme=scheme, scripts=scripts, touch=touch)
        _, token = sign_in(self.sessions, *roles, user=user)
        cookie: Any = {"name": COOKIE, "value": token, "url": self.url}
        page.context.add_cookies([cookie])
        page.goto(self.url + path)
        return page

    def nobody(
        self,
        *,
        width: int = 1280,
        height: int = 800,
        scheme: Scheme = "light",
        scripts: bool = True,
        touch: bool = False,
    ) -> Page:
        """An empty window in which nobody is signed in."""
        context = self._chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            java_script_enabled=scripts,
            has_touch=touch,
            base_url=self.url,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        self._contexts.append(context)
        page = context.new_page()
        self._listen(page)
        return page

    def inspect(self, page: Page) -> None:
        """Nothing for axe to find, no error in the console, nothing foreign, nothing sideways."""
        page.wait_for_load_state("load")
        faults = self._faults[id(page)]
        assert not faults, f"{page.url}: {'; '.join(faults)}"
        found = Axe().run(page)
        faults.clear()  # axe knocks at sandboxed frames, and the console tells of it
        assert found.violations_count == 0, found.generate_report()
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"

    def close(self) -> None:
        """Close every window."""
        for each in self._contexts:
            each.close()

    def _listen(self, page: Page) -> None:
        faults = self._faults.setdefault(id(page), [])
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda said: faults.append(said.text) if said.type in ("error", "warning") else None,
        )
        page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((self.url, "data:", "blob:", "about:"))
                else faults.append(f"asked {asked.url}")
            ),
        )
