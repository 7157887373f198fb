"""Put one promotion of a file or a form, its window and its offers, into the tables."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, select

from campaigns import clock
from campaigns.accounts import permissions
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.errors import BadFile, BedsideError, Conflict
from campaigns.promotions import changes, codes, lifecycle, queries
from campaigns.promotions.changes import Report
from campaigns.promotions.files import Lined, PromotionEntry
from campaigns.promotions.models import Offer, Promotion, PromotionStatus

_PROMISED = (
    "name",
    "max_redemptions",
    "max_per_contact",
    "new_contacts_only",
    "in_claims",
    "priority",
    "terms",
)


def take(session: Session, lined: Lined[PromotionEntry], report: Report, *, actor: User) -> None:
    """Add a promotion or edit it, which raises its epoch; raises BadFile with the line."""
    entry = lined.entry
    offers = _offers(session, lined)
    known = session.scalar(select(Promotion).where(Promotion.code == entry.code))
    promised = {name: getattr(entry, name) for name in _PROMISED}
    promised |= {"budget_cents": entry.budget, "use_by": entry.use_by, "code_mode": entry.codes}
    promised |= _window(session, lined, known)
    if known is None:
        known = lifecycle.create(session, draft=entry.draft, code=entry.code, **promised)
        _put_offers(session, known, offers)
        _share(session, known, lined)
        report.created.append(entry.code)
        return changes.say(
            session, actor, "add promotion", f"promotion {entry.code}", after=promised
        )
    before = changes.as_json({name: getattr(known, name) for name in promised})
    if not _edit_promotion(session, known, promised, offers, lined):
        report.unchanged.append(entry.code)
        return None
    report.changed.append(entry.code)
    subject = f"promotion {entry.code}"
    return changes.say(session, actor, "edit promotion", subject, before=before, after=promised)


def add(session: Session, entry: PromotionEntry, *, actor: User) -> Promotion:
    """A new promotion; raises BadFile naming the field that is wrong."""
    permissions.require(actor, Verb.EDIT_OFFERS)
    if any(each.code == entry.code for each in queries.listed(session)):
        raise BadFile(f"There is a promotion {entry.code} already.", field="code")
    take(session, Lined(0, entry), Report(), actor=actor)
    return queries.named(session, entry.code)


def edit(session: Session, entry: PromotionEntry, *, actor: User, seen: int) -> Report:
    """Change a promotion; raises Conflict where someone changed it, or what it is on, meanwhile.

    `seen` is the epoch that the person looked at.
    """
    permissions.require(actor, Verb.EDIT_OFFERS)
    known = queries.named(session, entry.code)
    lifecycle.lock(session, [known.id])
    session.refresh(known)
    if known.epoch != seen:
        raise Conflict(
            "Someone changed this promotion or a package in it while you were at it. Nothing of "
            "yours was saved: look at it as it is now, and change it again."
        )
    report = Report()
    take(session, Lined(0, entry), report, actor=actor)
    return report


def publish(session: Session, promotion: Promotion, *, actor: User) -> None:
    """A draft goes live with its window; raises NotInState where it is none."""
    permissions.require(actor, Verb.EDIT_OFFERS)
    lifecycle.publish(session, promotion)
    after = {"status": promotion.status.value}
    changes.say(session, actor, "publish promotion", f"promotion {promotion.code}", after=after)


def _edit_promotion(
    session: Session,
    known: Promotion,
    promised: dict[str, Any],
    offers: dict[int, dict[str, int | None]],
    lined: Lined[PromotionEntry],
) -> bool:
    standing = {offer.package_id: _ways(offer) for offer, _ in queries.offers(session, [known.id])}
    publishes = known.status is PromotionStatus.DRAFT and not lined.entry.draft
    edited = {name: v for name, v in promised.items() if getattr(known, name) != v}
    shares = _share(session, known, lined)
    if not (edited or publishes or shares or standing != offers):
        return False
    try:
        lifecycle.edit(session, known, **edited)
    except BedsideError as error:
        raise BadFile(str(error), line=lined.line) from error
    _put_offers(session, known, offers)
    if publishes:
        lifecycle.publish(session, known)
    return True


def _share(session: Session, promotion: Promotion, lined: Lined[PromotionEntry]) -> bool:
    if not lined.entry.shared_code:
        return False
    try:
        return codes.share(session, promotion, lined.entry.shared_code)
    except BedsideError as error:
        raise BadFile(str(error), line=lined.line, field="shared_code") from error


def _offers(session: Session, lined: Lined[PromotionEntry]) -> dict[int, dict[str, int | None]]:
    known = {each.code: each for each in queries.packages(session)}
    regular = queries.regular_cents(session, at=clock.now(session))
    found: dict[int, dict[str, int | None]] = {}
    for code, way in lined.entry.offers.items():
        if code not in known:
            sentence = f"{lined.entry.code}: there is no package {code}."
            raise BadFile(sentence, line=lined.line, field=f"value-{code}")
        package_id = known[code].id
        if max(way.amount or 0, way.price or 0) >= regular[package_id]:
            raise BadFile(
                f"{lined.entry.code}: the offer on {code} is not below its regular price.",
                line=lined.line,
                field=f"value-{code}",
            )
        found[package_id] = {
            "percent_bp": way.percent,
            "amount_cents": way.amount,
            "fixed_price_cents": way.price,
        }
    return found


def _put_offers(
    session: Session, promotion: Promotion, offers: dict[int, dict[str, int | None]]
) -> None:
    session.execute(delete(Offer).where(Offer.promotion_id == promotion.id))
    for package_id, ways in offers.items():
        session.add(Offer(promotion_id=promotion.id, package_id=package_id, **ways))
    session.flush()


def _ways(offer: Offer) -> dict[str, int | None]:
    return {
        "percent_bp": offer.percent_bp,
        "amount_cents": offer.amount_cents,
        "fixed_price_cents": offer.fixed_price_cents,
    }


def _window(
    session: Session, lined: Lined[PromotionEntry], known: Promotion | None
) -> dict[str, Any]:
    """The half-open window on the clinic's calendar; counted days only count the first time."""
    entry, zone = lined.entry, accounts.organisation(session).zone
    today = clock.now(session).astimezone(clock.zone(zone)).date()
    first = entry.starts
    if first is None:
        first = today + timedelta(days=entry.starts_in_days or 0)
        if known is not None:
            first = known.starts_at.astimezone(clock.zone(zone)).date()
    last_day = entry.last_day or first + timedelta(days=(entry.lasts_days or 1) - 1)
    if last_day < first:
        sentence = f"{entry.code} ends before it begins."
        raise BadFile(sentence, line=lined.line, field="last_day")
    if entry.use_by and entry.use_by < last_day:
        sentence = f"{entry.code}: use_by is before the last day."
        raise BadFile(sentence, line=lined.line, field="use_by")
    return {
        "starts_at": _midnight(first, zone),
        "ends_at": _midnight(last_day + timedelta(days=1), zone),
        "last_day": last_day,
    }


def _midnight(day: date, zone: str) -> datetime:
    return clock.moment(datetime.combine(day, time.min), zone).instant
