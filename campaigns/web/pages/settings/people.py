"""Settings: who works here, what each may do, who is invited, and who is let in no more."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from campaigns.accounts import invitations, keys, logins, own_password, people, queries, roles
from campaigns.accounts.models import Role, User
from campaigns.accounts.permissions import ALLOWED, Verb
from campaigns.errors import BadAddress, Conflict, Invalid
from campaigns.web import desk, forms
from campaigns.web.dependencies import InTransaction, Number
from campaigns.web.forms import Form, Posted
from campaigns.web.staff import SignedIn
from campaigns.web.visit import Visit

HERE = "/desk/settings/people"

router = APIRouter(prefix=HERE)


class Invited(BaseModel):
    """Whom an owner invites."""

    name: str = Field(max_length=100)
    address: str = Field(max_length=320)
    roles: Annotated[list[Role], Field(min_length=1)]


class Chosen(BaseModel):
    """What a person is to be."""

    roles: Annotated[list[Role], Field(min_length=1)]


@router.get("")
def show(visit: Visit) -> Response:
    """Everyone, with what they are; who was invited; what each role may do."""
    everyone, waiting = queries.people(visit.session), invitations.waiting(visit.session)
    return visit.page(
        "desk/settings/people.html",
        people=[each for each in everyone if each.disabled_at is None],
        gone=[each for each in everyone if each.disabled_at is not None],
        seen=queries.last_seen(visit.session),
        waiting=waiting,
        unsent=invitations.unsent(visit.session, waiting),
        titles=roles.TITLES,
        table=[(verb.value, ALLOWED[verb]) for verb in Verb],
    )


@router.get("/invite")
def ask(visit: Visit) -> Response:
    """The form with which somebody is invited."""
    return _invite_page(visit, forms.blank(roles=[]))


@router.post("/invite")
def invite(visit: Visit, posted: Posted) -> Response:
    """Leave the letter."""
    form = forms.read(Invited, posted)
    if form.model is None:
        return _invite_page(visit, form, status=422)
    given = form.model
    try:
        left = invitations.invite(
            visit.session,
            actor=visit.user,
            address=given.address,
            name=given.name,
            roles=given.roles,
        )
    except (BadAddress, Conflict) as error:
        form.refuse("address", str(error))
    except Invalid as error:
        form.refuse("name", str(error))
    else:
        return desk.moved(HERE, say=f"A letter to {left.name} is on its way to {left.address}.")
    return _invite_page(visit, form, status=422)


@router.post("/invitations/{invitation_id}/again")
def again(session: InTransaction, user: SignedIn, invitation_id: Number) -> Response:
    """Leave the letter once more, with a new link."""
    invitation = invitations.by_id(session, invitation_id)
    invitations.resend(session, invitation, actor=user)
    return desk.moved(
        HERE, say=f"A new letter is on its way to {invitation.address}. The earlier link has ended."
    )


@router.post("/invitations/{invitation_id}/withdraw")
def withdraw(session: InTransaction, user: SignedIn, invitation_id: Number) -> Response:
    """End the link before it is used."""
    invitation = invitations.by_id(session, invitation_id)
    invitations.withdraw(session, invitation, actor=user)
    return desk.moved(HERE, say=f"The invitation of {invitation.name} is withdrawn.")


@router.get("/{user_id}")
def person(visit: Visit, user_id: Number) -> Response:
    """One person: what they are, where they are signed in, and the way out."""
    found = queries.by_id(visit.session, user_id)
    return _person_page(visit, found, forms.blank(roles=list(found.roles)))


@router.post("/{user_id}/roles")
def change_roles(visit: Visit, user_id: Number, posted: Posted) -> Response:
    """Make this person these roles."""
    found = queries.by_id(visit.session, user_id)
    form = forms.read(Chosen, posted)
    if form.model is None:
        return _person_page(visit, found, form, status=422)
    try:
        people.change_roles(visit.session, found, actor=visit.user, roles=form.model.roles)
    except Conflict as error:
        form.refuse("roles", str(error))
        return _person_page(visit, found, form, status=422)
    # Whoever gave the owner's role away may see this page no more.
    to = HERE if Role.OWNER in visit.user.roles else "/desk/settings/me"
    return desk.moved(to, say=f"{found.name} is now: {roles.titles(found.roles)}.")


@router.post("/{user_id}/disable")
def disable(session: InTransaction, user: SignedIn, user_id: Number) -> Response:
    """Let this person in no more."""
    found = queries.by_id(session, user_id)
    people.disable(session, found, actor=user)
    return desk.moved(
        HERE,
        say=f"{found.name} is signed out everywhere and cannot sign in any more.",
        undo=("Let them in again", f"{HERE}/{found.id}/enable"),
    )


@router.post("/{user_id}/enable")
def enable(session: InTransaction, user: SignedIn, user_id: Number) -> Response:
    """Let this person in again."""
    found = queries.by_id(session, user_id)
    people.enable(session, found, actor=user)
    return desk.moved(HERE, say=f"{found.name} may sign in again, as before.")


@router.post("/{user_id}/letter")
def letter(session: InTransaction, user: SignedIn, user_id: Number) -> Response:
    """Have the person sent a link for setting a password."""
    found = queries.by_id(session, user_id)
    own_password.send_link(session, found, actor=user)
    return desk.moved(
        f"{HERE}/{found.id}", say=f"A letter is on its way to {found.address}. Its link works once."
    )


def _choices() -> list[tuple[str, str, str]]:
    return [(role.value, title, roles.SUMMARIES[role]) for role, title in roles.TITLES.items()]


def _invite_page(visit: Visit, form: Form[Any], status: int = 200) -> Response:
    return visit.page(
        "desk/settings/invite.html",
        status=status,
        form=form,
        choices=_choices(),
    )


def _person_page(
    visit: Visit,
    found: User,
    form: Form[Any],
    *,
    status: int = 200,
) -> Response:
    return visit.page(
        "desk/settings/person.html",
        status=status,
        form=form,
        person=found,
        choices=_choices(),
        titles=roles.titles(found.roles),
        sessions=logins.of_user(visit.session, found),
        keys=keys.living_of(visit.session, found),
        is_self=found.id == visit.user.id,
    )
