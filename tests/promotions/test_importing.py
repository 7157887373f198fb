"""Packages and promotions from YAML: taken in once, edited with care, refused with the line."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campaigns import local
from campaigns.accounts.models import AuditEntry, Role, User
from campaigns.database import Session
from campaigns.errors import BadFile, NotAllowed, NotFound
from campaigns.promotions import claims, codes, importing, pricing, queries
from campaigns.promotions.models import PackagePrice, PromotionStatus, Slot
from tests.promotions.factories import NOON, make_place, make_user, stop_clock

SAMPLE = Path(local.__file__).parent / "sample"
PACKAGES = (SAMPLE / "packages.yaml").read_text()
PROMOTIONS = (SAMPLE / "promotions.yaml").read_text()

PACKAGE = """packages:
  - code: SER-6
    name: Initial series
    category: infusion
    visits: 6
    minutes_per_visit: 105
    price: "2,550"
    since_days: 100
"""
PROMOTION = """promotions:
  - code: savings
    name: Savings
    starts: 2026-11-20
    last_day: 2026-12-12
    terms: One for each person.
    offers:
      SER-6: {percent: 26}
"""


@pytest.fixture
def demo(session: Session, cora: User) -> None:
    """The demo's whole catalogue."""
    importing.import_packages(session, PACKAGES, actor=cora)
    importing.import_promotions(session, PROMOTIONS, actor=cora)


@pytest.fixture
def series(session: Session, cora: User) -> None:
    """One package and one promotion."""
    importing.import_packages(session, PACKAGE, actor=cora)
    importing.import_promotions(session, PROMOTION, actor=cora)


@pytest.mark.usefixtures("demo")
def test_the_demo_gives_the_prices_of_its_table(session: Session) -> None:
    def table(code: str) -> dict[str, tuple[str, int, bool]]:
        quotes = pricing.quotes(session, queries.named(session, code).id)
        return {q.package.code: (str(q.price), q.percent, q.may_compare) for q in quotes}

    assert table("package-savings") == {
        "SER-3": ("$1,122", 15, True),
        "SER-6": ("$1,887", 26, True),
        "BST-4": ("$1,230", 18, True),
        "EXT-3": ("$2,880", 20, True),
    }
    assert table("booster-week") == {"BST-1": ("$325", 18, True)}
    assert table("first-visit") == {"CONSULT": ("$99", 34, False)}


@pytest.mark.usefixtures("demo")
def test_the_demo_claims_26_percent_over_everything_it_offers(session: Session) -> None:
    claim = claims.best(session, [each.id for each in queries.listed(session)])
    assert (claim.percent, len(claim.at_maximum), claim.of) == (26, 1, 5)


@pytest.mark.usefixtures("demo")
def test_the_demo_has_slots_on_workdays_for_a_month(session: Session) -> None:
    assert session.query(Slot).count() == 22 * 5
    assert {each.starts_at.weekday() for each in session.query(Slot)} == {0, 1, 2, 3, 4}


@pytest.mark.usefixtures("demo")
def test_the_same_files_once_more_change_nothing(session: Session, cora: User) -> None:
    told = session.query(AuditEntry).count()
    packages = importing.import_packages(session, PACKAGES, actor=cora)
    promotions = importing.import_promotions(session, PROMOTIONS, actor=cora)
    assert not packages.has_changes
    assert not promotions.has_changes
    assert (len(packages.unchanged), len(promotions.unchanged)) == (8, 3)
    assert {each.epoch for each in queries.listed(session)} == {1}
    assert session.query(AuditEntry).count() == told


@pytest.mark.usefixtures("demo")
def test_days_counted_from_today_count_only_the_first_time(session: Session, cora: User) -> None:
    before = queries.named(session, "package-savings").ends_at
    # A Thursday: within 30 days it is one more workday, Christmas Day.
    stop_clock(session, NOON + timedelta(days=2))
    again = importing.import_promotions(session, PROMOTIONS, actor=cora)
    assert again.unchanged == ["package-savings", "booster-week", "first-visit"]
    assert queries.named(session, "package-savings").ends_at == before
    assert importing.import_packages(session, PACKAGES, actor=cora).slots == 5


@pytest.mark.usefixtures("series")
def test_a_window_is_half_open_on_the_clinics_calendar(session: Session) -> None:
    promotion = queries.named(session, "savings")
    assert promotion.starts_at == datetime(2026, 11, 20, 6, tzinfo=UTC)
    assert promotion.ends_at == datetime(2026, 12, 13, 6, tzinfo=UTC)
    assert promotion.status is PromotionStatus.ACTIVE


