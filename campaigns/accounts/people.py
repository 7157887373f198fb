"""Add the people who work here; the very first one is the owner."""

from collections.abc import Sequence

from sqlalchemy import select

from campaigns import addresses, clock
from campaigns.accounts import audit, permissions, queries
from campaigns.accounts.models import Role, User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.errors import Conflict, Invalid, NotAllowed


def add(
    session: Session, *, actor: User | None, address: str, name: str, roles: Sequence[str]
) -> User:
    """Add a person; without an actor only the first one, who must be an owner."""
    known = _roles(roles)
    if actor is not None:
        permissions.require(actor, Verb.MANAGE_PEOPLE)
    elif queries.has_users(session):
        raise NotAllowed("Say who acts: --as an owner's address. Only the first user needs none.")
    elif Role.OWNER not in known:
        raise Invalid("The first user must be an owner: add --role owner.")
    canonical = addresses.parse(address).canonical
    if session.scalar(select(User.id).where(User.address == canonical)) is not None:
        raise Conflict(f"{canonical} works here already.")
    if not name.strip():
        raise Invalid("A user needs a name.")
    user = User(
        address=canonical,
        name=name.strip(),
        roles=[each.value for each in known],
        created_at=clock.now(session),
    )
    session.add(user)
    session.flush()
    audit.record(
        session,
        actor=actor or user,
        verb="add user",
        subject=f"user {canonical}",
        after={"roles": user.roles},
    )
    return user


def _roles(roles: Sequence[str]) -> list[Role]:
    if not roles:
        raise Invalid(f"A user needs a role: {', '.join(Role)}.")
    try:
        return sorted({Role(each) for each in roles})
    except ValueError as error:
        raise Invalid(f"{error}. The roles are: {', '.join(Role)}.") from error
