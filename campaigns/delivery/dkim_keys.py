"""Keys of ours that sign for a domain: made here, kept sealed, used once their record is seen."""

from collections.abc import Mapping
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select

from campaigns import clock, vault
from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.delivery import dkim
from campaigns.delivery.dkim import Signer
from campaigns.delivery.models import DkimKey

_PURPOSE = "dkim key"
_SELECTOR = "bedside"


def make(session: Session, *, actor: User, domain: str) -> DkimKey:
    """A new key for this domain; one already in use goes on signing until this one is seen."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    number = len(of_domain(session, domain)) + 1
    private, public = dkim.new_key()
    key = DkimKey(
        domain=domain.lower(),
        selector=_SELECTOR if number == 1 else f"{_SELECTOR}{number}",
        sealed_key=vault.seal(private, purpose=_PURPOSE),
        public_key=public,
        created_at=clock.now(session),
    )
    session.add(key)
    session.flush()
    audit.record(
        session,
        actor=actor,
        verb="make signing key",
        subject=f"domain {key.domain}",
        after={"selector": key.selector},
    )
    return key


def of_domain(session: Session, domain: str) -> list[DkimKey]:
    """This domain's keys, newest first (unique index)."""
    return list(
        session.scalars(
            select(DkimKey).where(DkimKey.domain == domain.lower()).order_by(DkimKey.id.desc())
        )
    )


def note_seen(session: Session, key: DkimKey, *, is_published: bool) -> None:
    """The key's record was looked up: from now on it signs, or no longer does."""
    key.seen_at = clock.now(session) if is_published else None


def signers(session: Session) -> Mapping[str, Signer]:
    """Who signs for each domain: its newest key that was seen (a handful of rows).

    Raises Unreadable where a key cannot be opened.
    """
    published = session.scalars(
        select(DkimKey).where(DkimKey.seen_at.is_not(None)).order_by(DkimKey.id)
    )
    return {
        each.domain: Signer(each.domain, each.selector, _opened(each.sealed_key))
        for each in published
    }


def record_name(key: DkimKey) -> str:
    """Where the public half belongs."""
    return f"{key.selector}._domainkey.{key.domain}"


def record_value(key: DkimKey) -> str:
    """The public half as a record."""
    return f"v=DKIM1; k=rsa; p={key.public_key}"


@lru_cache(maxsize=8)
def _opened(sealed: str) -> rsa.RSAPrivateKey:
    return dkim.private_key(vault.unseal(sealed, purpose=_PURPOSE))