@pytest.mark.usefixtures("series")
def test_a_new_price_closes_the_old_one_and_raises_the_epoch(session: Session, cora: User) -> None:
    dearer = PACKAGE.replace("2,550", "2,600")
    assert importing.import_packages(session, dearer, actor=cora).changed == ["SER-6"]
    package = queries.package(session, "SER-6")
    old, new = queries.prices(session, package)
    assert (old.cents, old.valid_to) == (255_000, NOON)
    assert (new.cents, new.valid_from, new.valid_to) == (260_000, NOON, None)
    assert queries.named(session, "savings").epoch == 2
    assert package.version == 1
    with pytest.raises(BadFile, match="set a moment ago"):
        importing.import_packages(session, PACKAGE, actor=cora)


@pytest.mark.usefixtures("series")
def test_an_edited_package_is_a_new_version_and_raises_the_epoch(
    session: Session, cora: User
) -> None:
    closed = PACKAGE + "    bookable: false\n"
    assert importing.import_packages(session, closed, actor=cora).changed == ["SER-6"]
    package = queries.package(session, "SER-6")
    assert (package.version, package.bookable) == (2, False)
    assert queries.named(session, "savings").epoch == 2
    assert session.query(PackagePrice).count() == 1


@pytest.mark.usefixtures("series")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("percent: 26", "percent: 12.5"),
        ("percent: 26", 'amount: "75"'),
        ("One for each person.", "Two for each person."),
        ("last_day: 2026-12-12", "last_day: 2026-12-19\n    use_by: 2027-01-31"),
        ("name: Savings", "name: More savings\n    budget: 12,000"),
    ],
)
def test_an_edited_promotion_raises_its_epoch(
    session: Session, cora: User, old: str, new: str
) -> None:
    edited = PROMOTION.replace(old, new)
    assert importing.import_promotions(session, edited, actor=cora).changed == ["savings"]
    assert queries.named(session, "savings").epoch == 2
    assert not importing.import_promotions(session, edited, actor=cora).has_changes


def test_a_draft_is_published_by_saying_so(session: Session, cora: User) -> None:
    importing.import_packages(session, PACKAGE, actor=cora)
    draft = PROMOTION.replace("name: Savings", "name: Savings\n    draft: true")
    importing.import_promotions(session, draft, actor=cora)
    assert not importing.import_promotions(session, draft, actor=cora).has_changes
    assert queries.named(session, "savings").status is PromotionStatus.DRAFT
    importing.import_promotions(session, PROMOTION, actor=cora)
    assert queries.named(session, "savings").status is PromotionStatus.ACTIVE


def test_a_shared_code_comes_with_its_promotion(session: Session, cora: User) -> None:
    importing.import_packages(session, PACKAGE, actor=cora)
    shared = PROMOTION.replace(
        "    offers", "    codes: shared\n    shared_code: save26\n    offers"
    )
    importing.import_promotions(session, shared, actor=cora)
    promotion = queries.named(session, "savings")
    assert codes.find(session, "SAVE26").promotion_id == promotion.id
    renamed = shared.replace("save26", "autumn")
    assert importing.import_promotions(session, renamed, actor=cora).changed == ["savings"]
    assert codes.shared_word(session, promotion) == "AUTUMN"
    other = shared.replace("code: savings", "code: other").replace("save26", "autumn")
    with pytest.raises(BadFile, match="line 2: The promo code AUTUMN belongs to another"):
        importing.import_promotions(session, other, actor=cora)


@pytest.mark.usefixtures("series")
def test_a_promotion_that_has_ended_is_not_edited(session: Session, cora: User) -> None:
    stop_clock(session, NOON + timedelta(days=60))
    queries.named(session, "savings").status = PromotionStatus.ENDED
    longer = PROMOTION.replace("2026-12-12", "2027-12-12")
    with pytest.raises(BadFile, match="line 2: Promotion savings has ended"):
        importing.import_promotions(session, longer, actor=cora)


def test_a_viewer_takes_nothing_in(session: Session, clinic: object) -> None:
    vera = make_user(session, "vera", Role.VIEWER)
    for verb, text in (
        (importing.import_packages, PACKAGE),
        (importing.import_promotions, PROMOTION),
    ):
        with pytest.raises(NotAllowed):
            verb(session, text, actor=vera)


SLOTS = "slots:\n  - category: infusion\n    times: [13:00]\n"


def test_slots_say_where_when_there_are_several_places(session: Session, cora: User) -> None:
    session.add(make_place("Plano"))
    session.flush()
    with pytest.raises(BadFile, match="line 10: Say at which location: Allen, Plano"):
        importing.import_packages(session, PACKAGE + SLOTS, actor=cora)
    there = PACKAGE + SLOTS + "    location: Plano\n    weekdays: [sat]\n    days: 7\n"
    assert importing.import_packages(session, there, actor=cora).slots == 1
    slot = session.query(Slot).one()
    assert slot.starts_at == datetime(2026, 11, 28, 19, tzinfo=UTC)


def test_what_does_not_exist_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound, match="no promotion spring"):
        queries.named(session, "spring")
    with pytest.raises(NotFound, match="no package SER-9"):
        queries.package(session, "SER-9")
