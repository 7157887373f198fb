"""A caller quotes a promo code, or an address: what they are given now, and a booking for them.

The same promise is given as on the booking page. A booking needs to know who comes: the offer
counts uses for each person, and a letter with the way to change it must find them. So a code of
one's own is enough; with a word that everyone has, an address is asked for. Without a code, the
address finds the newest message with an offer that was sent to it.
"""

from dataclasses import dataclass, replace

from campaigns import addresses, clock
from campaigns.accounts import audit, permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.bookings import (
    asking,
    attribution,
    letters,
    lifecycle,
    queries,
    quoting,
    redemption,
    steps,
)
from campaigns.bookings.models import Booking, StepKind
from campaigns.bookings.quoting import Promise
from campaigns.bookings.wish import Wish, problems
from campaigns.contacts import importing
from campaigns.contacts import queries as contacts
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.delivery.models import Delivery
from campaigns.errors import Invalid, NotFound
from campaigns.promotions import codes, pricing
from campaigns.promotions import queries as promotions
from campaigns.promotions.models import PromoCode, Promotion
from campaigns.promotions.pricing import Customer, Quote


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls (None: a word that is everyone's), and the promotions before them."""

    code: PromoCode | None
    promotions: tuple[Promotion, ...]
    contact: Contact | None
    delivery: Delivery | None = None
    """The message that an address found."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A package before the caller: its quote, or why it is not given to this person."""

    quote: Quote
    refusal: str = ""


def find(session: Session, word: str, *, actor: User) -> Caller:
    """Who calls, by the code they read out or by their address; raises NotFound or BadAddress."""
    permissions.require(actor, Verb.BOOKINGS)
    if "@" in word:
        return _by_address(session, word)
    try:
        code = codes.find(session, word)
    except NotFound as error:
        raise NotFound(
            "No promotion knows this code. Ask them to spell it: it never has the letters I, J "
            "and O or the digits 0 and 1."
        ) from error
    promotion = promotions.by_id(session, code.promotion_id)
    contact = contacts.by_id(session, code.contact_id) if code.contact_id else None
    return Caller(code, (promotion,), contact)


def _by_address(session: Session, address: str) -> Caller:
    contact = contacts.by_address(session, address)
    delivery = queries.newest_offer(session, contact.id)
    if delivery is None:
        raise NotFound(
            "No message with an offer was sent to this address. Ask which address their message "
            "came to, or for a code."
        )
    offered = queries.promotions_of(session, delivery.campaign_id)
    return Caller(None, tuple(offered), contact, delivery)


def choices(session: Session, caller: Caller) -> list[Choice]:
    """Each package on offer with its price for this caller, or why there is none."""
    known = _customer(session, caller)
    priced = promotions.regular_cents(session, at=clock.now(session))
    offered = promotions.offers(session, [each.id for each in caller.promotions])
    packages = {package.id: package for _, package in offered if package.id in priced}
    found = []
    for package in packages.values():
        quote = _quote(session, caller, package.code, known)
        refused = quote.promotion is None
        why = str(quoting.why_not(quote, list(caller.promotions))) if refused else ""
        found.append(Choice(quote, why))
    return found


def book(
    session: Session, caller: Caller, *, wish: Wish, address: str, key: str, actor: User
) -> Booking:
    """Book and confirm what the caller chose; the same form twice is one booking.

    The answer can be undone for half a minute. Raises Invalid, SlotFull, OfferEnded or Conflict.
    """
    permissions.require(actor, Verb.BOOKINGS)
    wrong = problems(wish)
    if wrong:
        raise Invalid(" ".join(wrong.values()))
    # A savepoint: a page that catches the refusal and answers must not keep half a booking.
    with session.begin_nested():
        contact = asking.lock_contact(session, _who(session, caller, address).id)
        made = asking.requested_before(session, contact, wish, key)
        if made is not None:
            return made
        known = replace(caller, contact=contact)
        promise = _promise(session, known, wish)
        delivery = caller.delivery
        if delivery is None and caller.code is not None:
            delivery = queries.carrying(session, caller.code, contact.id)
        booking = asking.hold(
            session, contact=contact, delivery=delivery, wish=wish, promise=promise, key=key
        )
        redemption.hold(session, booking)
        attribution.credit(session, booking)
        _confirm(session, booking, actor)
        return booking


def _confirm(session: Session, booking: Booking, actor: User) -> None:
    steps.record(session, booking, StepKind.REQUESTED, by=actor, reason="by phone")
    was = steps.before(booking)
    lifecycle.expect(session, booking)
    subject = f"booking {booking.reference}"
    audit.record(session, actor=actor, verb="book by phone", subject=subject)
    steps.record(
        session,
        booking,
        StepKind.CONFIRMED,
        was=was,
        by=actor,
        letter=letters.CONFIRMED,
        undoable=True,
    )


def _who(session: Session, caller: Caller, address: str) -> Contact:
    """The contact who comes: the code's own, the address's, or a new one without any consent."""
    if caller.contact is not None:
        return caller.contact
    parsed = addresses.parse(address)
    try:
        return contacts.by_address(session, address)
    except NotFound:
        return importing.add(session, parsed)


def _promise(session: Session, caller: Caller, wish: Wish) -> Promise:
    if caller.delivery is not None and caller.contact is not None:
        uncoded = replace(wish, code="")
        return quoting.promise(
            session, delivery=caller.delivery, contact=caller.contact, wish=uncoded
        )
    found = _quote(session, caller, wish.package_code, _customer(session, caller))
    if found.promotion is None:
        raise quoting.why_not(found, list(caller.promotions))
    quoting.require_seen(found, wish)
    slot = quoting.slot_for(session, found.package, found.promotion, slot_id=wish.slot_id)
    return Promise(found, slot, caller.code, quoting.snapshot(found))


def _quote(session: Session, caller: Caller, package_code: str, known: Customer) -> Quote:
    return pricing.price(
        session,
        promotions.package(session, package_code),
        customer=known,
        promotion_ids=[each.id for each in caller.promotions],
    )


def _customer(session: Session, caller: Caller) -> Customer:
    """Of someone who is not known yet, the best is assumed; booking asks again."""
    if caller.contact is None:
        return Customer(is_new=True)
    return quoting.customer(session, caller.contact.id, list(caller.promotions))
