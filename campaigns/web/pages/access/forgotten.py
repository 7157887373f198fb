"""Forgotten the password: ask for a letter, and set a new one by its link."""

import time
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from campaigns import database
from campaigns.accounts import logins, own_password, passwords
from campaigns.database import Session
from campaigns.errors import BadToken, Invalid
from campaigns.web import desk, forms, staff, throttle
from campaigns.web.dependencies import InTransaction, factory
from campaigns.web.forms import Form, Posted
from campaigns.web.staff import MaybeSignedIn

STEADY_SECONDS = 0.3
"""Asking takes at least so long, so that nobody can tell by the time who works here."""

router = APIRouter(prefix="/desk")


class Asked(BaseModel):
    """For whom a new password is asked."""

    address: str = Field(max_length=320)


class Chosen(BaseModel):
    """The password a person chose."""

    password: str = Field(max_length=1000)


@router.get("/forgotten")
def ask(request: Request, session: InTransaction) -> Response:
    """Where one asks for the letter."""
    return _ask_page(request, session, forms.blank())


@router.post("/forgotten")
def send(request: Request, session: InTransaction, posted: Posted) -> Response:
    """Leave the letter where somebody of this address works here; the answer is always the same."""
    form = forms.read(Asked, posted)
    if form.model is None:
        return _ask_page(request, session, form, status=422)
    throttle.check("reset", form.model.address, staff.client(request))
    began = time.monotonic()
    with database.transaction(factory(request)) as own:
        own_password.ask(own, form.model.address)
    time.sleep(max(0.0, STEADY_SECONDS - (time.monotonic() - began)))
    address = form.model.address
    return desk.page(request, session, None, "desk/access/letter_left.html", address=address)


@router.get("/reset/{token}")
def choose(request: Request, session: InTransaction, token: str) -> Response:
    """Where the link of the letter leads; looking changes nothing."""
    if not _holds(session, token):
        return _ended_page(request, session)
    return _choose_page(request, session, token, forms.blank())


@router.post("/reset/{token}")
def reset(
    request: Request, session: InTransaction, token: str, posted: Posted, before: MaybeSignedIn
) -> Response:
    """Set the password, end every session of the person, and begin a fresh one here."""
    if not _holds(session, token):
        return _ended_page(request, session)
    user = own_password.whose(session, token)
    form = forms.read(Chosen, posted)
    if form.model is None:
        return _choose_page(request, session, token, form, status=422)
    try:
        # As it was typed: a blank at its end belongs to a password.
        own_password.use(session, token, password=str(posted["password"]))
    except Invalid as error:
        form.refuse("password", str(error))
        return _choose_page(request, session, token, form, status=422)
    throttle.forget("login", user.address, staff.client(request))
    if before is not None:
        logins.end(session, before, request.state.staff_session.id)
    secret = logins.begin(
        session,
        user,
        agent=request.headers.get("user-agent", ""),
        client=staff.client(request),
    )
    answer = desk.moved(staff.HOME, say="Your new password is set. You are signed in.")
    staff.remember(answer, secret)
    return answer


def _holds(session: Session, token: str) -> bool:
    try:
        own_password.whose(session, token)
    except BadToken:
        return False
    return True


def _ended_page(request: Request, session: Session) -> Response:
    return desk.page(request, session, None, "desk/access/reset_ended.html", status=404)


def _ask_page(request: Request, session: Session, form: Form[Any], status: int = 200) -> Response:
    return desk.page(request, session, None, "desk/access/forgotten.html", status=status, form=form)


def _choose_page(
    request: Request, session: Session, token: str, form: Form[Any], status: int = 200
) -> Response:
    user = own_password.whose(session, token)
    return desk.page(
        request,
        session,
        None,
        "desk/access/reset.html",
        status=status,
        form=form,
        person=user,
        token=token,
        shortest=passwords.SHORTEST,
    )
