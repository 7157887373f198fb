"""What is sold and on what occasion, as people read it: prices, arithmetic, what is left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from campaigns import clock
from campaigns.database import Session
from campaigns.money import Money
from campaigns.promotions import bona_fide, claims, pricing, queries
from campaigns.promotions.claims import Claim
from campaigns.promotions.models import Offer, Package, Promotion, PromotionCounter
from campaigns.promotions.pricing import Quote
from campaigns.promotions.standing import Standing, standing


@dataclass(frozen=True, slots=True)
class Item:
    """A package with its regular price, and what it costs under the promotions open now."""

    package: Package
    regular_cents: int | None
    under: tuple[tuple[Promotion, int], ...]
    """Each open promotion with the price under it, the lowest first."""

    @property
    def is_sold(self) -> bool:
        """Whether it is offered to anyone."""
        return self.package.published or self.package.bookable


@dataclass(frozen=True, slots=True)
class Line:
    """One package of a promotion, with every step from the regular price to the percentage."""

    package: Package
    regular_cents: int
    how: str
    quote: Quote | None
    why_not: str
    """Why it is not given, or not counted in "save up to"; empty where it is."""
    doubts: tuple[str, ...]
    """Why the regular price may not be compared with; empty where it may."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A promotion with its arithmetic, and what may be claimed."""

    lines: tuple[Line, ...]
    claim: Claim
    at: datetime


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a promotion is given away."""

    counter: PromotionCounter
    places_left: int | None
    budget_left_cents: int | None

    @property
    def given_cents(self) -> int:
        """Savings held and used."""
        return self.counter.held_cents + self.counter.captured_cents


def items(session: Session) -> list[Item]:
    """The catalogue with its prices now, in the order it was taken in (a handful of rows)."""
    regular = queries.regular_cents(session, at=clock.now(session))
    open_now = {
        each.id: each
        for each in queries.listed(session)
        if standing(session, each) is Standing.OPEN
    }
    under: dict[int, list[tuple[Promotion, int]]] = {}
    for offer, package in queries.offers(session, list(open_now)):
        stood = regular.get(package.id, 0)
        cents = pricing.offer_cents(offer, stood)
        if package.published and package.bookable and 0 < cents < stood:
            under.setdefault(package.id, []).append((open_now[offer.promotion_id], cents))
    return [
        Item(
            each,
            regular.get(each.id),
            tuple(sorted(under.get(each.id, []), key=lambda pair: pair[1])),
        )
        for each in queries.packages(session)
    ]


def sheet(session: Session, promotion: Promotion) -> Sheet:
    """Every step of a promotion's arithmetic, as of the first moment at which it is open."""
    at = claims.first_moment(session, [promotion.id])
    claim = claims.best(session, [promotion.id], at=at)
    quotes = {each.package.id: each for each in _quotes(session, promotion, claim, at)}
    left_out = {each.package_code: each.sentence for each in claim.excluded}
    regular = queries.regular_cents(session, at=at)
    lines = [
        _line(offer, package, regular.get(package.id, 0), quotes.get(package.id), left_out)
        for offer, package in queries.offers(session, [promotion.id])
    ]
    return Sheet(tuple(lines), claim, at)


def _quotes(session: Session, promotion: Promotion, claim: Claim, at: datetime) -> Iterable[Quote]:
    """Every price it gives; where the claim counts each of them, it has them already."""
    if all(each.reason in set(pricing.Reason) for each in claim.excluded):
        return claim.packages
    return pricing.quotes(session, promotion.id, at=at)


def limits(session: Session, promotion: Promotion) -> Limits:
    """What is held, used and left (primary key)."""
    counter = queries.counter(session, promotion)
    most, budget = promotion.max_redemptions, promotion.budget_cents
    taken, given = counter.held + counter.captured, counter.held_cents + counter.captured_cents
    return Limits(
        counter=counter,
        places_left=None if most is None else max(0, most - taken),
        budget_left_cents=None if budget is None else max(0, budget - given),
    )


def _line(
    offer: Offer, package: Package, regular: int, quote: Quote | None, left_out: Mapping[str, str]
) -> Line:
    doubts = quote.doubts if quote else ()
    return Line(
        package=package,
        regular_cents=regular,
        how=how(offer, regular),
        quote=quote,
        why_not=left_out.get(package.code, ""),
        doubts=tuple(bona_fide.sentence(each, package) for each in doubts),
    )


def how(offer: Offer, regular_cents: int) -> str:
    """How the price under an offer is computed, in figures."""
    regular = Money(regular_cents, pricing.currency())
    price = Money(pricing.offer_cents(offer, regular_cents), pricing.currency())
    if offer.percent_bp is not None:
        return f"{regular} − {offer.percent_bp / 100:g} % = {price}"
    if offer.amount_cents is not None:
        return f"{regular} − {Money(offer.amount_cents, pricing.currency())} = {price}"
    return f"a fixed price of {price}"
