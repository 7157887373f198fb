"""The first person comes in with a token that was printed at the start, and owns what follows."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, select

from campaigns import clock
from campaigns.accounts import passwords, people, queries
from campaigns.accounts.models import Role, SetupToken, User
from campaigns.database import Session
from campaigns.errors import BadToken, Conflict

_LIVES = timedelta(days=7)


def issue(session: Session) -> str | None:
    """A fresh token while nobody works here yet; only its hash is kept.

    Each start prints its own, and the first person ends them all.
    """
    if queries.has_users(session):
        return None
    now = clock.now(session)
    session.execute(delete(SetupToken).where(SetupToken.made_at <= now - _LIVES))
    token = secrets.token_urlsafe(24)
    session.add(SetupToken(token_hash=_hash(token), made_at=now))
    session.flush()
    return token


def is_good(session: Session, token: str) -> bool:
    """Whether the first person may come in with it (primary key)."""
    found = session.get(SetupToken, _hash(token)) if token else None
    is_living = found is not None and found.made_at > clock.now(session) - _LIVES
    return is_living and not queries.has_users(session)


def begin(session: Session, *, token: str, name: str, address: str, password: str) -> User:
    """Make the first person, an owner, and end every token.

    Raises BadToken, Conflict where somebody was faster, Invalid for a password that is no good.
    """
    session.execute(select(SetupToken).order_by(SetupToken.token_hash).with_for_update())
    if queries.has_users(session):
        raise Conflict("Somebody works here already. Sign in, or ask an owner to invite you.")
    if not is_good(session, token):
        raise BadToken(
            "This is not the token of this installation's last start, or it is older than a week. "
            "Start the installation again and use the new one."
        )
    owner = people.add(session, actor=None, address=address, name=name, roles=[Role.OWNER])
    passwords.set_password(owner, password)
    session.execute(delete(SetupToken))
    session.flush()
    return owner


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
