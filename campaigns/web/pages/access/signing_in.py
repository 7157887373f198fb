"""Sign in and out."""

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from campaigns import settings
from campaigns.accounts import logins, passwords, queries
from campaigns.database import Session
from campaigns.errors import NotAllowed, TooMany
from campaigns.web import desk, forms, staff, throttle
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Form, Posted
from campaigns.web.staff import MaybeSignedIn, OwnSession, SignedIn

router = APIRouter(prefix="/desk")


class Credentials(BaseModel):
    """What a person signs in with."""

    address: str = Field(max_length=320)
    password: str = Field(max_length=1000)
    next: str = ""


@router.get("/login")
def show(request: Request, session: InTransaction, user: MaybeSignedIn, next: str = "") -> Response:  # noqa: A002 - the field's usual name
    """The form; whoever is signed in already is led on."""
    if user is not None:
        return desk.moved(_onwards(next))
    if not queries.has_users(session):
        return desk.moved(staff.SETUP)
    return _page(request, session, forms.blank(next=next))


@router.post("/login")
def sign_in(request: Request, session: InTransaction, posted: Posted) -> Response:
    """Begin a session, with a fresh token whatever the browser held before."""
    form = forms.read(Credentials, posted)
    if form.model is None:
        return _page(request, session, form, status=422)
    given, client = form.model, staff.client(request)
    try:
        throttle.check("login", given.address.casefold(), client)
        token = logins.log_in(
            session,
            address=given.address,
            password=str(posted["password"]),
            agent=request.headers.get("user-agent", ""),
            client=client,
        )
    except (NotAllowed, TooMany) as error:
        if isinstance(error, NotAllowed):
            throttle.fail("login", given.address.casefold(), client)
        form.refuse("form", str(error))
        return _page(request, session, form, status=429 if error.status == 429 else 422)
    throttle.forget("login", given.address.casefold(), client)
    answer = desk.moved(_onwards(given.next))
    staff.remember(answer, token)
    return answer


@router.post("/logout")
def sign_out(session: InTransaction, user: SignedIn, own: OwnSession) -> Response:
    """End this browser's session at once."""
    logins.end(session, user, own.id)
    answer = desk.moved(staff.LOGIN, say="You are signed out.")
    staff.forget(answer)
    return answer


def _onwards(path: str) -> str:
    return path if staff.is_own_page(path) else staff.HOME


def _page(request: Request, session: Session, form: Form[Any], status: int = 200) -> Response:
    is_demo = settings.current().mode == "demo"
    return desk.page(
        request,
        session,
        None,
        "desk/login.html",
        status=status,
        form=form,
        people=queries.people(session) if is_demo else [],
        demo_password=passwords.DEMO,
    )
