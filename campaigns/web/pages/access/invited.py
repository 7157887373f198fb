"""Where an invitation leads: choose a name and a password, and be in."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, BaseModel, Field

from campaigns.accounts import invitations, logins, passwords, people, roles
from campaigns.accounts.models import Role
from campaigns.database import Session
from campaigns.errors import BadToken, Conflict, Invalid
from campaigns.web import desk, forms, staff
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Form, Posted
from campaigns.web.staff import MaybeSignedIn

router = APIRouter(prefix="/desk")


def _name(text: str) -> str:
    try:
        return people.tidy_name(text)
    except Invalid as error:
        raise ValueError(str(error)) from error


class Newcomer(BaseModel):
    """What somebody who was invited says about themselves."""

    name: Annotated[str, AfterValidator(_name)]
    password: str = Field(max_length=1000)


@router.get("/invitation/{token}")
def show(request: Request, session: InTransaction, token: str) -> Response:
    """Who asks, and for what; looking changes nothing."""
    try:
        invitation, _ = invitations.find(session, token)
    except BadToken as error:
        return _ended_page(request, session, error)
    return _page(request, session, token, forms.blank(name=invitation.name))


@router.post("/invitation/{token}")
def accept(
    request: Request, session: InTransaction, token: str, posted: Posted, before: MaybeSignedIn
) -> Response:
    """Add the person with the roles of the invitation, whatever else was posted; sign them in."""
    form = forms.read(Newcomer, posted)
    try:
        invitations.find(session, token)
        if form.model is None:
            return _page(request, session, token, form, status=422)
        user = invitations.accept(
            session, token, name=form.model.name, password=str(posted["password"])
        )
    except BadToken as error:
        return _ended_page(request, session, error)
    except (Invalid, Conflict) as error:
        form.refuse("password" if isinstance(error, Invalid) else "form", str(error))
        return _page(request, session, token, form, status=422)
    if before is not None:
        logins.end(session, before, request.state.staff_session.id)
    secret = logins.begin(
        session,
        user,
        agent=request.headers.get("user-agent", ""),
        client=staff.client(request),
    )
    answer = desk.moved(staff.HOME, say=f"Welcome, {user.name}. You are signed in.")
    staff.remember(answer, secret)
    return answer


def _ended_page(request: Request, session: Session, error: BadToken) -> Response:
    return desk.page(
        request, session, None, "desk/access/invitation_ended.html", status=404, why=str(error)
    )


def _page(
    request: Request, session: Session, token: str, form: Form[Any], status: int = 200
) -> Response:
    invitation, inviter = invitations.find(session, token)
    return desk.page(
        request,
        session,
        None,
        "desk/access/invited.html",
        status=status,
        form=form,
        invitation=invitation,
        inviter=inviter,
        titles=roles.titles(invitation.roles),
        abilities=[each for role in invitation.roles for each in roles.abilities(Role(role))],
        token=token,
        shortest=passwords.SHORTEST,
    )
