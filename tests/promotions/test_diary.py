"""The desk opens and closes the times at which visits can begin."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from campaigns.accounts import queries as accounts
from campaigns.accounts.models import AuditEntry, Role, User
from campaigns.database import Session
from campaigns.errors import BadFile, Conflict, NotAllowed, NotFound
from campaigns.promotions import availability, diary
from campaigns.promotions.availability import Window
from campaigns.promotions.files import SlotsEntry
from tests.promotions import factories
from tests.promotions.factories import NOON


@pytest.fixture
def dana(session: Session, cora: User) -> User:
    return factories.make_user(session, "dana", Role.DESK)


def entry(**changes: object) -> SlotsEntry:
    values = {"category": "infusion", "days": 7, "times": [time(9), time(13, 30)], "capacity": 2}
    return SlotsEntry.model_validate(values | changes)


def test_times_are_opened_on_workdays_and_once(session: Session, dana: User) -> None:
    assert diary.open_times(session, entry(), actor=dana) == 10
    assert diary.open_times(session, entry(), actor=dana) == 0
    (place,) = accounts.locations(session)

    page = diary.look(
        session, category="infusion", location=place, first=date(2026, 11, 25), number=7
    )
    assert [len(each) for each in page.days.values()] == [2, 2, 2, 0, 0, 2, 2]
    assert page.free == 20
    first = page.days[date(2026, 11, 25)][0]
    assert (first.local.hour, first.free) == (9, 2)
    assert session.scalars(select(AuditEntry.verb)).all() == ["open times"]


def test_a_closed_time_is_free_for_nobody_and_opens_again(session: Session, dana: User) -> None:
    slot = factories.make_slot(session, capacity=2)
    availability.hold(session, slot.id)
    window = Window(NOON, NOON + timedelta(days=3))

    with pytest.raises(Conflict, match="1 of its places are taken"):
        diary.set_places(session, slot.id, places=0, actor=dana)
    taken = diary.taken(session, slot.id)
    assert diary.set_places(session, slot.id, places=taken, actor=dana) == 2
    assert not availability.has_free_slot(session, category="infusion", window=window)
    assert diary.set_places(session, slot.id, places=2, actor=dana) == 1
    assert availability.has_free_slot(session, category="infusion", window=window)


def test_what_is_not_there_is_said(session: Session, dana: User) -> None:
    with pytest.raises(NotFound, match="no such time"):
        diary.set_places(session, 99, places=1, actor=dana)
    with pytest.raises(NotFound, match="no such time"):
        diary.taken(session, 99)
    with pytest.raises(BadFile) as refused:
        diary.open_times(session, entry(location="Nowhere"), actor=dana)
    assert refused.value.field == "location"


def test_who_is_not_at_the_desk_opens_nothing(session: Session, dana: User) -> None:
    slot = factories.make_slot(session, capacity=2)
    viewer = factories.make_user(session, "vic", Role.VIEWER)
    with pytest.raises(NotAllowed):
        diary.open_times(session, entry(), actor=viewer)
    with pytest.raises(NotAllowed):
        diary.set_places(session, slot.id, places=1, actor=viewer)


def test_categories_are_those_of_the_packages(session: Session, dana: User) -> None:
    factories.make_package(session, "CONSULT", category="consult", has_slot=False)
    factories.make_package(session, "SER-6")
    assert diary.categories(session) == ["consult", "infusion"]
