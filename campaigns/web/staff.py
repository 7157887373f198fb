"""Who is at the desk: the person behind the cookie, let through by the table of permissions."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from campaigns import settings
from campaigns.accounts import logins, queries
from campaigns.accounts.models import StaffSession, User
from campaigns.web import permissions
from campaigns.web.dependencies import InTransaction

COOKIE = "bedside"
HOME = "/desk"
LOGIN = "/desk/login"
SETUP = "/desk/setup"


class SignInNeeded(Exception):
    """Nobody is signed in here; `to` is the page that helps."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


def guard(request: Request, session: InTransaction) -> None:
    """Let this request through, or refuse it; stands before every page of the desk."""
    method, path = request.method, str(request.scope["route"].path)
    found = _session(request, session)
    request.state.staff_session = found
    request.state.user = session.get_one(User, found.user_id) if found else None
    if permissions.of(method, path) is permissions.ANYONE:
        return
    if request.state.user is None:
        raise SignInNeeded(_way_in(request, session))
    permissions.check(request.state.user, method, path)


def _signed_in(request: Request) -> User:
    user: User | None = request.state.user
    assert user is not None, "a page for anyone asks who is signed in: use MaybeSignedIn"
    return user


def _maybe_signed_in(request: Request) -> User | None:
    user: User | None = request.state.user
    return user


def _own_session(request: Request) -> StaffSession:
    found: StaffSession | None = request.state.staff_session
    assert found is not None
    return found


SignedIn = Annotated[User, Depends(_signed_in)]
"""The person at the desk."""
MaybeSignedIn = Annotated[User | None, Depends(_maybe_signed_in)]
"""The person at the desk, on a page for anyone."""
OwnSession = Annotated[StaffSession, Depends(_own_session)]
"""The session of the browser that asks."""


def client(request: Request) -> str:
    """The network address that asks."""
    return request.client.host if request.client else ""


def remember(response: Response, token: str) -> None:
    """Hand the browser its session: not readable by scripts, sent to the desk only."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(logins.LONGEST.total_seconds()),
        path=HOME,
        secure=settings.current().public_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )


def forget(response: Response) -> None:
    """Take the session back from the browser."""
    response.delete_cookie(COOKIE, path=HOME)


def is_own_page(path: str) -> bool:
    """Whether this is an address within the desk, and so safe to be led to."""
    return (path == HOME or path.startswith(f"{HOME}/")) and "\\" not in path and path.isprintable()


def to_sign_in(request: Request, error: Exception) -> Response:
    """Lead to the page that helps, also where only a part of a page was asked for."""
    assert isinstance(error, SignInNeeded)
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"HX-Redirect": error.to})
    return RedirectResponse(error.to, status_code=303)


def _session(request: Request, session: InTransaction) -> StaffSession | None:
    token = request.cookies.get(COOKIE, "")
    return logins.current(session, token, client=client(request)) if token else None


def _way_in(request: Request, session: InTransaction) -> str:
    if not queries.has_users(session):
        return SETUP
    if request.method != "GET" or request.url.path == HOME or request.headers.get("hx-request"):
        return LOGIN
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"{LOGIN}?next={quote(asked, safe='')}"
