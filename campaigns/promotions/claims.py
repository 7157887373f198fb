"""What "save up to N %" may truthfully say: the number, which packages reach it, and the proof.

Let E be the packages in scope that are published, bookable on a free slot within the window, under
an open promotion that most of the audience may use, with a regular price that may be compared
with. N is supported if some package in E has `100 (R - P) >= N R`: integers only, never up.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from campaigns import clock, settings
from campaigns.accounts import queries as accounts
from campaigns.database import Session, remembered
from campaigns.language import translate as _
from campaigns.promotions import availability, bona_fide, pricing, queries
from campaigns.promotions.availability import Window
from campaigns.promotions.models import Promotion
from campaigns.promotions.pricing import Quote
from campaigns.promotions.standing import Standing, day_text, standing


@dataclass(frozen=True, slots=True)
class Excluded:
    """An offer that the claim does not count, and why, as one word and one sentence."""

    package_code: str
    promotion_code: str
    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Claim:
    """The most that "save up to" may say, with what it rests on; percent 0: nothing."""

    percent: int
    packages: tuple[Quote, ...]
    at_maximum: tuple[Quote, ...]
    excluded: tuple[Excluded, ...]
    through: date | None
    disclosure: str
    """The sentence that must stand in the message wherever the number does."""

    @property
    def of(self) -> int:
        """How many packages are counted."""
        return len(self.packages)

    @property
    def share_percent(self) -> int:
        """How many of a hundred packages reach the number, rounded down."""
        return 100 * len(self.at_maximum) // self.of if self.of else 0

    @property
    def reaches_enough(self) -> bool:
        """Whether enough packages are at the maximum to name it (PC-02)."""
        return 100 * len(self.at_maximum) >= settings.current().claim_share_percent * self.of > 0

    def supports(self, percent: int | Decimal) -> bool:
        """Whether "up to `percent` %" is true."""
        return 0 < percent <= self.percent


def best(
    session: Session,
    promotion_ids: Collection[int],
    *,
    at: datetime | None = None,
    language: str = "en",
) -> Claim:
    """What may be claimed over these promotions at a moment (default: now)."""
    moment = at or clock.now(session)
    key = ("claim", *sorted(promotion_ids), moment, language)
    return remembered(session, key, lambda: _best(session, promotion_ids, moment, language))


def _best(
    session: Session, promotion_ids: Collection[int], moment: datetime, language: str
) -> Claim:
    counted: dict[int, Quote] = {}
    excluded: list[Excluded] = []
    for promotion in queries.by_ids(session, promotion_ids):
        quotes, left_out = _counted(session, promotion, moment)
        excluded += left_out
        for quote in quotes:
            known = counted.get(quote.package.id)
            if known is None or quote.price_cents < known.price_cents:
                counted[quote.package.id] = quote
    return _claim(tuple(counted.values()), tuple(excluded), language)


def first_moment(session: Session, promotion_ids: Collection[int]) -> datetime:
    """The earliest moment at which all of these could be open: now, or when the last begins."""
    begins = [each.starts_at for each in queries.by_ids(session, promotion_ids)]
    return max([clock.now(session), *begins])


def _counted(
    session: Session, promotion: Promotion, at: datetime
) -> tuple[list[Quote], list[Excluded]]:
    refused = [
        Excluded(each.package.code, promotion.code, each.reason, _refused(each.reason))
        for each in pricing.refusals(session, promotion, at=at)
    ]
    codes = {each.package_code for each in refused}
    quotes: list[Quote] = []
    for quote in pricing.quotes(session, promotion.id, at=at):
        if quote.package.code in codes:
            continue
        obstacle = _obstacle(session, promotion, quote, at)
        if obstacle:
            refused.append(Excluded(quote.package.code, promotion.code, *obstacle))
        else:
            quotes.append(quote)
    return quotes, refused


def _obstacle(
    session: Session, promotion: Promotion, quote: Quote, at: datetime
) -> tuple[str, str] | None:
    if not promotion.in_claims:
        return "outside", "The promotion is outside the claim's scope."
    if promotion.new_contacts_only:
        return "restricted", "Only new contacts may use it, not most of the audience."
    if quote.doubts:
        return quote.doubts[0].value, bona_fide.sentence(quote.doubts[0], quote.package)
    window = booking_window(session, promotion, at)
    if not availability.has_free_slot(session, category=quote.package.category, window=window):
        return "no_free_slot", "No visit is free within the promotion's window."
    return None


def booking_window(session: Session, promotion: Promotion, at: datetime) -> Window:
    """When a first visit under this promotion may begin: to its end, or to its use-by day."""
    ends_at = promotion.ends_at
    if promotion.use_by:
        zone = accounts.organisation(session).zone
        after = datetime.combine(promotion.use_by + timedelta(days=1), time.min)
        ends_at = max(ends_at, clock.moment(after, zone).instant)
    return Window(max(at, promotion.starts_at), ends_at)


def _refused(reason: str) -> str:
    words = {
        pricing.Reason.NOT_PUBLISHED: "The package is a draft.",
        pricing.Reason.NOT_BOOKABLE: "The package cannot be booked.",
        pricing.Reason.NO_PRICE: "The package has no price.",
        pricing.Reason.NO_SAVING: "The price under the offer is not below the regular price.",
        Standing.NOT_READY: "The promotion is not approved yet.",
        Standing.NOT_STARTED: "The promotion has not begun.",
        Standing.PAUSED: "The promotion is paused.",
        Standing.ENDED: "The promotion is over.",
        Standing.EXHAUSTED: "The promotion is used up.",
        Standing.BUDGET: "The rest of the budget is smaller than this saving.",
    }
    return words[reason]  # type: ignore[index]


def _claim(quotes: tuple[Quote, ...], excluded: tuple[Excluded, ...], language: str) -> Claim:
    percent = max((each.percent for each in quotes), default=0)
    if not percent:
        return Claim(0, quotes, (), excluded, None, "")
    top = tuple(each for each in quotes if each.percent == percent)
    through = min(each.promotion.last_day for each in quotes if each.promotion)
    said = _disclosure(quotes, top, percent, through, language)
    return Claim(percent, quotes, top, excluded, through, said)


def _disclosure(
    quotes: tuple[Quote, ...], top: tuple[Quote, ...], percent: int, through: date, language: str
) -> str:
    named = ", ".join(_named(each, language) for each in top)
    sentences = [_("{percent}% on {named}.", language).format(percent=percent, named=named)]
    others = sorted({each.percent for each in quotes} - {percent})
    if others:
        low, high = others[0], others[-1]
        span = f"{low}" if low == high else f"{low}–{high}"
        sentences.append(_("Other packages {span}%.", language).format(span=span))
    counted = _("{top} of {of} promoted packages is at the maximum.", language)
    if len(top) > 1:
        counted = _("{top} of {of} promoted packages are at the maximum.", language)
    sentences.append(counted.format(top=len(top), of=len(quotes)))
    sentences.append(_("Through {day}.", language).format(day=day_text(through)))
    return " ".join(sentences)


def _named(quote: Quote, language: str) -> str:
    visits = _("{name} ({visits} visits, {regular} → {price})", language)
    if quote.package.visits == 1:
        visits = _("{name} ({regular} → {price})", language)
    return visits.format(
        name=quote.package.name,
        visits=quote.package.visits,
        regular=quote.regular,
        price=quote.price,
    )


def snapshot(session: Session, promotion_id: int, *, at: datetime | None = None) -> dict[str, Any]:
    """What a promotion promises at a moment, as JSON that is kept with a sent campaign."""
    moment = at or clock.now(session)
    promotion = queries.by_id(session, promotion_id)
    claim = best(session, [promotion_id], at=moment)
    return {
        "promotion": promotion.code,
        "name": promotion.name,
        "epoch": promotion.epoch,
        "standing": standing(session, promotion, at=moment).value,
        "at": moment.isoformat(),
        "last_day": promotion.last_day.isoformat(),
        "terms": promotion.terms,
        "claim_percent": claim.percent,
        "disclosure": claim.disclosure,
        "quotes": [
            {
                "package": each.package.code,
                "version": each.package.version,
                "regular_cents": each.regular_cents,
                "price_cents": each.price_cents,
                "percent": each.percent,
                "may_compare": each.may_compare,
            }
            for each in pricing.quotes(session, promotion_id, at=moment)
        ],
    }
