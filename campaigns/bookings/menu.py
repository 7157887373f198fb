"""What a booking page offers one reader: packages at their price, and the times still free."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.bookings import queries, quoting
from campaigns.database import Session
from campaigns.delivery.models import Delivery
from campaigns.errors import Conflict, OfferEnded
from campaigns.promotions import availability, codes, pricing
from campaigns.promotions import queries as catalogue
from campaigns.promotions.availability import Window
from campaigns.promotions.models import CodeMode, Promotion
from campaigns.promotions.pricing import Quote
from campaigns.promotions.standing import Standing, sentence, standing

AHEAD = timedelta(days=45)
"""How far into the future times are shown."""


@dataclass(frozen=True, slots=True)
class Time:
    """One moment that can be chosen."""

    slot_id: int
    clock: str
    place: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day with its free times, on the wall calendar of the place."""

    day: date
    times: tuple[Time, ...]


@dataclass(frozen=True, slots=True)
class Menu:
    """What can be booked through one link."""

    quotes: tuple[Quote, ...]
    days: dict[str, tuple[Day, ...]]
    """Free times by the packages' category."""
    regular: bool

    @property
    def promotions(self) -> tuple[Promotion, ...]:
        """The promotions that give these prices, each once."""
        found = {each.promotion.id: each.promotion for each in self.quotes if each.promotion}
        return tuple(found.values())

    @property
    def coded(self) -> tuple[Promotion, ...]:
        """The promotions among them that a promo code opens."""
        return tuple(each for each in self.promotions if each.code_mode is not CodeMode.NONE)


def offered(session: Session, delivery: Delivery, *, language: str = "en") -> Menu:
    """What the campaign's promotions give this reader; raises why when they give nothing."""
    promotions = queries.promotions_of(session, delivery.campaign_id)
    packages = {
        package.id: package
        for _, package in catalogue.offers(session, [each.id for each in promotions])
    }
    found = [
        quoting.quote(session, each, delivery=delivery, regular=False)
        for each in packages.values()
        if each.published and each.bookable
    ]
    given = [each for each in found if each.promotion]
    if not given:
        raise _why_nothing(session, found, delivery, language)
    return _menu(session, given, regular=False)


def at_regular_price(session: Session) -> Menu:
    """Everything that can be booked, without any offer."""
    now = clock.now(session)
    priced = catalogue.regular_cents(session, at=now)
    packages = [
        each
        for each in catalogue.packages(session)
        if each.published and each.bookable and each.id in priced
    ]
    quotes = [pricing.price(session, each, promotion_ids=()) for each in packages]
    return _menu(session, quotes, regular=True)


def code_to_show(session: Session, menu: Menu, delivery: Delivery) -> str:
    """The promo code to fill in for the reader; empty where the message carries none."""
    if len(menu.coded) != 1 or queries.carried_code(session, delivery, menu.coded[0]) is None:
        return ""
    if menu.coded[0].code_mode is CodeMode.SHARED:
        return codes.shared_word(session, menu.coded[0])
    return codes.of_contact(menu.coded[0], delivery.contact_id)


def days(
    session: Session, *, category: str, until: date | None = None, without: int = 0
) -> tuple[Day, ...]:
    """The free times of a category by day, up to and with this day (ix_slot_starts_at)."""
    now = clock.now(session)
    places = {each.id: each for each in accounts.locations(session)}
    several = len(places) > 1
    slots = availability.free_slots(session, category=category, window=Window(now, now + AHEAD))
    moments = sorted(
        (
            (slot, slot.starts_at.astimezone(clock.zone(places[slot.location_id].zone)))
            for slot in slots
            if slot.id != without
        ),
        key=lambda each: (each[1].date(), each[1]),
    )
    return tuple(
        Day(
            day,
            tuple(
                Time(slot.id, f"{at:%H:%M}", places[slot.location_id].name if several else "")
                for slot, at in group
            ),
        )
        for day, group in groupby(moments, key=lambda each: each[1].date())
        if until is None or day <= until
    )


def _menu(session: Session, quotes: Iterable[Quote], *, regular: bool) -> Menu:
    found = tuple(quotes)
    categories = dict.fromkeys(each.package.category for each in found)
    return Menu(
        quotes=found,
        days={
            each: days(session, category=each, until=_last_use(found, each)) for each in categories
        },
        regular=regular,
    )


def _last_use(quotes: Iterable[Quote], category: str) -> date | None:
    """The last day on which any package of this category may begin; None where one has no end."""
    last = [
        each.promotion.use_by if each.promotion else None
        for each in quotes
        if each.package.category == category
    ]
    known = [each for each in last if each is not None]
    return max(known) if len(known) == len(last) else None


def _why_nothing(
    session: Session, found: list[Quote], delivery: Delivery, language: str
) -> Conflict:
    promotions = queries.promotions_of(session, delivery.campaign_id)
    standings = [(each, standing(session, each)) for each in promotions]
    if standings and all(each is not Standing.OPEN for _, each in standings):
        promotion, reason = standings[0]
        return OfferEnded(sentence(reason, promotion, language=language), reason=reason)
    refused = next((each for each in found if each.considered), None)
    return quoting.refusal(session, refused, delivery=delivery, language=language)
