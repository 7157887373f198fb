"""Somebody is asked to work here by a letter, and is in with a password of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, update

from campaigns import clock
from campaigns.accounts import invitations, link_tokens, logins, passwords, people
from campaigns.accounts.models import AuditEntry, Invitation, Role, User
from campaigns.database import Session, Sessions
from campaigns.errors import BadAddress, BadToken, Conflict, Invalid, NotAllowed, NotFound
from campaigns.notices import Notice, NoticeStatus
from tests.accounts.letters import letters, token
from tests.factories import days, make_user, move_clock

GOOD = "three plain words"


@pytest.fixture
def owner(session: Session) -> User:
    return make_user(session, Role.OWNER, name="Olive Owner")


def invite(session: Session, actor: User, *roles: str, **values: str) -> Invitation:
    known = {"address": "Ada@Example.com", "name": "  Ada  Example "} | values
    return invitations.invite(session, actor=actor, roles=roles or ("desk",), **known)


def test_an_invitation_is_a_letter_with_a_link_of_which_only_a_hash_is_kept(
    session: Session, owner: User
) -> None:
    invitation = invite(session, owner, "desk", "coordinator")
    (letter,) = letters(session, invitations.KIND)
    secret = token(session, invitations.KIND)
    assert (letter.address, letter.name) == ("ada@example.com", "Ada Example")
    assert letter.context["inviter"] == "Olive Owner"
    assert letter.context["roles"] == "Coordinator, Front desk"
    assert invitation.token_hash == link_tokens.hashed(secret)
    assert len(secret) >= 43
    assert invitation.expires_at - invitation.created_at == days(7)
    assert invitations.waiting(session) == [invitation]


def test_who_accepts_is_in_with_the_roles_of_the_invitation_and_their_own_password(
    session: Session, owner: User
) -> None:
    invite(session, owner, "desk")
    secret = token(session, invitations.KIND)
    found, inviter = invitations.find(session, secret)
    assert (found.address, inviter) == ("ada@example.com", owner)
    ada = invitations.accept(session, secret, name="Ada E.", password=GOOD)
    assert (ada.address, ada.name, ada.roles) == ("ada@example.com", "Ada E.", ["desk"])
    assert passwords.matches(ada, GOOD)
    assert logins.log_in(session, address="ada@example.com", password=GOOD)
    assert invitations.waiting(session) == []
    deeds = session.execute(select(AuditEntry.actor, AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert [tuple(each) for each in deeds] == [
        (owner.address, "invite"),
        (owner.address, "add user"),
        ("ada@example.com", "accept invitation"),
    ]


def test_a_link_works_once(session: Session, owner: User) -> None:
    invite(session, owner)
    secret = token(session, invitations.KIND)
    invitations.accept(session, secret, name="Ada", password=GOOD)
    with pytest.raises(BadToken, match="used already"):
        invitations.accept(session, secret, name="Eve", password="another good one")


@pytest.mark.parametrize("secret", ["", "forged", "é\udc80"])
def test_a_forged_link_opens_nothing(session: Session, owner: User, secret: str) -> None:
    invite(session, owner)
    with pytest.raises(BadToken, match="damaged"):
        invitations.find(session, secret)


def test_a_link_ends_after_seven_days(session: Session, owner: User) -> None:
    invite(session, owner)
    move_clock(session, by=days(7))
    session.commit()
    with pytest.raises(BadToken, match="holds no more"):
        invitations.accept(session, token(session, invitations.KIND), name="Ada", password=GOOD)


def test_a_letter_sent_again_replaces_the_first(session: Session, owner: User) -> None:
    invitation = invite(session, owner)
    first = token(session, invitations.KIND)
    other = make_user(session, Role.OWNER, name="Otto Owner")
    invitations.resend(session, invitation, actor=other)
    second = token(session, invitations.KIND)
    assert len(letters(session, invitations.KIND)) == 2
    with pytest.raises(BadToken, match="newer letter"):
        invitations.find(session, first)
    assert invitations.find(session, second)[1] is other


def test_a_withdrawn_invitation_opens_nothing(session: Session, owner: User) -> None:
    invitation = invite(session, owner)
    invitations.withdraw(session, invitation, actor=owner)
    with pytest.raises(BadToken, match="holds no more"):
        invitations.find(session, token(session, invitations.KIND))
    for late in (invitations.withdraw, invitations.resend):
        with pytest.raises(Conflict, match="was withdrawn"):
            late(session, invitation, actor=owner)


def test_what_was_accepted_is_not_withdrawn(session: Session, owner: User) -> None:
    invitation = invite(session, owner)
    invitations.accept(session, token(session, invitations.KIND), name="Ada", password=GOOD)
    with pytest.raises(Conflict, match="accepted already"):
        invitations.withdraw(session, invitation, actor=owner)


@pytest.mark.parametrize("then", ["disabled", "demoted"])
def test_an_invitation_falls_with_the_right_of_who_gave_it(
    session: Session, owner: User, then: str
) -> None:
    other = make_user(session, Role.OWNER)
    invite(session, other, "owner")
    if then == "disabled":
        people.disable(session, other, actor=owner)
    else:
        people.change_roles(session, other, actor=owner, roles=["viewer"])
    with pytest.raises(BadToken, match="holds no more"):
        invitations.accept(session, token(session, invitations.KIND), name="Ada", password=GOOD)


def test_only_an_owner_invites(session: Session, owner: User) -> None:
    invitation = invite(session, owner)
    cora = make_user(session, Role.COORDINATOR)
    with pytest.raises(NotAllowed):
        invite(session, cora, address="bob@example.com")
    for deed in (invitations.withdraw, invitations.resend):
        with pytest.raises(NotAllowed):
            deed(session, invitation, actor=cora)


def test_whom_one_cannot_invite(session: Session, owner: User) -> None:
    gone = make_user(session, address="gone@example.com", disabled_at=clock.now(session))
    here = make_user(session, address="here@example.com")
    with pytest.raises(Conflict, match="Let them in again"):
        invite(session, owner, address=gone.address)
    with pytest.raises(Conflict, match="works here already"):
        invite(session, owner, address=here.address)
    with pytest.raises(Invalid, match="needs a name"):
        invite(session, owner, name=" ")
    with pytest.raises(Invalid, match="The roles are"):
        invite(session, owner, "boss")
    with pytest.raises(BadAddress):
        invite(session, owner, address="ada")
    assert letters(session, invitations.KIND) == []


def test_an_address_has_one_invitation_until_that_is_too_old(session: Session, owner: User) -> None:
    first = invite(session, owner)
    with pytest.raises(Conflict, match="invited already"):
        invite(session, owner)
    move_clock(session, by=days(8))
    session.commit()
    second = invite(session, owner)
    assert invitations.waiting(session) == [second]
    assert first.withdrawn_at is not None


def test_a_poor_password_adds_nobody(session: Session, owner: User) -> None:
    invite(session, owner)
    secret = token(session, invitations.KIND)
    for poor in ("short", "ada@example.com", "Ada Example 1"[:11]):
        with pytest.raises(Invalid):
            invitations.accept(session, secret, name="Ada Example", password=poor)
    assert session.scalar(select(User.id).where(User.address == "ada@example.com")) is None
    invitations.accept(session, secret, name="Ada Example", password=GOOD)


def test_who_was_added_meanwhile_is_not_added_twice(session: Session, owner: User) -> None:
    invite(session, owner)
    people.add(session, actor=owner, address="ada@example.com", name="Ada", roles=["viewer"])
    with pytest.raises(Conflict, match="works here already"):
        invitations.accept(session, token(session, invitations.KIND), name="Ada", password=GOOD)


def test_there_is_no_such_invitation(session: Session, owner: User) -> None:
    invitation = invite(session, owner)
    assert invitations.by_id(session, invitation.id) is invitation
    with pytest.raises(NotFound):
        invitations.by_id(session, invitation.id + 1)


def test_a_letter_that_could_not_be_sent_is_told_until_it_is_sent_again(
    session: Session, owner: User
) -> None:
    invitation = invite(session, owner)
    assert invitations.unsent(session, [invitation]) == set()
    session.execute(update(Notice).values(status=NoticeStatus.FAILED))
    assert invitations.unsent(session, [invitation]) == {invitation.id}
    invitations.resend(session, invitation, actor=owner)
    assert invitations.unsent(session, [invitation]) == set()


def test_of_two_who_use_one_link_at_once_one_gets_in(committed: Sessions) -> None:
    with committed.begin() as session:
        invite(session, make_user(session, Role.OWNER))
        secret = token(session, invitations.KIND)

    def use(name: str) -> bool:
        try:
            with committed.begin() as session:
                invitations.find(session, secret)
                barrier.wait(timeout=10)
                invitations.accept(session, secret, name=name, password=GOOD)
        except BadToken:
            return False
        return True

    barrier = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(use, ("Ada", "Eve"))) == [False, True]
