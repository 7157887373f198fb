"""Change a regular price, now or from a later moment, and say before what that does to promotions.

A price that stood is never rewritten: it is the proof behind every comparison that was made.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns import clock, settings
from campaigns.accounts import permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.errors import BadFile, Conflict, Invalid
from campaigns.money import Money
from campaigns.promotions import bona_fide, changes, lifecycle, pricing, queries
from campaigns.promotions.bona_fide import Doubt
from campaigns.promotions.models import Package, PackagePrice, Promotion


@dataclass(frozen=True, slots=True)
class Effect:
    """What a new regular price does to one promotion of the package."""

    promotion: Promotion
    before_cents: int
    after_cents: int
    regular_cents: int
    doubts: tuple[Doubt, ...]
    """What will speak against comparing with the new price, for as long as the promotion lasts."""

    @property
    def gives(self) -> bool:
        """Whether anything is still saved."""
        return 0 < self.after_cents < self.regular_cents


def change(
    session: Session, package: Package, *, cents: int, actor: User, at: datetime | None = None
) -> None:
    """A new regular price from a moment on (None: now); raises Invalid or Conflict."""
    permissions.require(actor, Verb.EDIT_OFFERS)
    now = clock.now(session)
    moment = at or now
    if moment < now:
        raise Invalid(
            "A price cannot change in the past: what was asked then is the proof behind earlier "
            "comparisons. Choose a moment from now on."
        )
    before = pricing.regular_cents(session, package, at=now)
    put(session, package, cents=cents, at=moment)
    lifecycle.raise_epoch(session, [each.id for _, each in queries.offers_on(session, package)])
    subject = f"package {package.code}"
    after = {"cents": cents, "from": moment.isoformat()}
    changes.say(session, actor, "change price", subject, before={"cents": before}, after=after)


def withdraw(session: Session, package: Package, *, actor: User) -> None:
    """Take a planned price back before it begins; raises Conflict where there is none."""
    permissions.require(actor, Verb.EDIT_OFFERS)
    *_, last = queries.prices(session, package)
    if last.valid_from <= clock.now(session):
        raise Conflict("No later price is planned: there is nothing to take back.")
    before = {"cents": last.cents, "from": last.valid_from.isoformat()}
    session.delete(last)
    session.flush()
    queries.prices(session, package)[-1].valid_to = None
    session.flush()
    lifecycle.raise_epoch(session, [each.id for _, each in queries.offers_on(session, package)])
    subject = f"package {package.code}"
    changes.say(session, actor, "withdraw planned price", subject, before=before, after={})


def put(session: Session, package: Package, *, cents: int, at: datetime) -> None:
    """Close the price that stands at that moment and open the new one."""
    now = clock.now(session)
    last = queries.prices(session, package)[-1]
    if last.valid_from > now:
        planned = Money(last.cents, settings.current().currency)
        raise Conflict(
            f"{planned} is planned for {package.name} already. Take that back before you set "
            "another price."
        )
    if last.cents == cents:
        raise Invalid("This is the price already.")
    if last.valid_from >= at:
        raise BadFile(f"The price of {package.code} was set a moment ago; try again.")
    last.valid_to = at
    session.flush()
    session.add(
        PackagePrice(package_id=package.id, cents=cents, valid_from=at, announced=at <= now)
    )
    session.flush()


def planned(session: Session, package: Package) -> PackagePrice | None:
    """The price that will stand later, where one is set."""
    prices = queries.prices(session, package)
    return prices[-1] if prices and prices[-1].valid_from > clock.now(session) else None


def foresee(
    session: Session, package: Package, *, cents: int, at: datetime | None = None
) -> list[Effect]:
    """What this price would do to each promotion of the package that is not over by then."""
    now = clock.now(session)
    moment = at or now
    regular = pricing.regular_cents(session, package, at=now)
    prices = _as_if(queries.prices(session, package), package, cents, moment)
    windows = queries.windows_on(session, package)
    effects = []
    for offer, promotion in queries.offers_on(session, package):
        if promotion.ends_at <= moment or promotion.status in lifecycle.OVER:
            continue
        began = promotion.starts_at
        at_first = max(moment, began)
        effects.append(
            Effect(
                promotion=promotion,
                before_cents=pricing.offer_cents(offer, regular),
                after_cents=pricing.offer_cents(offer, cents),
                regular_cents=cents,
                doubts=bona_fide.doubts_over(prices, windows, began, at=at_first),
            )
        )
    return effects


def comparable_after(at: datetime) -> datetime:
    """From when a promotion may compare with a price that began then, if none runs before it."""
    configured = settings.current()
    days = max(configured.reference_days_offered, configured.reference_days_unraised)
    return at + timedelta(days=days)


def _as_if(
    prices: list[PackagePrice], package: Package, cents: int, at: datetime
) -> list[PackagePrice]:
    """The history with this price in it; nothing is stored."""
    kept = [
        PackagePrice(
            package_id=package.id,
            cents=each.cents,
            valid_from=each.valid_from,
            valid_to=at if each.valid_to is None else each.valid_to,
        )
        for each in prices
        if each.valid_from < at
    ]
    return [*kept, PackagePrice(package_id=package.id, cents=cents, valid_from=at, valid_to=None)]
