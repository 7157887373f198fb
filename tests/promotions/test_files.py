"""What a file of packages or promotions gets wrong is told with its line."""

import pytest

from campaigns.accounts.models import User
from campaigns.database import Session
from campaigns.errors import BadFile
from campaigns.promotions import files, importing
from campaigns.promotions.models import Package, Promotion
from tests.promotions.test_importing import PACKAGE, PROMOTION, SLOTS


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("packages: [", "line 1: This is not YAML"),
        ("packages:\n  - a: b\n a", "line 3: This is not YAML"),
        ("packages: \x00", "This is not YAML"),
        ("", "line 1: The file must begin with a word and a colon"),
        ("- a", "line 1: The file must begin"),
        ("promotions: []", "line 1: 'promotions' is not known here"),
        ("slots: []", "line 1: The file has no `packages:`"),
        ("packages: SER-6", "line 1: `packages:` must be a list"),
        ("packages:\n  - SER-6", "line 2: Each entry must have fields"),
        (PACKAGE.replace("visits: 6", "visits: six"), "line 5: visits: Input should be a valid"),
        (PACKAGE.replace("visits: 6\n", "visits: 6\n    visits: 7\n"), "line 6: 'visits' stands"),
        (PACKAGE.replace("    name: Initial series\n", ""), "line 2: name: Field required"),
        (PACKAGE.replace("2,550", "25,50"), "line 7: price: '25,50' is not an amount"),
        (PACKAGE.replace('"2,550"', "true"), "line 7: price: write an amount like 2,550"),
        (PACKAGE + "    colour: red\n", "line 9: colour: Extra inputs"),
        (PACKAGE + "    visits_: !!int x\n", "line 2: This value cannot be read"),
        (PACKAGE + PACKAGE.partition("\n")[2], "line 9: SER-6 stands in this file twice"),
        (
            PACKAGE + '    history: [{price: "99", since_days: 50}]\n',
            "line 2: history goes from the oldest price",
        ),
        (PACKAGE + SLOTS.replace("13:00", "noon"), "line 11: times.0: Input should be"),
    ],
)
def test_a_bad_file_of_packages(session: Session, cora: User, text: str, sentence: str) -> None:
    with pytest.raises(BadFile) as refusal:
        importing.import_packages(session, text, actor=cora)
    assert str(refusal.value).startswith(sentence)
    assert session.query(Package).count() == 0


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("percent: 26", "percent: all", "line 8: offers.SER-6.percent: write a percentage"),
        ("percent: 26", "percent: 26, amount: 5", "line 8: offers.SER-6: give exactly one of"),
        ("SER-6:", "SER-7:", "line 2: savings: there is no package SER-7"),
        ("percent: 26", 'price: "2,550"', "line 2: savings: the offer on SER-6 is not below"),
        ("starts: 2026-11-20", "", "line 2: give either starts"),
        ("last_day: 2026-12-12", "", "line 2: give either last_day"),
        ("last_day: 2026-12-12", "last_day: 2026-11-12", "line 2: savings ends before it begins"),
        ("name: Savings", "name: S\n    use_by: 2026-12-01", "line 2: savings: use_by is before"),
        ("name: Savings", "name: S\n    codes: shared", "line 2: shared_code goes with"),
        ("name: Savings", "name: S\n    shared_code: SAVE", "line 2: shared_code goes with"),
        (
            "name: Savings",
            "name: S\n    codes: shared\n    shared_code: no",
            "line 5: shared_code: Input should be a valid string",
        ),
        (
            "name: Savings",
            "name: S\n    codes: shared\n    shared_code: abc",
            "line 2: 'abc' cannot be a promo code",
        ),
        ("code: savings", "code: a b", "line 2: code: String should match"),
    ],
)
def test_a_bad_file_of_promotions(
    session: Session, cora: User, old: str, new: str, sentence: str
) -> None:
    importing.import_packages(session, PACKAGE, actor=cora)
    with pytest.raises(BadFile) as refusal, session.begin_nested():
        importing.import_promotions(session, PROMOTION.replace(old, new), actor=cora)
    assert str(refusal.value).startswith(sentence)
    assert session.query(Promotion).count() == 0


def test_yaml_reads_a_time_as_a_number_and_we_read_it_back() -> None:
    [opening] = files.slots(PACKAGE + SLOTS)
    assert [str(each) for each in opening.entry.times] == ["13:00:00"]
    assert opening.line == 10
