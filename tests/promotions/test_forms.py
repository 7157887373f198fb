"""A form takes packages and promotions in as a file does, and never over someone else's edit."""

from datetime import date, timedelta
from typing import Any

import pytest

from campaigns.accounts.models import Role, User
from campaigns.database import Session
from campaigns.errors import BadFile, Conflict, NotAllowed, NotInState
from campaigns.promotions import catalogue, codes, lifecycle, occasions, pricing, queries
from campaigns.promotions.files import OfferEntry, PackageEntry, PromotionEntry
from campaigns.promotions.models import CodeMode, Package, PromotionStatus
from tests.promotions import factories

S = PromotionStatus


@pytest.fixture
def package(session: Session, cora: User) -> Package:
    return factories.make_package(session)


def sold(**changes: Any) -> PackageEntry:
    values: dict[str, Any] = {
        "code": "SER-6",
        "name": "Package SER-6",
        "category": "infusion",
        "visits": 6,
        "minutes_per_visit": 105,
        "price": "2,550",
    }
    return PackageEntry(**(values | changes))


def promised(**changes: Any) -> PromotionEntry:
    values: dict[str, Any] = {
        "code": "winter",
        "name": "Winter",
        "draft": True,
        "starts": date(2026, 12, 1),
        "last_day": date(2026, 12, 20),
        "terms": "One for each person.",
        "offers": {"SER-6": OfferEntry(percent="26")},
    }
    return PromotionEntry(**(values | changes))


def test_a_package_is_added_once(session: Session, cora: User) -> None:
    made = catalogue.add(session, sold(code="NEW-1"), actor=cora)
    assert pricing.regular_cents(session, made) == 255_000
    with pytest.raises(BadFile, match="NEW-1 already") as refused:
        catalogue.add(session, sold(code="NEW-1"), actor=cora)
    assert refused.value.field == "code"


def test_an_edit_that_looked_at_an_older_package_is_refused(
    session: Session, package: Package, cora: User
) -> None:
    seen = package.version
    catalogue.edit(session, sold(name="First"), actor=cora, seen=seen)
    with pytest.raises(Conflict, match="Someone changed this package"):
        catalogue.edit(session, sold(name="Second"), actor=cora, seen=seen)
    assert package.name == "First"


def test_a_draft_is_published_into_its_window(
    session: Session, package: Package, cora: User
) -> None:
    made = occasions.add(session, promised(), actor=cora)
    assert queries.named(session, "winter").status is S.DRAFT
    occasions.edit(session, promised(name="Winter days"), actor=cora, seen=made.epoch)
    assert (made.status, made.name) == (S.DRAFT, "Winter days"), "saving does not publish"

    occasions.publish(session, made, actor=cora)
    assert queries.named(session, "winter").status is S.SCHEDULED
    with pytest.raises(NotInState, match="cannot be published"):
        occasions.publish(session, made, actor=cora)
    lifecycle.withdraw(session, made, actor=cora)
    assert queries.named(session, "winter").status is S.DRAFT
    with pytest.raises(NotInState, match="cannot be withdrawn"):
        lifecycle.withdraw(session, made, actor=cora)


def test_an_edit_that_looked_at_an_older_promotion_is_refused(
    session: Session, package: Package, cora: User
) -> None:
    made = occasions.add(session, promised(), actor=cora)
    seen = made.epoch
    occasions.edit(session, promised(name="First"), actor=cora, seen=seen)
    with pytest.raises(Conflict, match="Someone changed this promotion"):
        occasions.edit(session, promised(name="Second"), actor=cora, seen=seen)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_day": date(2026, 11, 1)}, "last_day"),
        ({"use_by": date(2026, 12, 2)}, "use_by"),
        ({"offers": {"SER-6": OfferEntry(price="2,550")}}, "value-SER-6"),
        ({"offers": {"NONE-1": OfferEntry(percent="5")}}, "value-NONE-1"),
        ({"codes": CodeMode.SHARED, "shared_code": "x"}, "shared_code"),
    ],
)
def test_what_is_wrong_names_its_field(
    session: Session, package: Package, cora: User, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadFile) as refused:
        occasions.add(session, promised(**changes), actor=cora)
    assert refused.value.field == field


def test_a_code_is_given_to_one_promotion(session: Session, package: Package, cora: User) -> None:
    occasions.add(session, promised(codes=CodeMode.SHARED, shared_code="WINTER"), actor=cora)
    assert codes.shared_word(session, queries.named(session, "winter")) == "WINTER"
    with pytest.raises(BadFile, match="winter already"):
        occasions.add(session, promised(), actor=cora)


def test_who_may_not_edit_offers_takes_nothing_in(session: Session, package: Package) -> None:
    desk = factories.make_user(session, "dana", Role.DESK)
    made = factories.make_promotion(session, "later", starts_at=factories.NOON + timedelta(days=1))
    for deed in (
        lambda: catalogue.add(session, sold(code="X1"), actor=desk),
        lambda: catalogue.edit(session, sold(), actor=desk, seen=1),
        lambda: catalogue.show(session, package, actor=desk, sold=False),
        lambda: occasions.add(session, promised(), actor=desk),
        lambda: occasions.edit(session, promised(code="later"), actor=desk, seen=1),
        lambda: occasions.publish(session, made, actor=desk),
        lambda: lifecycle.withdraw(session, made, actor=desk),
    ):
        with pytest.raises(NotAllowed):
            deed()
