"""Which promo code a delivery carries: recorded at the freeze, the same on every attempt."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from campaigns.database import Session
from campaigns.delivery.models import Delivery, DeliveryCode
from campaigns.promotions import codes, queries
from campaigns.promotions.models import CodeMode, PromoCode


def assign(session: Session, *, promotion_ids: Sequence[int], delivery_ids: Sequence[int]) -> None:
    """Give each of these deliveries the codes of the campaign's promotions; twice is once."""
    rows = session.execute(
        select(Delivery.contact_id, Delivery.id).where(Delivery.id.in_(delivery_ids))
    )
    contacts = {row.contact_id: row.id for row in rows}
    for promotion in queries.by_ids(session, promotion_ids):
        if promotion.code_mode is CodeMode.NONE or not contacts:
            continue
        if promotion.code_mode is CodeMode.UNIQUE:
            codes.ensure_for(session, promotion, list(contacts))
        given = session.execute(
            select(PromoCode.id, PromoCode.contact_id).where(
                PromoCode.promotion_id == promotion.id,
                PromoCode.voided_at.is_(None),
                or_(PromoCode.contact_id.is_(None), PromoCode.contact_id.in_(list(contacts))),
            )
        ).all()
        session.execute(
            insert(DeliveryCode).on_conflict_do_nothing(),
            [
                {"delivery_id": delivery_id, "promotion_id": promotion.id, "code_id": row.id}
                for row in given
                for contact_id, delivery_id in contacts.items()
                if row.contact_id in {None, contact_id}
            ],
        )


def word(session: Session, delivery_id: int) -> str:
    """The code as the reader types it; empty where the delivery carries none (primary key)."""
    row = session.execute(
        select(DeliveryCode.promotion_id, Delivery.contact_id)
        .join(Delivery, Delivery.id == DeliveryCode.delivery_id)
        .where(DeliveryCode.delivery_id == delivery_id)
        .order_by(DeliveryCode.promotion_id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return ""
    promotion = queries.by_id(session, row.promotion_id)
    if promotion.code_mode is CodeMode.SHARED:
        return codes.shared_word(session, promotion)
    return codes.of_contact(promotion, row.contact_id)
