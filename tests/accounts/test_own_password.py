"""A password is set anew by its owner, by a letter, or by the operator; old sessions end."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from campaigns import clock
from campaigns.accounts import link_tokens, logins, own_password, passwords
from campaigns.accounts.models import AuditEntry, PasswordReset, Role, User
from campaigns.database import Session, Sessions
from campaigns.errors import BadToken, Conflict, Invalid, NotAllowed
from tests.accounts.letters import letters, token
from tests.factories import days, make_user, move_clock

OLD, NEW = "three plain words", "four other plain words"


@pytest.fixture
def cora(session: Session) -> User:
    user = make_user(session, Role.COORDINATOR, address="cora@example.com", name="Cora Example")
    passwords.set_password(user, OLD)
    session.flush()
    return user


def sessions_of(session: Session, user: User) -> list[int]:
    return sorted(each.id for each in logins.of_user(session, user))


def signed_in(session: Session, user: User) -> int:
    secret = logins.begin(session, user)
    session.flush()
    found = logins.current(session, secret)
    assert found is not None
    return found.id


def test_changing_it_takes_the_old_one_and_ends_every_other_session(
    session: Session, cora: User
) -> None:
    signed_in(session, cora)
    here = signed_in(session, cora)
    own_password.change(session, cora, current=OLD, new=NEW, but=here)
    assert passwords.matches(cora, NEW)
    assert not passwords.matches(cora, OLD)
    assert sessions_of(session, cora) == [here]
    assert letters(session, own_password.CHANGED)[0].address == "cora@example.com"


def test_a_wrong_old_password_changes_nothing(session: Session, cora: User) -> None:
    here = signed_in(session, cora)
    with pytest.raises(NotAllowed, match="not your password"):
        own_password.change(session, cora, current="something else", new=NEW, but=here)
    assert passwords.matches(cora, OLD)


@pytest.mark.parametrize(
    ("poor", "why"),
    [
        ("elevenchars", "at least 12"),
        ("password1234", "easily guessed"),
        ("Cora Example", "easily guessed"),
        ("CORA@example.com", "easily guessed"),
        ("aaaaaaaaaaaaaaaa", "easily guessed"),
        ("x" * 201, "at most 200"),
    ],
)
def test_what_no_password_may_be(session: Session, cora: User, poor: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        own_password.change(session, cora, current=OLD, new=poor, but=0)
    assert passwords.matches(cora, OLD)


def test_a_forgotten_password_is_a_letter_with_a_link_for_one_hour(
    session: Session, cora: User
) -> None:
    assert own_password.ask(session, " Cora@Example.com ")
    secret = token(session, own_password.RESET)
    reset = session.scalars(select(PasswordReset)).one()
    assert reset.token_hash == link_tokens.hashed(secret)
    assert (reset.expires_at - reset.created_at).total_seconds() == 3600
    assert own_password.whose(session, secret) is cora
    move_clock(session, by=days(1 / 24))
    session.commit()
    with pytest.raises(BadToken, match="too old"):
        own_password.use(session, secret, password=NEW)


@pytest.mark.parametrize("address", ["nobody@example.com", "not an address", "gone@example.com"])
def test_nobody_unknown_or_gone_gets_a_letter(session: Session, cora: User, address: str) -> None:
    make_user(session, address="gone@example.com", disabled_at=clock.now(session))
    assert not own_password.ask(session, address)
    assert letters(session, own_password.RESET) == []


def test_the_link_works_once_and_ends_every_session_and_every_other_link(
    session: Session, cora: User
) -> None:
    signed_in(session, cora)
    own_password.ask(session, cora.address)
    first = token(session, own_password.RESET)
    own_password.ask(session, cora.address)
    second = token(session, own_password.RESET)
    assert own_password.use(session, second, password=NEW) is cora
    assert passwords.matches(cora, NEW)
    assert sessions_of(session, cora) == []
    for used in (first, second):
        with pytest.raises(BadToken):
            own_password.use(session, used, password="one more good one")
    assert letters(session, own_password.CHANGED)


def test_a_poor_password_does_not_use_the_link_up(session: Session, cora: User) -> None:
    own_password.ask(session, cora.address)
    secret = token(session, own_password.RESET)
    with pytest.raises(Invalid):
        own_password.use(session, secret, password="short")
    own_password.use(session, secret, password=NEW)


def test_a_link_falls_when_the_person_leaves(session: Session, cora: User) -> None:
    own_password.ask(session, cora.address)
    cora.disabled_at = clock.now(session)
    session.flush()
    with pytest.raises(BadToken):
        own_password.whose(session, token(session, own_password.RESET))


def test_a_forged_link_opens_nothing(session: Session, cora: User) -> None:
    own_password.ask(session, cora.address)
    with pytest.raises(BadToken):
        own_password.use(session, "forged", password=NEW)


def test_a_change_voids_the_links_that_lie_in_letters(session: Session, cora: User) -> None:
    own_password.ask(session, cora.address)
    own_password.change(session, cora, current=OLD, new=NEW, but=0)
    with pytest.raises(BadToken):
        own_password.use(session, token(session, own_password.RESET), password=OLD)


def test_an_owner_has_the_link_sent_and_the_operator_sets_a_password(
    session: Session, cora: User
) -> None:
    owner = make_user(session)
    signed_in(session, cora)
    own_password.send_link(session, cora, actor=owner)
    assert letters(session, own_password.RESET)[0].address == cora.address
    own_password.set_by_operator(session, cora, password=NEW, actor=owner)
    assert passwords.matches(cora, NEW)
    assert sessions_of(session, cora) == []
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(each.actor, each.verb) for each in entries] == [
        (owner.address, "send password link"),
        (owner.address, "set password of user"),
    ]
    assert NEW not in str([(each.before, each.after) for each in entries])


def test_nobody_else_sets_anothers_password(session: Session, cora: User) -> None:
    for stranger in (cora, make_user(session, Role.DESK)):
        with pytest.raises(NotAllowed):
            own_password.set_by_operator(session, cora, password=NEW, actor=stranger)
        with pytest.raises(NotAllowed):
            own_password.send_link(session, cora, actor=stranger)


def test_who_may_not_sign_in_gets_no_link(session: Session, cora: User) -> None:
    cora.disabled_at = clock.now(session)
    session.flush()
    with pytest.raises(Conflict, match="Let them in again first"):
        own_password.send_link(session, cora, actor=make_user(session))


def test_links_that_ended_long_ago_are_not_kept(session: Session, cora: User) -> None:
    own_password.ask(session, cora.address)
    move_clock(session, by=days(1))
    session.commit()
    own_password.ask(session, cora.address)
    assert len(session.scalars(select(PasswordReset)).all()) == 1


def test_of_two_who_use_one_link_at_once_one_sets_the_password(committed: Sessions) -> None:
    with committed.begin() as session:
        address = make_user(session).address
        own_password.ask(session, address)
        secret = token(session, own_password.RESET)

    def use(password: str) -> bool:
        try:
            with committed.begin() as session:
                own_password.whose(session, secret)
                barrier.wait(timeout=10)
                own_password.use(session, secret, password=password)
        except BadToken:
            return False
        return True

    barrier = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(use, (OLD, NEW))) == [False, True]
