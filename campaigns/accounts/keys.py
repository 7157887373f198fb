"""API keys: a program asks in the name of the person who made the key, and may less than they."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import func, select

from campaigns import clock
from campaigns.accounts import audit, link_tokens, permissions
from campaigns.accounts.models import ApiKey, KeyScope, User
from campaigns.accounts.permissions import ALLOWED, Verb
from campaigns.database import Session
from campaigns.errors import Conflict, Invalid, NotAllowed, NotFound

VERBS: Mapping[KeyScope, Verb] = {
    KeyScope.REPORTS: Verb.SEE_REPORTS,
    KeyScope.CONTACTS: Verb.EDIT_CONTACTS,
    KeyScope.STATUS: Verb.MEND_SENDING,
}
"""What a key may ask of the API, as its maker may; figures for monitoring are no part of that."""

LONGEST_NAME = 80
UNDO_WITHIN = timedelta(minutes=10)
"""How long a revocation can be taken back."""
_BEGINS = "bedside_"
_SHOWN = len(_BEGINS) + 6
_NOTED = timedelta(minutes=1)


def make(session: Session, *, actor: User, name: str, scopes: Sequence[str]) -> tuple[ApiKey, str]:
    """A new key and its secret, which is shown now and never again."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= LONGEST_NAME:
        raise Invalid(f"Name what uses the key, in at most {LONGEST_NAME} characters.")
    known = _scopes(scopes)
    _require_free(session, tidy)
    secret = _BEGINS + link_tokens.make()
    key = ApiKey(
        name=tidy,
        prefix=secret[:_SHOWN],
        key_hash=link_tokens.hashed(secret),
        scopes=[each.value for each in known],
        made_by=actor.id,
        created_at=clock.now(session),
    )
    session.add(key)
    session.flush()
    audit.record(
        session, actor=actor, verb="make API key", subject=_subject(key), after={"may": key.scopes}
    )
    return key, secret


def revoke(session: Session, key: ApiKey, *, actor: User) -> bool:
    """End a key on the spot; False where it has ended already."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    if key.revoked_at is not None:
        return False
    key.revoked_at = clock.now(session)
    session.flush()
    audit.record(session, actor=actor, verb="revoke API key", subject=_subject(key))
    return True


def restore(session: Session, key: ApiKey, *, actor: User) -> bool:
    """Take a revocation back, shortly after it; False where the key works anyway.

    Raises Conflict later than that, or where another key has its name by now.
    """
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    if key.revoked_at is None:
        return False
    if clock.now(session) - key.revoked_at > UNDO_WITHIN:
        raise Conflict(f"The key “{key.name}” was revoked too long ago. Make a new one.")
    _require_free(session, key.name)
    key.revoked_at = None
    session.flush()
    audit.record(session, actor=actor, verb="restore API key", subject=_subject(key))
    return True


def every(session: Session) -> list[tuple[ApiKey, User]]:
    """All keys with who made them, those that work first, then the newest (a handful of rows)."""
    query = (
        select(ApiKey, User)
        .join(User, User.id == ApiKey.made_by)
        .order_by(ApiKey.revoked_at.is_not(None), ApiKey.id.desc())
    )
    return [(row.ApiKey, row.User) for row in session.execute(query)]


def living_of(session: Session, user: User) -> int:
    """How many keys of this person work (index on maker); they end when the person leaves."""
    mine = select(func.count(ApiKey.id)).where(
        ApiKey.made_by == user.id, ApiKey.revoked_at.is_(None)
    )
    return session.scalar(mine) or 0


def by_id(session: Session, key_id: int) -> ApiKey:
    """The key of this number (primary key), locked; raises NotFound."""
    found = session.get(ApiKey, key_id, with_for_update=True)
    if found is None:
        raise NotFound("There is no such key.")
    return found


def current(session: Session, secret: str) -> tuple[ApiKey, User] | None:
    """The living key of this secret (unique index) and its maker, noted as used; None for none.

    A key ends with the maker's right to sign in.
    """
    query = (
        select(ApiKey, User)
        .join(User, User.id == ApiKey.made_by)
        .where(
            ApiKey.key_hash == link_tokens.hashed(secret),
            ApiKey.revoked_at.is_(None),
            User.disabled_at.is_(None),
        )
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    key, maker, now = row.ApiKey, row.User, clock.now(session)
    if key.last_used_at is None or now - key.last_used_at > _NOTED:
        key.last_used_at = now
    return key, maker


def acting(key: ApiKey, maker: User, verb: Verb) -> User:
    """Who acts by this key for this deed: its maker, with no more rights than the deed takes.

    Raises NotAllowed where the key, or by now its maker, may not.
    """
    if not any(VERBS[each] is verb for each in VERBS if each.value in key.scopes):
        raise NotAllowed(f"The key “{key.name}” may not {verb}. Make one that may.")
    permissions.require(maker, verb)
    return User(
        id=maker.id,
        address=f"{maker.address} (key {key.name})",
        name=maker.name,
        roles=sorted(set(maker.roles) & ALLOWED[verb]),
        created_at=maker.created_at,
        disabled_at=maker.disabled_at,
        password_hash="",
    )


def _require_free(session: Session, name: str) -> None:
    if session.scalar(select(ApiKey.id).where(ApiKey.name == name, ApiKey.revoked_at.is_(None))):
        raise Conflict(f"There is a key “{name}” already. Revoke it first, or choose another name.")


def _scopes(scopes: Sequence[str]) -> list[KeyScope]:
    if not scopes:
        raise Invalid("Choose what the key may do.")
    try:
        known = {KeyScope(each) for each in scopes}
    except ValueError as error:
        raise Invalid(f"A key may be for {', '.join(KeyScope)}.") from error
    return [each for each in KeyScope if each in known]


def _subject(key: ApiKey) -> str:
    return f"API key {key.name}"
