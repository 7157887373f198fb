"""The price that is promised with a booking, and everything that must hold for the promise."""

import hashlib
from dataclasses import dataclass
from typing import Any

from campaigns import clock
from campaigns.bookings import queries
from campaigns.bookings.wish import Wish, problems
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.delivery.models import Delivery
from campaigns.errors import Conflict, Invalid, NotFound, OfferEnded, SlotFull
from campaigns.language import translate as _
from campaigns.promotions import codes, pricing
from campaigns.promotions import queries as promotions
from campaigns.promotions.models import CodeMode, Package, PromoCode, Promotion, Slot
from campaigns.promotions.pricing import Customer, Quote, Reason
from campaigns.promotions.standing import Standing, sentence


class Changed(Conflict):
    """The price is not the one that was shown."""


class WrongCode(Invalid):
    """The promo code does not open this offer."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A quote for one person at one moment, with the snapshot that the booking keeps."""

    quote: Quote
    slot: Slot
    code: PromoCode | None
    snapshot: dict[str, Any]


def promise(session: Session, *, delivery: Delivery, contact: Contact, wish: Wish) -> Promise:
    """What this wish costs this contact now; raises a refusal that says what to do."""
    language = contact.language
    wrong = problems(wish, language=language)
    if wrong:
        raise Invalid(" ".join(wrong.values()))
    package = package_for(session, wish.package_code)
    found = quote(session, package, delivery=delivery, regular=wish.at_regular_price)
    if found.promotion is None and not wish.at_regular_price:
        raise refusal(session, found, delivery=delivery, language=language)
    require_seen(found, wish, language=language)
    slot = slot_for(session, package, found.promotion, slot_id=wish.slot_id, language=language)
    code = _code(session, found.promotion, delivery, wish, language)
    return Promise(found, slot, code, snapshot(found))


def require_seen(found: Quote, wish: Wish, *, language: str = "en") -> None:
    """Raise Changed where it costs more than what was shown."""
    if wish.seen_cents is not None and found.price_cents > wish.seen_cents:
        raise Changed(
            _(
                "The price has changed to {price}. Please look at it and send again.", language
            ).format(price=found.price)
        )


def quote(session: Session, package: Package, *, delivery: Delivery, regular: bool) -> Quote:
    """The price of a package for the contact of this delivery, under its campaign's offers."""
    offered = [] if regular else queries.promotions_of(session, delivery.campaign_id)
    return pricing.price(
        session,
        package,
        customer=customer(session, delivery.contact_id, offered),
        promotion_ids=[each.id for each in offered],
    )


def customer(session: Session, contact_id: int, offered: list[Promotion]) -> Customer:
    """What eligibility may ask about a contact: whether they are new, what they used."""
    return Customer(
        is_new=not queries.has_booked_before(session, contact_id),
        used={
            each.id: queries.times_used(session, contact_id=contact_id, promotion_id=each.id)
            for each in offered
        },
    )


def package_for(session: Session, code: str) -> Package:
    """The package that can be booked under this code; raises Conflict where it cannot."""
    try:
        found = promotions.package(session, code)
    except NotFound:
        found = None
    if found is None or not (found.published and found.bookable):
        raise Conflict(_("This package cannot be booked at the moment. Please choose another one."))
    return found


def slot_for(
    session: Session,
    package: Package,
    promotion: Promotion | None,
    *,
    slot_id: int,
    language: str = "en",
) -> Slot:
    """The moment that was asked for, if this package can begin then; raises SlotFull."""
    slot = session.get(Slot, slot_id)
    if slot is None or slot.category != package.category or slot.starts_at <= clock.now(session):
        raise SlotFull(
            _("This time does not fit the package. Please choose another one.", language)
        )
    last = promotion.use_by if promotion else None
    if last and queries.local_day(session, slot) > last:
        raise SlotFull(
            _("The offer can be used until {day}. Please choose an earlier time.", language).format(
                day=f"{last:%-d %b %Y}"
            )
        )
    return slot


def refusal(
    session: Session, found: Quote | None, *, delivery: Delivery, language: str
) -> Conflict:
    """Why this package has no price under the campaign's offers, in words and as a state."""
    promotions_of = queries.promotions_of(session, delivery.campaign_id)
    return why_not(found, promotions_of, language=language)


def why_not(found: Quote | None, offered: list[Promotion], *, language: str = "en") -> Conflict:
    """Why none of these promotions gives this package, in words and as a state."""
    considered = found.considered if found else ()
    reasons = {each.promotion_code: each.reason for each in considered}
    for promotion in offered:
        reason = reasons.get(promotion.code, "")
        if reason == Reason.USED:
            return Conflict(
                _(
                    "You have used this offer already. To change your booking, "
                    "use the link in the letter we sent you.",
                    language,
                )
                if promotion.max_per_contact == 1
                else _("You have used this offer as often as it can be used.", language)
            )
        if reason == Reason.NEW_CONTACTS_ONLY:
            return Conflict(_("This offer is for a first booking with us.", language))
        if reason in set(Standing):
            standing = Standing(reason)
            return OfferEnded(sentence(standing, promotion, language=language), reason=reason)
    return Conflict(_("There is no offer on this package at the moment.", language))


def _code(
    session: Session, promotion: Promotion | None, delivery: Delivery, wish: Wish, language: str
) -> PromoCode | None:
    """The code that opens this promotion: the one typed, else the one the message carries."""
    if promotion is None or promotion.code_mode is CodeMode.NONE:
        return None
    if not wish.code:
        carried = queries.carried_code(session, delivery, promotion)
        if carried is None:
            raise WrongCode(_("Enter the promo code from your message.", language))
        return carried
    found = _find_code(session, wish.code)
    mine = found is not None and found.contact_id in {None, delivery.contact_id}
    if found is None or not mine or found.promotion_id != promotion.id:
        raise WrongCode(
            _("This code does not open the offer. Copy it from your message once more.", language)
        )
    return found


def _find_code(session: Session, word: str) -> PromoCode | None:
    try:
        return codes.find(session, word)
    except NotFound:
        return None


def snapshot(found: Quote) -> dict[str, Any]:
    """What a booking keeps of its promise: prices, versions and a hash of the terms."""
    package, promotion = found.package, found.promotion
    terms = "\n".join((package.terms, promotion.terms if promotion else ""))
    kept = {
        "package": package.code,
        "package_name": package.name,
        "package_version": package.version,
        "list_cents": found.regular_cents,
        "price_cents": found.price_cents,
        "currency": found.currency,
        "terms_hash": hashlib.sha256(terms.encode()).hexdigest(),
    }
    if promotion:
        kept |= {
            "promotion": promotion.code,
            "promotion_name": promotion.name,
            "promotion_epoch": promotion.epoch,
            "last_day": promotion.last_day.isoformat(),
        }
    return kept
