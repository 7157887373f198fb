"""What a message may say of its promotions: every number is asked of the promotion, none typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns import clock
from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.promotions import claims, codes, pricing, queries
from campaigns.promotions.claims import Claim
from campaigns.promotions.models import CodeMode, Promotion
from campaigns.promotions.pricing import Quote
from campaigns.promotions.standing import day_text


@dataclass(frozen=True, slots=True)
class OfferView:
    """A promotion as its blocks show it."""

    code: str
    name: str
    percent: int
    """What "save up to" may say; 0 where nothing may be said."""
    disclosure: str
    rows: tuple[Quote, ...]
    first_day: str
    last_day: str
    terms: str
    code_mode: CodeMode
    shared_code: str
    per_contact: int
    places: int | None
    new_contacts_only: bool


@dataclass(frozen=True, slots=True)
class Offers:
    """The promotions that a campaign carries."""

    claim: Claim
    views: tuple[OfferView, ...]
    through: str

    def named(self, code: str | None) -> OfferView:
        """The promotion that a block names, or the only one; raises Invalid."""
        if code is None and len(self.views) == 1:
            return self.views[0]
        found = [each for each in self.views if each.code == code]
        if not found:
            carried = ", ".join(each.code for each in self.views) or "none"
            raise Invalid(
                f"An offer block needs a promotion of this campaign, not {code}; it has {carried}."
            )
        return found[0]

    def values(self) -> dict[str, str]:
        """What staff text may name of them; empty without a promotion."""
        if not self.views:
            return {}
        named = {"promotion": self.views[0].name, "last_day": self.through}
        return named | ({"saving": f"{self.claim.percent}%"} if self.claim.percent else {})

    def why_no_saving(self) -> str:
        """Why no saving can be named at the moment."""
        return " ".join(sorted({each.sentence for each in self.claim.excluded}))


def of(session: Session, promotion_ids: Sequence[int], *, zone: str, language: str) -> Offers:
    """What these promotions promise now, or as soon as the last of them begins."""
    promotions = queries.by_ids(session, promotion_ids)
    at = claims.first_moment(session, promotion_ids)
    return Offers(
        claim=claims.best(session, promotion_ids, at=at, language=language),
        views=tuple(_view(session, each, zone, language, at=at) for each in promotions),
        through=f"{min(each.last_day for each in promotions):%-d %b}" if promotions else "",
    )


def _view(
    session: Session, promotion: Promotion, zone: str, language: str, *, at: datetime
) -> OfferView:
    claim = claims.best(session, [promotion.id], at=at, language=language)
    starts_at = promotion.starts_at.astimezone(clock.zone(zone))
    return OfferView(
        code=promotion.code,
        name=promotion.name,
        percent=claim.percent,
        disclosure=claim.disclosure,
        rows=tuple(pricing.quotes(session, promotion.id, at=at)),
        first_day=day_text(starts_at.date()),
        last_day=day_text(promotion.last_day),
        terms=promotion.terms,
        code_mode=promotion.code_mode,
        shared_code=codes.shared_word(session, promotion),
        per_contact=promotion.max_per_contact,
        places=promotion.max_redemptions,
        new_contacts_only=promotion.new_contacts_only,
    )
