"""The first person comes in with a printed token: once, within a week, and never a second one."""

import pytest
from sqlalchemy import func, select

from campaigns import database
from campaigns.accounts import first_run, passwords
from campaigns.accounts.models import Role, SetupToken
from campaigns.database import Session, Sessions
from campaigns.errors import BadAddress, BadToken, Conflict, Invalid
from campaigns.web import welcome
from tests.factories import days, make_user, move_clock

GOOD = "three plain words"


def begin(session: Session, token: str, **values: str) -> object:
    given = {"name": "Olga Owner", "address": "Olga@clinic.example.com", "password": GOOD} | values
    return first_run.begin(session, token=token, **given)


def issued(session: Session) -> str:
    token = first_run.issue(session)
    assert token is not None
    return token


def test_the_token_makes_an_owner_who_can_sign_in_and_dies(session: Session) -> None:
    token = issued(session)
    kept = session.scalars(select(SetupToken)).one()
    assert token.encode() not in kept.token_hash
    owner = first_run.begin(
        session, token=token, name="Olga", address="olga@clinic.example.com", password=GOOD
    )
    assert owner.roles == [Role.OWNER.value]
    assert passwords.matches(owner, GOOD)
    assert session.scalar(select(func.count()).select_from(SetupToken)) == 0
    assert not first_run.is_good(session, token)
    assert first_run.issue(session) is None
    with pytest.raises(Conflict, match="works here already"):
        begin(session, token)


def test_each_start_has_its_own_token_and_the_first_person_ends_them_all(session: Session) -> None:
    first, second = issued(session), issued(session)
    assert first_run.is_good(session, first)
    assert first_run.is_good(session, second)
    begin(session, first)
    assert not first_run.is_good(session, second)


@pytest.mark.parametrize("token", ["", "guessed"])
def test_a_guessed_token_lets_nobody_in(session: Session, token: str) -> None:
    issued(session)
    with pytest.raises(BadToken, match="Start the installation again"):
        begin(session, token)


def test_a_token_is_good_for_a_week(session: Session) -> None:
    token = issued(session)
    move_clock(session, by=days(8))
    session.info.clear()
    assert not first_run.is_good(session, token)
    issued(session)
    assert session.scalar(select(func.count()).select_from(SetupToken)) == 1


def test_a_bad_password_or_address_leaves_the_token_good(session: Session) -> None:
    token = issued(session)
    with pytest.raises(Invalid, match="at least 12"), session.begin_nested():
        begin(session, token, password="short")
    with pytest.raises(BadAddress), session.begin_nested():
        begin(session, token, address="olga")
    begin(session, token)


def test_the_start_says_where_to_come_in_until_somebody_works_here(committed: Sessions) -> None:
    said = welcome.invitation(committed)
    assert "/desk/setup?token=" in said
    with committed.begin() as session:
        assert first_run.is_good(session, said.partition("token=")[2].strip())
        make_user(session)
    assert welcome.invitation(committed) == ""


def test_a_start_without_its_database_says_nothing_of_the_first_person() -> None:
    away = database.make_engine("postgresql+psycopg://bedside@127.0.0.1:1/none")
    assert welcome.invitation(database.make_sessions(away)) == ""
