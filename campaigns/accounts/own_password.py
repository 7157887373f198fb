"""Set a password anew: with the old one, by a link in a letter, or by the operator."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from campaigns import addresses, clock, notices, public_urls
from campaigns.accounts import audit, link_tokens, logins, passwords, permissions
from campaigns.accounts.models import PasswordReset, User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.errors import BadAddress, BadToken, Conflict, NotAllowed

HOLDS = timedelta(hours=1)
RESET = "password_reset"
CHANGED = "password_changed"

_GONE = "This link is too old, was used, or is damaged. Ask for a new one."


def change(session: Session, user: User, *, current: str, new: str, but: int) -> None:
    """A person changes their own; every other session of theirs ends. Raises NotAllowed, Invalid.

    `but` is the session that stays.
    """
    if not passwords.matches(user, current):
        raise NotAllowed("This is not your password now.")
    passwords.set_password(user, new)
    _changed(session, user, actor=user, verb="change own password", but=but)


def set_by_operator(session: Session, user: User, *, password: str, actor: User) -> None:
    """An owner with access to the server sets it; every session of the person ends."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    passwords.set_password(user, password)
    _changed(session, user, actor=actor, verb="set password of user")


def ask(session: Session, address: str) -> bool:
    """Leave a letter with a link, where somebody of this address may sign in; says whether."""
    try:
        canonical = addresses.parse(address).canonical
    except BadAddress:
        return False
    user = session.scalar(select(User).where(User.address == canonical))
    if user is None or user.disabled_at is not None:
        return False
    _leave_link(session, user)
    return True


def send_link(session: Session, user: User, *, actor: User) -> None:
    """An owner has a person sent the link, such as one who was added without a password."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    if user.disabled_at is not None:
        raise Conflict(f"{user.name} may not sign in. Let them in again first.")
    _leave_link(session, user)
    audit.record(session, actor=actor, verb="send password link", subject=f"user {user.address}")


def whose(session: Session, token: str) -> User:
    """The person whose link this is, while it holds (unique index); raises BadToken."""
    return session.get_one(User, _standing(session, token).user_id)


def use(session: Session, token: str, *, password: str) -> User:
    """Set the password by a link; every session and every other link of the person ends.

    Raises BadToken where the link holds no more, Invalid for a poor password.
    """
    reset = _standing(session, token, hold=True)
    user = session.get_one(User, reset.user_id)
    passwords.set_password(user, password)
    _changed(session, user, actor=user, verb="set password by letter")
    return user


def _leave_link(session: Session, user: User) -> None:
    token, now = link_tokens.make(), clock.now(session)
    session.execute(
        delete(PasswordReset).where(
            PasswordReset.user_id == user.id, PasswordReset.expires_at <= now - HOLDS
        )
    )
    reset = PasswordReset(
        user_id=user.id,
        token_hash=link_tokens.hashed(token),
        created_at=now,
        expires_at=now + HOLDS,
    )
    session.add(reset)
    session.flush()
    notices.leave(
        session,
        key=f"{RESET}:{user.id}:{reset.id}",
        kind=RESET,
        to=addresses.parse(user.address),
        name=user.name,
        context={"reset_url": public_urls.reset(token)},
    )


def _standing(session: Session, token: str, *, hold: bool = False) -> PasswordReset:
    query = select(PasswordReset).where(PasswordReset.token_hash == link_tokens.hashed(token))
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None or found.used_at is not None or found.expires_at <= clock.now(session):
        raise BadToken(_GONE)
    if session.get_one(User, found.user_id).disabled_at is not None:
        raise BadToken(_GONE)
    return found


def _changed(
    session: Session, user: User, *, actor: User, verb: str, but: int | None = None
) -> None:
    now = clock.now(session)
    session.execute(
        update(PasswordReset)
        .where(PasswordReset.user_id == user.id, PasswordReset.used_at.is_(None))
        .values(used_at=now)
    )
    logins.end_all(session, user, but=but)
    audit.record(session, actor=actor, verb=verb, subject=f"user {user.address}")
    session.flush()
    notices.leave(
        session,
        key=f"{CHANGED}:{user.id}:{now.timestamp():.6f}",
        kind=CHANGED,
        to=addresses.parse(user.address),
        name=user.name,
        context={"forgotten_url": public_urls.forgotten()},
    )
