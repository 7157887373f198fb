"""Who is signed in, and in which browser: sessions of our own, ended on the spot."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, select

from campaigns import addresses, clock
from campaigns.accounts import passwords
from campaigns.accounts.models import StaffSession, User
from campaigns.database import Session
from campaigns.errors import BadAddress, NotAllowed

LONGEST = timedelta(days=14)
"""A session ends after this, however busy."""
IDLE = timedelta(hours=12)
"""A session ends when it was not used for so long."""
_NOTED = timedelta(minutes=1)

_WRONG = "This address and password do not belong together. Check both and try again."


def log_in(
    session: Session, *, address: str, password: str, agent: str = "", client: str = ""
) -> str:
    """Begin a session and return the token for its cookie; raises NotAllowed, never saying why."""
    user = _known(session, address)
    if not passwords.matches(user, password) or user is None or user.disabled_at is not None:
        raise NotAllowed(_WRONG)
    return begin(session, user, agent=agent, client=client)


def begin(session: Session, user: User, *, agent: str = "", client: str = "") -> str:
    """A new session of this person; only a hash of the returned token is kept."""
    token = secrets.token_urlsafe(32)
    now = clock.now(session)
    session.add(
        StaffSession(
            token_hash=_hash(token),
            user_id=user.id,
            created_at=now,
            seen_at=now,
            expires_at=now + LONGEST,
            agent=agent[:300],
            client=client[:64],
        )
    )
    session.execute(
        delete(StaffSession).where(
            StaffSession.user_id == user.id,
            (StaffSession.expires_at <= now) | (StaffSession.seen_at <= now - IDLE),
        )
    )
    return token


def current(session: Session, token: str, *, client: str = "") -> StaffSession | None:
    """The living session of this token (unique index), noted as seen; None where there is none."""
    found = session.scalar(select(StaffSession).where(StaffSession.token_hash == _hash(token)))
    now = clock.now(session)
    if found is None or found.expires_at <= now or found.seen_at + IDLE <= now:
        return None
    if session.get_one(User, found.user_id).disabled_at is not None:
        return None
    if now - found.seen_at > _NOTED:
        found.seen_at, found.client = now, client[:64] or found.client
    return found


def of_user(session: Session, user: User) -> list[StaffSession]:
    """A person's living sessions, the last used first (index on user)."""
    now = clock.now(session)
    return list(
        session.scalars(
            select(StaffSession)
            .where(
                StaffSession.user_id == user.id,
                StaffSession.expires_at > now,
                StaffSession.seen_at > now - IDLE,
            )
            .order_by(StaffSession.seen_at.desc())
        )
    )


def end(session: Session, user: User, session_id: int) -> None:
    """End one of this person's own sessions; nothing happens where it has ended already."""
    session.execute(
        delete(StaffSession).where(StaffSession.id == session_id, StaffSession.user_id == user.id)
    )


def end_all(session: Session, user: User, *, but: int | None = None) -> None:
    """End every session of this person, but for the one they are using."""
    session.execute(
        delete(StaffSession).where(StaffSession.user_id == user.id, StaffSession.id != (but or 0))
    )


def _known(session: Session, address: str) -> User | None:
    try:
        canonical = addresses.parse(address).canonical
    except BadAddress:
        return None
    return session.scalar(select(User).where(User.address == canonical))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
