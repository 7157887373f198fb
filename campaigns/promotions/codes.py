"""Promo codes: one word for all, or one for each contact, derived again whenever it is needed.

A unique code is `HMAC(key, promotion, contact)` written in 12 letters, so that a retry or a resend
carries the same one; only its hash and its first letters are kept.
"""

import hmac
from collections.abc import Collection
from functools import cache

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from campaigns import clock, settings
from campaigns.database import Session, changed
from campaigns.errors import Conflict, Invalid, NotFound
from campaigns.promotions.models import CodeMode, PromoCode, Promotion

ALPHABET = "ABCDEFGHKLMNPQRSTUVWXYZ23456789"
"""Without I, J, O, 0 and 1, which people mistake for one another."""
LENGTH = 12
_PREFIX = 4


def of_contact(promotion: Promotion, contact_id: int) -> str:
    """The code of this contact under this promotion, 12 letters; the same every time."""
    digest = hmac.digest(_key(), f"code:{promotion.id}:{contact_id}".encode(), "sha256")
    number = int.from_bytes(digest, "big")
    letters = []
    for _position in range(LENGTH):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return "".join(letters)


def ensure_for(session: Session, promotion: Promotion, contact_ids: Collection[int]) -> int:
    """Record a unique code for each of these contacts; how many of them have a valid one now."""
    if promotion.code_mode is not CodeMode.UNIQUE:
        raise Conflict(f"{promotion.name} hands out no codes of one's own.")
    if not contact_ids:
        return 0
    now = clock.now(session)
    rows = [_row(promotion, of_contact(promotion, each), each) for each in sorted(contact_ids)]
    statement = insert(PromoCode).on_conflict_do_nothing()
    session.execute(statement, [row | {"created_at": now} for row in rows])
    return _valid(session, promotion, contact_ids)


def _valid(session: Session, promotion: Promotion, contact_ids: Collection[int]) -> int:
    counted = select(func.count(PromoCode.id)).where(
        PromoCode.promotion_id == promotion.id,
        PromoCode.contact_id.in_(list(contact_ids)),
        PromoCode.voided_at.is_(None),
    )
    return session.scalar(counted) or 0


def share(session: Session, promotion: Promotion, word: str) -> bool:
    """Give a promotion the one word that everyone types; False where it has it already."""
    text = _tidy(word)
    if not 4 <= len(text) <= 20 or not text.isalnum() or not text.isascii():
        raise Invalid(f"{word!r} cannot be a promo code: use 4 to 20 letters and digits.")
    known = session.scalar(select(PromoCode).where(PromoCode.code_hash == _hash(text)))
    if known is not None and known.promotion_id != promotion.id:
        raise Conflict(f"The promo code {text} belongs to another promotion.")
    before = shared_word(session, promotion)
    if before == text:
        return False
    _void_where(session, PromoCode.promotion_id == promotion.id, PromoCode.contact_id.is_(None))
    row = _row(promotion, text, None) | {"shown": text, "created_at": clock.now(session)}
    statement = insert(PromoCode).values(row)
    session.execute(
        statement.on_conflict_do_update(index_elements=["code_hash"], set_={"voided_at": None})
    )
    return True


def shared_word(session: Session, promotion: Promotion) -> str:
    """The word of a promotion with a shared code; empty where it has none."""
    word = session.scalar(
        select(PromoCode.shown).where(
            PromoCode.promotion_id == promotion.id,
            PromoCode.contact_id.is_(None),
            PromoCode.voided_at.is_(None),
        )
    )
    return word or ""


def handed_out(session: Session, promotion: Promotion) -> int:
    """How many contacts have a valid code of their own (uq_promo_code_contact)."""
    counted = select(func.count(PromoCode.id)).where(
        PromoCode.promotion_id == promotion.id,
        PromoCode.contact_id.is_not(None),
        PromoCode.voided_at.is_(None),
    )
    return session.scalar(counted) or 0


def find(session: Session, text: str) -> PromoCode:
    """The valid code that someone typed, in any case, spaces and hyphens aside (unique index).

    Raises NotFound; whether its promotion is still open is asked of `standing`.
    """
    found = session.scalar(
        select(PromoCode).where(
            PromoCode.code_hash == _hash(_tidy(text)), PromoCode.voided_at.is_(None)
        )
    )
    if found is None:
        raise NotFound("We do not know this promo code. Please check it, or call us.")
    return found


def void(session: Session, code: PromoCode) -> bool:
    """Make a code worthless; False where it already was."""
    voided = _void_where(session, PromoCode.id == code.id)
    session.refresh(code)
    return voided == 1


def _void_where(session: Session, *conditions: object) -> int:
    result = session.execute(
        update(PromoCode)
        .where(PromoCode.voided_at.is_(None), *conditions)  # type: ignore[arg-type]
        .values(voided_at=clock.now(session))
        .execution_options(synchronize_session=False)
    )
    return changed(result)


def _row(promotion: Promotion, text: str, contact_id: int | None) -> dict[str, object]:
    return {
        "promotion_id": promotion.id,
        "contact_id": contact_id,
        "code_hash": _hash(text),
        "prefix": text[:_PREFIX],
        "shown": "",
    }


def _tidy(text: str) -> str:
    return "".join(text.split()).replace("-", "").upper()


def _hash(text: str) -> bytes:
    return hmac.digest(_key(), f"hash:{text}".encode(), "sha256")


@cache
def _key() -> bytes:
    # The oldest key of the ring: a newer one must not rename codes that people hold.
    return hmac.digest(settings.current().keys[-1].encode(), b"bedside promo codes", "sha256")
