"""Put one package of a file or a form, its prices and its slots, into the catalogue."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from campaigns import clock
from campaigns.accounts import permissions
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Location, User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.errors import BadFile, Conflict
from campaigns.promotions import (
    availability,
    changes,
    files,
    lifecycle,
    pricing,
    queries,
    repricing,
)
from campaigns.promotions.changes import Report
from campaigns.promotions.files import Lined, PackageEntry, SlotsEntry
from campaigns.promotions.models import Package, PackagePrice

_SOLD = (
    "name",
    "category",
    "visits",
    "minutes_per_visit",
    "validity_months",
    "published",
    "bookable",
    "terms",
)


def take(session: Session, entry: PackageEntry, report: Report, *, actor: User) -> None:
    """Add a package or edit it; an edit raises the epoch of each promotion it touches."""
    sold = {name: getattr(entry, name) for name in _SOLD}
    known = session.scalar(
        select(Package).where(Package.code == entry.code).with_for_update(key_share=True)
    )
    if known is None:
        known = Package(code=entry.code, **sold)
        session.add(known)
        session.flush()
        _first_prices(session, known, entry)
        report.created.append(entry.code)
        return changes.say(session, actor, "add package", f"package {entry.code}", after=sold)
    before = changes.as_json({name: getattr(known, name) for name in _SOLD})
    edited = _edit_package(session, known, sold)
    priced = _change_price(session, known, entry.price)
    if not edited and not priced:
        report.unchanged.append(entry.code)
        return None
    touched = [promotion.id for _, promotion in queries.offers_on(session, known)]
    lifecycle.raise_epoch(session, touched)
    report.changed.append(entry.code)
    after = sold | {"cents": entry.price}
    return changes.say(
        session, actor, "edit package", f"package {entry.code}", before=before, after=after
    )


def _edit_package(session: Session, package: Package, sold: dict[str, Any]) -> bool:
    if all(getattr(package, name) == value for name, value in sold.items()):
        return False
    for name, value in sold.items():
        setattr(package, name, value)
    package.version += 1
    session.flush()
    return True


def _first_prices(session: Session, package: Package, entry: PackageEntry) -> None:
    now = clock.now(session)
    stood = [*((each.price, each.since_days) for each in entry.history)]
    stood.append((entry.price, entry.since_days))
    begins = [now - timedelta(days=days) for _, days in stood]
    ends: list[datetime | None] = [*begins[1:], None]
    for (cents, _), begin, end in zip(stood, begins, ends, strict=True):
        session.add(
            PackagePrice(package_id=package.id, cents=cents, valid_from=begin, valid_to=end)
        )
    session.flush()


def _change_price(session: Session, package: Package, cents: int) -> bool:
    """Close the price that stands and open the new one from now on."""
    now = clock.now(session)
    if pricing.regular_cents(session, package, at=now) == cents:
        return False
    repricing.put(session, package, cents=cents, at=now)
    return True


def add(session: Session, entry: PackageEntry, *, actor: User) -> Package:
    """A new package with its price; raises BadFile where the code is taken."""
    permissions.require(actor, Verb.EDIT_OFFERS)
    if any(each.code == entry.code for each in queries.packages(session)):
        raise BadFile(f"There is a package {entry.code} already.", field="code")
    take(session, entry, Report(), actor=actor)
    return queries.package(session, entry.code)


def edit(session: Session, entry: PackageEntry, *, actor: User, seen: int) -> Report:
    """Change what is sold under this code; raises Conflict where someone changed it meanwhile.

    `seen` is the version that the person looked at.
    """
    permissions.require(actor, Verb.EDIT_OFFERS)
    if queries.package(session, entry.code).version != seen:
        raise Conflict(
            "Someone changed this package while you were at it. Nothing of yours was saved: look "
            "at it as it is now, and change it again."
        )
    report = Report()
    take(session, entry, report, actor=actor)
    return report


def show(session: Session, package: Package, *, actor: User, sold: bool) -> None:
    """Retire a package, or bring it back: retired, nobody is offered it and nobody can book it."""
    permissions.require(actor, Verb.EDIT_OFFERS)
    if not _edit_package(session, package, {"published": sold, "bookable": sold}):
        return
    lifecycle.raise_epoch(session, [each.id for _, each in queries.offers_on(session, package)])
    verb = "bring back package" if sold else "retire package"
    changes.say(session, actor, verb, f"package {package.code}", after={"published": sold})


def open_slots(session: Session, opening: Lined[SlotsEntry]) -> int:
    """Open the slots that an entry asks for; how many are new."""
    location = _location(session, opening)
    return availability.make_slots(
        session,
        location_id=location.id,
        zone=location.zone,
        category=opening.entry.category,
        times=opening.entry.times,
        days=opening.entry.days,
        weekdays=[files.WEEKDAYS.index(each) for each in opening.entry.weekdays],
        capacity=opening.entry.capacity,
    )


def _location(session: Session, opening: Lined[SlotsEntry]) -> Location:
    known = accounts.locations(session)
    named = [each for each in known if opening.entry.location in {"", each.name}]
    if len(named) != 1:
        names = ", ".join(each.name for each in known) or "none yet"
        raise BadFile(f"Say at which location: {names}.", line=opening.line, field="location")
    return named[0]
