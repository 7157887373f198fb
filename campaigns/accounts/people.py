"""The people who work here: add, change what they are, let them go; an owner always stays."""

from collections.abc import Sequence

from sqlalchemy import select

from campaigns import addresses, clock
from campaigns.accounts import audit, logins, permissions, queries
from campaigns.accounts import roles as words
from campaigns.accounts.models import Role, User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.errors import Conflict, Invalid, NotAllowed

LONGEST_NAME = 100


def add(
    session: Session, *, actor: User | None, address: str, name: str, roles: Sequence[str]
) -> User:
    """Add a person; without an actor only the first one, who must be an owner."""
    known = words.read(roles)
    if actor is not None:
        permissions.require(actor, Verb.MANAGE_PEOPLE)
    elif queries.has_users(session):
        raise NotAllowed("Say who acts: --as an owner's address. Only the first user needs none.")
    elif Role.OWNER not in known:
        raise Invalid("The first user must be an owner: add --role owner.")
    canonical = addresses.parse(address).canonical
    if session.scalar(select(User.id).where(User.address == canonical)) is not None:
        raise Conflict(f"{canonical} works here already.")
    plain = tidy_name(name)
    user = User(
        address=canonical,
        name=plain,
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


def change_roles(session: Session, user: User, *, actor: User, roles: Sequence[str]) -> bool:
    """Make this person these roles; False where they are so already. The last owner stays one."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    after = [each.value for each in words.read(roles)]
    owners = _lock_owners(session)
    session.refresh(user)
    before = list(user.roles)
    if set(before) == set(after):
        return False
    if Role.OWNER.value not in after and owners == [user.id]:
        raise Conflict(f"{user.name} is the only owner. Make somebody else an owner first.")
    user.roles = after
    _record(
        session, user, actor=actor, verb="change roles", before=before, after=after, field="roles"
    )
    return True


def disable(session: Session, user: User, *, actor: User) -> bool:
    """Let a person in no more, and end their sessions at once; False where it was so already."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    if actor.id == user.id:
        raise Conflict("You cannot shut yourself out. Another owner can.")
    owners = _lock_owners(session)
    session.refresh(user)
    if user.disabled_at is not None:
        return False
    if owners == [user.id]:
        raise Conflict(f"{user.name} is the only owner. Make somebody else an owner first.")
    user.disabled_at = clock.now(session)
    logins.end_all(session, user)
    _record(session, user, actor=actor, verb="disable user", before=True, after=False)
    return True


def enable(session: Session, user: User, *, actor: User) -> bool:
    """Let a person in again, with the roles and the password they had; False where they may."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    if user.disabled_at is None:
        return False
    user.disabled_at = None
    _record(session, user, actor=actor, verb="enable user", before=False, after=True)
    return True


def rename(session: Session, user: User, *, name: str) -> bool:
    """A person changes their own name; False where it is the same."""
    tidy = tidy_name(name)
    if tidy == user.name:
        return False
    before, user.name = user.name, tidy
    _record(
        session, user, actor=user, verb="change own name", before=before, after=tidy, field="name"
    )
    return True


def tidy_name(name: str) -> str:
    """A person's name on one line; raises Invalid for none, or one that would upset a page."""
    tidy = " ".join(name.split())
    if not tidy:
        raise Invalid("A user needs a name.")
    if len(tidy) > LONGEST_NAME or not tidy.isprintable():
        raise Invalid(f"A name is one line of at most {LONGEST_NAME} letters and signs.")
    return tidy


def _lock_owners(session: Session) -> list[int]:
    """Everyone who is an owner now, held until the end so that two cannot leave at once."""
    held = select(User.id).where(User.roles.any_() == Role.OWNER.value)  # a handful of rows
    standing = held.where(User.disabled_at.is_(None)).order_by(User.id)
    return list(session.scalars(standing.with_for_update()))


def _record(
    session: Session,
    user: User,
    *,
    actor: User,
    verb: str,
    before: object,
    after: object,
    field: str = "may sign in",
) -> None:
    session.flush()
    audit.record(
        session,
        actor=actor,
        verb=verb,
        subject=f"user {user.address}",
        before={field: before},
        after={field: after},
    )
