"""A regular price changes now or later, never in the past, and what follows is said before."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from campaigns.accounts.models import AuditEntry, Role, User
from campaigns.clock import Clock
from campaigns.database import Session
from campaigns.errors import BadFile, Conflict, Invalid, NotAllowed
from campaigns.promotions import catalogue, lifecycle, pricing, queries, repricing
from campaigns.promotions.bona_fide import Doubt
from campaigns.promotions.models import Package, Promotion
from tests.promotions import factories
from tests.promotions.factories import NOON, percent


@pytest.fixture
def package(session: Session, cora: User) -> Package:
    return factories.make_package(session)


@pytest.fixture
def promotion(session: Session, package: Package) -> Promotion:
    return factories.make_promotion(session, "package-savings", (package, percent(2600)))


def pass_time(session: Session, **step: float) -> None:
    row = session.get_one(Clock, True)
    row.shift += timedelta(**step)
    session.flush()
    session.info.clear()


def stood(session: Session, package: Package) -> list[int]:
    return [each.cents for each in queries.prices(session, package)]


def test_a_new_price_closes_the_one_that_stood_and_tells_its_promotions(
    session: Session, package: Package, promotion: Promotion, cora: User
) -> None:
    epoch = promotion.epoch
    repricing.change(session, package, cents=300_000, actor=cora)

    assert stood(session, package) == [255_000, 300_000]
    assert pricing.regular_cents(session, package) == 300_000
    assert promotion.epoch == epoch + 1, "campaigns that carry it are checked again"
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.verb, entry.before) == ("change price", {"cents": 255_000})
    assert entry.after == {"cents": 300_000, "from": NOON.isoformat()}


def test_a_planned_price_begins_by_itself_and_tells_the_promotions_then(
    session: Session, package: Package, promotion: Promotion, cora: User
) -> None:
    at = NOON + timedelta(days=2)
    repricing.change(session, package, cents=300_000, actor=cora, at=at)
    epoch = promotion.epoch
    found = repricing.planned(session, package)
    assert found is not None
    assert (found.cents, found.valid_from) == (300_000, at)
    assert pricing.regular_cents(session, package) == 255_000
    assert lifecycle.begin_prices(session) == 0

    pass_time(session, days=2)
    assert pricing.regular_cents(session, package) == 300_000
    lifecycle.tick(session)
    assert promotion.epoch == epoch + 1
    assert lifecycle.begin_prices(session) == 0
    assert repricing.planned(session, package) is None


def test_the_past_is_proof_and_stays(session: Session, package: Package, cora: User) -> None:
    with pytest.raises(Invalid, match="cannot change in the past"):
        repricing.change(
            session, package, cents=300_000, actor=cora, at=NOON - timedelta(minutes=1)
        )
    assert stood(session, package) == [255_000]


def test_one_price_is_planned_at_a_time_and_can_be_taken_back(
    session: Session, package: Package, promotion: Promotion, cora: User
) -> None:
    with pytest.raises(Conflict, match="nothing to take back"):
        repricing.withdraw(session, package, actor=cora)
    repricing.change(session, package, cents=300_000, actor=cora, at=NOON + timedelta(days=2))
    with pytest.raises(Conflict, match=r"\$3,000 is planned"):
        repricing.change(session, package, cents=280_000, actor=cora)

    epoch = promotion.epoch
    repricing.withdraw(session, package, actor=cora)
    assert stood(session, package) == [255_000]
    assert queries.prices(session, package)[0].valid_to is None
    assert promotion.epoch == epoch + 1


def test_the_same_price_or_two_in_one_moment_are_refused(
    session: Session, package: Package, cora: User
) -> None:
    with pytest.raises(Invalid, match="the price already"):
        repricing.change(session, package, cents=255_000, actor=cora)
    repricing.change(session, package, cents=300_000, actor=cora)
    with pytest.raises(BadFile, match="a moment ago"):
        repricing.change(session, package, cents=310_000, actor=cora)


def test_who_may_not_edit_offers_changes_no_price(session: Session, package: Package) -> None:
    desk = factories.make_user(session, "dana", Role.DESK)
    with pytest.raises(NotAllowed):
        repricing.change(session, package, cents=300_000, actor=desk)
    with pytest.raises(NotAllowed):
        repricing.withdraw(session, package, actor=desk)


def test_a_raise_is_foreseen_to_end_comparisons_for_four_weeks(
    session: Session, package: Package, promotion: Promotion
) -> None:
    (effect,) = repricing.foresee(session, package, cents=300_000)

    assert (effect.before_cents, effect.after_cents) == (188_700, 222_000)
    assert effect.gives
    assert effect.doubts == (Doubt.TOO_NEW, Doubt.RAISED)
    assert stood(session, package) == [255_000], "nothing was changed by looking"


def test_what_is_foreseen_is_what_comes(session: Session, package: Package, cora: User) -> None:
    later = factories.make_promotion(
        session,
        "winter",
        (package, percent(1000)),
        starts_at=repricing.comparable_after(NOON) + timedelta(days=12),
        ends_at=NOON + timedelta(days=60),
    )
    (effect,) = repricing.foresee(session, package, cents=300_000)
    assert effect.doubts == ()

    repricing.change(session, package, cents=300_000, actor=cora)
    pass_time(session, days=40)
    (quote,) = pricing.quotes(session, later.id)
    assert quote.doubts == ()
    assert quote.price_cents == effect.after_cents


def test_a_fixed_price_above_the_new_one_gives_nothing_any_more(
    session: Session, package: Package
) -> None:
    factories.make_promotion(session, "fixed", (package, {"fixed_price_cents": 200_000}))
    (effect,) = repricing.foresee(session, package, cents=190_000)
    assert not effect.gives


def test_what_is_over_by_then_is_not_touched(
    session: Session, package: Package, promotion: Promotion, cora: User
) -> None:
    at = promotion.ends_at + timedelta(days=1)
    assert repricing.foresee(session, package, cents=300_000, at=at) == []
    lifecycle.end(session, promotion, actor=cora)
    assert repricing.foresee(session, package, cents=300_000) == []


def test_a_file_does_not_overrule_a_planned_price(
    session: Session, package: Package, cora: User
) -> None:
    from campaigns.promotions import importing

    repricing.change(session, package, cents=300_000, actor=cora, at=NOON + timedelta(days=2))
    line = "packages:\n  - {code: SER-6, name: X, category: infusion, visits: 6, "
    with pytest.raises(Conflict, match="is planned"):
        importing.import_packages(
            session, line + "minutes_per_visit: 105, price: 2000}", actor=cora
        )


def test_a_retired_package_is_offered_to_nobody_and_comes_back(
    session: Session, package: Package, promotion: Promotion, cora: User
) -> None:
    epoch = promotion.epoch
    catalogue.show(session, package, actor=cora, sold=False)
    catalogue.show(session, package, actor=cora, sold=False)

    assert pricing.quotes(session, promotion.id) == []
    assert promotion.epoch == epoch + 1, "twice is once"
    catalogue.show(session, package, actor=cora, sold=True)
    assert len(pricing.quotes(session, promotion.id)) == 1
    verbs = session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs == ["retire package", "bring back package"]
