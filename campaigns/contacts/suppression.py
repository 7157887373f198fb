"""Addresses not to be written to: kept as keyed hashes, apart from consent."""

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from campaigns import addresses, clock
from campaigns.contacts.models import Contact, Scope, Suppression, SuppressionReason
from campaigns.database import Session, changed


def suppress(
    session: Session,
    *,
    canonical: str,
    scope: Scope,
    reason: SuppressionReason,
    detail: str = "",
) -> bool:
    """Keep this address from being written to; False where it already was."""
    key = addresses.suppression_key(canonical)
    _lock(session, canonical)
    statement = insert(Suppression).values(
        address_key=key,
        scope=scope,
        reason=reason,
        detail=addresses.mask_all(detail)[:500],
        at=clock.now(session),
    )
    added = session.execute(statement.on_conflict_do_nothing().returning(Suppression.id))
    return added.first() is not None


def lift(session: Session, *, canonical: str, scope: Scope) -> bool:
    """Let this address be written to again; False where it was not suppressed."""
    result = session.execute(
        update(Suppression)
        .where(
            Suppression.address_key == addresses.suppression_key(canonical),
            Suppression.scope == scope,
            Suppression.lifted_at.is_(None),
        )
        .values(lifted_at=clock.now(session))
    )
    return changed(result) == 1


def standing(session: Session, canonical: str) -> list[Suppression]:
    """The suppressions that stand against this address (unique index)."""
    return list(
        session.scalars(
            select(Suppression).where(
                Suppression.address_key == addresses.suppression_key(canonical),
                Suppression.lifted_at.is_(None),
            )
        )
    )


def is_suppressed(session: Session, canonical: str, *, marketing: bool) -> bool:
    """Whether a marketing message, or else a notice, must not go to this address."""
    return any(marketing or each.scope is Scope.EVERYTHING for each in standing(session, canonical))


def suppressed_among(session: Session, canonicals: Iterable[str]) -> set[str]:
    """Which of these addresses no marketing message must go to (one look-up by unique index)."""
    by_key = {addresses.suppression_key(each): each for each in canonicals}
    found = session.scalars(
        select(Suppression.address_key).where(
            Suppression.address_key.in_(by_key), Suppression.lifted_at.is_(None)
        )
    )
    return {by_key[key] for key in found}


def _lock(session: Session, canonical: str) -> None:
    session.execute(
        select(Contact.id).where(Contact.canonical_address == canonical).with_for_update()
    )
