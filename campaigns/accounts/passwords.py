"""Passwords: hashed with argon2id, checked as slowly for nobody as for somebody."""

from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from campaigns.accounts.models import User
from campaigns.errors import Invalid

SHORTEST = 12
LONGEST = 200
DEMO = "bedside demo clinic"
"""What the invented people of the demo sign in with; in no other mode does anyone have it."""

_WELL_KNOWN = frozenset(
    {
        "123456789012",
        "1234567890123",
        "password1234",
        "passwordpassword",
        "qwertyuiop12",
        "qwertyuiopas",
        "iloveyou1234",
        "administrator",
        "letmeinletmein",
        "changemechangeme",
        "correcthorsebatterystaple",
        "correct horse battery staple",
    }
)


@cache
def _hasher() -> PasswordHash:
    """Argon2id with 19 MiB, two passes, one lane (OWASP Password Storage, 2025)."""
    return PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")


def set_password(user: User, password: str) -> None:
    """Give this person a password; raises Invalid saying what a good one needs."""
    require_good(password, user=user)
    user.password_hash = _hasher().hash(password)


def require_good(password: str, *, user: User) -> None:
    """Raise Invalid unless it is long enough and not easily guessed (NIST SP 800-63B, 5.1.1)."""
    if len(password) < SHORTEST:
        raise Invalid(f"Use at least {SHORTEST} characters: three or four words do well.")
    if len(password) > LONGEST:
        raise Invalid(f"Use at most {LONGEST} characters.")
    plain = password.casefold().strip()
    own = {user.address.casefold(), user.name.casefold()}
    if plain in _WELL_KNOWN or len(set(plain)) < 4 or plain in own:
        raise Invalid("This password is easily guessed. Choose another: three or four words do.")


def matches(user: User | None, password: str) -> bool:
    """Whether this is the person's password; as slow for nobody as for somebody."""
    known = user.password_hash if user and user.password_hash else ""
    right, renewed = _hasher().verify_and_update(password[: LONGEST + 1], known or _nobody())
    if not (right and known and user):
        return False
    if renewed is not None:
        user.password_hash = renewed
    return True
