"""Settings: a person's own name, password and sessions."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from campaigns.accounts import logins, own_password, passwords, people, roles
from campaigns.accounts.models import Role, StaffSession
from campaigns.errors import Invalid, NotAllowed
from campaigns.web import desk, devices, forms, throttle
from campaigns.web.dependencies import InTransaction, Number
from campaigns.web.forms import Form, Posted
from campaigns.web.staff import OwnSession, SignedIn
from campaigns.web.visit import Visit

HERE = "/desk/settings/me"

router = APIRouter(prefix=HERE)


class Name(BaseModel):
    """How a person is called here."""

    name: str = Field(max_length=100)


class Passwords(BaseModel):
    """The password as it is, and as it is to be."""

    current: str = Field(max_length=1000)
    new: str = Field(max_length=1000)


@router.get("")
def show(visit: Visit, own: OwnSession) -> Response:
    """Name, password, and where one is signed in."""
    return _page(visit, own)


@router.post("/name")
def rename(visit: Visit, own: OwnSession, posted: Posted) -> Response:
    """Change one's own name."""
    form = forms.read(Name, posted)
    if form.model is None:
        return _page(visit, own, name=form)
    try:
        people.rename(visit.session, visit.user, name=form.model.name)
    except Invalid as error:
        form.refuse("name", str(error))
        return _page(visit, own, name=form)
    return desk.moved(HERE, say=f"You are {visit.user.name} from now on.")


@router.post("/password")
def change_password(visit: Visit, own: OwnSession, posted: Posted) -> Response:
    """Change one's own password, and end every other session."""
    form = forms.read(Passwords, posted)
    if form.model is None:
        return _page(visit, own, password=form)
    throttle.check("password", str(visit.user.id))
    try:
        # As they were typed: a blank at its end belongs to a password.
        own_password.change(
            visit.session,
            visit.user,
            current=str(posted["current"]),
            new=str(posted["new"]),
            but=own.id,
        )
    except NotAllowed as error:
        form.refuse("current", str(error))
    except Invalid as error:
        form.refuse("new", str(error))
    else:
        throttle.forget("password", str(visit.user.id))
        return desk.moved(HERE, say="Your new password is set. Every other browser is signed out.")
    return _page(visit, own, password=form)


@router.post("/sessions/others/end")
def end_others(session: InTransaction, user: SignedIn, own: OwnSession) -> Response:
    """End every session but this one."""
    logins.end_all(session, user, but=own.id)
    return desk.moved(HERE, say="You are signed in here only.")


@router.post("/sessions/{session_id}/end")
def end(session: InTransaction, user: SignedIn, session_id: Number) -> Response:
    """End one of one's own sessions; another person's stays as it is."""
    logins.end(session, user, session_id)
    return desk.moved(HERE, say="That browser is signed out.")


def _page(
    visit: Visit,
    own: StaffSession,
    *,
    name: Form[Any] | None = None,
    password: Form[Any] | None = None,
) -> Response:
    return visit.page(
        "desk/settings/me.html",
        status=200 if name is None and password is None else 422,
        name=name or forms.blank(name=visit.user.name),
        password=password or forms.blank(),
        titles=roles.titles(visit.user.roles),
        abilities=sorted(
            {each for role in visit.user.roles for each in roles.abilities(Role(role))}
        ),
        sessions=[
            (each, devices.said(each.agent), each.id == own.id)
            for each in logins.of_user(visit.session, visit.user)
        ],
        shortest=passwords.SHORTEST,
    )
