"""What a package costs: its regular price, its price under an offer, and the lowest for a contact.

Integers only; a percentage is rounded once, in the customer's favour. Promotions do not stack:
the lowest final price wins, a tie goes to the higher priority, then to the older promotion.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from campaigns import clock, money, settings
from campaigns.database import Session, remembered
from campaigns.errors import Conflict
from campaigns.money import Money
from campaigns.promotions import bona_fide, queries
from campaigns.promotions.bona_fide import Doubt
from campaigns.promotions.models import Offer, Package, Promotion
from campaigns.promotions.standing import Standing, standing


class Reason(StrEnum):
    """Why an offer is not given, beside what its promotion's standing says."""

    NOT_PUBLISHED = "not_published"
    NOT_BOOKABLE = "not_bookable"
    NO_PRICE = "no_price"
    NO_SAVING = "no_saving"
    NEW_CONTACTS_ONLY = "new_contacts_only"
    USED = "used"
    NOT_LOWEST = "not_lowest"


@dataclass(frozen=True, slots=True)
class Customer:
    """What eligibility asks about a contact; never anything clinical."""

    is_new: bool = False
    used: Mapping[int, int] = field(default_factory=dict)
    """How often each promotion, by id, was used already."""


@dataclass(frozen=True, slots=True)
class Considered:
    """An offer that was looked at, and why it was not given."""

    promotion_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A package that a promotion names and does not give, and why."""

    package: Package
    reason: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A package, its regular price and its price now; the same where no offer holds."""

    package: Package
    promotion: Promotion | None
    regular_cents: int
    price_cents: int
    currency: str
    doubts: tuple[Doubt, ...] = ()
    """What speaks against comparing with the regular price."""
    considered: tuple[Considered, ...] = ()

    @property
    def regular(self) -> Money:
        """The regular price."""
        return Money(self.regular_cents, self.currency)

    @property
    def price(self) -> Money:
        """What is to be paid."""
        return Money(self.price_cents, self.currency)

    @property
    def saving(self) -> Money:
        """How much less than the regular price."""
        return self.regular - self.price

    @property
    def may_compare(self) -> bool:
        """Whether the regular price may stand beside the price (16 CFR 233.1)."""
        return self.promotion is not None and not self.doubts

    @property
    def percent(self) -> int:
        """The whole percentage that is truly saved."""
        return money.whole_percent_saved(self.regular_cents, self.price_cents)


@dataclass(frozen=True, slots=True)
class _Trial:
    """One offer tried on one package at one moment."""

    offer: Offer
    package: Package
    promotion: Promotion
    regular: int
    at: datetime

    @property
    def cents(self) -> int:
        """The price that would result."""
        return offer_cents(self.offer, self.regular)

    @property
    def rank(self) -> tuple[int, int, int]:
        """The lowest price first, then priority, then age."""
        return self.cents, -self.promotion.priority, self.promotion.id


def offer_cents(offer: Offer, regular_cents: int) -> int:
    """The price under this offer; may make no sense where the regular price changed since."""
    if offer.percent_bp is not None:
        return money.less_percent(regular_cents, offer.percent_bp)
    if offer.amount_cents is not None:
        return regular_cents - offer.amount_cents
    assert offer.fixed_price_cents is not None
    return offer.fixed_price_cents


def regular_cents(session: Session, package: Package, *, at: datetime | None = None) -> int:
    """The regular price of a package at a moment (default: now); raises Conflict without one."""
    found = queries.regular_cents(session, at=at or clock.now(session)).get(package.id)
    if found is None:
        raise Conflict(f"{package.name} has no price yet.")
    return found


def price(
    session: Session,
    package: Package,
    *,
    customer: Customer | None = None,
    promotion_ids: Collection[int] | None = None,
    at: datetime | None = None,
) -> Quote:
    """The lowest final price of a package for a contact, with every offer that was looked at.

    `promotion_ids` keeps to these promotions, as a link in a message does. `customer` None is a
    contact of whom nothing is known: not new, nothing used.
    """
    moment = at or clock.now(session)
    regular = regular_cents(session, package, at=moment)
    given: list[_Trial] = []
    considered: list[Considered] = []
    for offer, promotion in queries.offers_on(session, package):
        if promotion_ids is not None and promotion.id not in promotion_ids:
            continue
        trial = _Trial(offer, package, promotion, regular, moment)
        reason = _obstacle(session, trial) or _ineligible(promotion, customer or Customer())
        if reason:
            considered.append(Considered(promotion.code, reason))
        else:
            given.append(trial)
    given.sort(key=lambda each: each.rank)
    considered += [Considered(each.promotion.code, Reason.NOT_LOWEST) for each in given[1:]]
    if given:
        return _quote(session, given[0], considered)
    return Quote(package, None, regular, regular, currency(), considered=tuple(considered))


def quotes(session: Session, promotion_id: int, *, at: datetime | None = None) -> list[Quote]:
    """What a promotion's table shows: each published, bookable package with its price under it.

    Whether the promotion is open is told by `standing`; who it is for, by the promotion.
    """

    def look() -> list[Quote]:
        trials = _trials(session, queries.by_id(session, promotion_id), at)
        return [_quote(session, each) for each in trials if not _mispriced(each)]

    moment = at or clock.now(session)
    return list(remembered(session, ("quotes", promotion_id, moment), look))


def refusals(
    session: Session, promotion: Promotion, *, at: datetime | None = None
) -> list[Refused]:
    """The offers of a promotion that are not given, each with its reason code."""

    def look() -> list[Refused]:
        tried = [(each, _obstacle(session, each)) for each in _trials(session, promotion, at)]
        return [Refused(each.package, reason) for each, reason in tried if reason]

    moment = at or clock.now(session)
    return list(remembered(session, ("refusals", promotion.id, moment), look))


def _trials(session: Session, promotion: Promotion, at: datetime | None) -> list[_Trial]:
    moment = at or clock.now(session)
    regulars = queries.regular_cents(session, at=moment)
    return [
        _Trial(offer, package, promotion, regulars.get(package.id, 0), moment)
        for offer, package in queries.offers(session, [promotion.id])
    ]


def _obstacle(session: Session, trial: _Trial) -> str:
    mispriced = _mispriced(trial)
    if mispriced:
        return mispriced
    saving = trial.regular - trial.cents
    found = standing(session, trial.promotion, at=trial.at, cents=saving)
    return "" if found is Standing.OPEN else found.value


def _mispriced(trial: _Trial) -> str:
    if not trial.package.published:
        return Reason.NOT_PUBLISHED
    if not trial.package.bookable:
        return Reason.NOT_BOOKABLE
    if not trial.regular:
        return Reason.NO_PRICE
    return "" if 0 < trial.cents < trial.regular else Reason.NO_SAVING


def _ineligible(promotion: Promotion, customer: Customer) -> str:
    if promotion.new_contacts_only and not customer.is_new:
        return Reason.NEW_CONTACTS_ONLY
    if customer.used.get(promotion.id, 0) >= promotion.max_per_contact:
        return Reason.USED
    return ""


def _quote(session: Session, trial: _Trial, considered: Collection[Considered] = ()) -> Quote:
    found = bona_fide.doubts(session, trial.package, trial.promotion, at=trial.at)
    return Quote(
        package=trial.package,
        promotion=trial.promotion,
        regular_cents=trial.regular,
        price_cents=trial.cents,
        currency=currency(),
        doubts=found,
        considered=tuple(considered),
    )


def currency() -> str:
    """The currency of all prices of this installation."""
    return settings.current().currency
