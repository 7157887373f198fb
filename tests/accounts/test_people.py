"""Who works here, what each may do, and what they did."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from campaigns import clock
from campaigns.accounts import audit, logins, people, permissions, queries, roles
from campaigns.accounts.models import AuditEntry, Role, User
from campaigns.accounts.permissions import ALLOWED, Verb
from campaigns.database import Session, Sessions
from campaigns.errors import BadAddress, Conflict, Invalid, NotAllowed, NotFound
from tests.factories import make_user


def add(
    session: Session,
    *roles: str,
    actor: User | None = None,
    address: str = "Ada@Example.com",
    name: str = " Ada ",
) -> User:
    return people.add(session, actor=actor, address=address, name=name, roles=roles)


def test_the_first_person_is_an_owner_and_needs_nobody(session: Session) -> None:
    assert not queries.has_users(session)
    ada = add(session, "owner")
    assert (ada.address, ada.name, ada.roles) == ("ada@example.com", "Ada", ["owner"])
    assert queries.has_users(session)
    assert queries.user(session, "ADA@example.com") is ada
    assert session.scalars(select(AuditEntry.actor)).one() == "ada@example.com"


def test_the_first_person_must_be_an_owner(session: Session) -> None:
    with pytest.raises(Invalid, match="The first user must be an owner"):
        add(session, "coordinator")


def test_everyone_else_is_added_by_an_owner(session: Session) -> None:
    owner, desk = make_user(session), make_user(session, Role.DESK)
    with pytest.raises(NotAllowed, match="Say who acts"):
        add(session, "desk")
    with pytest.raises(NotAllowed, match="takes one of these roles: owner"):
        add(session, "desk", actor=desk)
    ada = add(session, "viewer", "desk", "desk", actor=owner)
    assert ada.roles == ["desk", "viewer"]
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.actor, entry.subject) == (owner.address, "user ada@example.com")
    assert entry.after == {"roles": ["desk", "viewer"]}


def test_what_cannot_be_added(session: Session) -> None:
    owner = make_user(session)
    add(session, "desk", actor=owner)
    with pytest.raises(Conflict, match=r"ada@example\.com works here already"):
        add(session, "desk", actor=owner)
    with pytest.raises(Invalid, match="A user needs a role: owner, coordinator"):
        add(session, actor=owner, address="bob@example.com")
    with pytest.raises(Invalid, match=r"'boss' is not a valid Role\. The roles are: owner"):
        add(session, "boss", actor=owner, address="bob@example.com")
    with pytest.raises(Invalid, match="needs a name"):
        add(session, "desk", actor=owner, address="bob@example.com", name=" ")
    with pytest.raises(BadAddress):
        add(session, "desk", actor=owner, address="bob")


def test_somebody_unknown_may_act_for_nobody(session: Session) -> None:
    with pytest.raises(NotFound, match=r"There is no user eve@example\.com\.$"):
        queries.user(session, "eve@example.com")


@pytest.mark.parametrize("verb", Verb)
def test_one_table_says_who_may_do_what(session: Session, verb: Verb) -> None:
    for role in Role:
        user = make_user(session, role)
        assert permissions.may(user, verb) is (role in ALLOWED[verb])


@pytest.mark.parametrize(
    ("verb", "roles"),
    [
        (Verb.MANAGE_PEOPLE, {Role.OWNER}),
        (Verb.APPROVE_CLINICAL, {Role.CLINICAL}),
        (Verb.APPROVE_LEGAL, {Role.LEGAL}),
        (Verb.SCHEDULE, {Role.OWNER, Role.COORDINATOR}),
        (Verb.BOOKINGS, {Role.OWNER, Role.COORDINATOR, Role.DESK}),
        (Verb.SEE_REPORTS, set(Role)),
    ],
)
def test_what_was_decided_about_roles(verb: Verb, roles: set[Role]) -> None:
    assert ALLOWED[verb] == roles


def test_every_verb_is_in_the_table() -> None:
    assert set(ALLOWED) == set(Verb)


def test_a_second_role_adds_what_it_may(session: Session) -> None:
    both = make_user(session, Role.DESK, Role.LEGAL)
    permissions.require(both, Verb.BOOKINGS)
    permissions.require(both, Verb.APPROVE_LEGAL)
    with pytest.raises(NotAllowed, match="may not sign for clinical content"):
        permissions.require(both, Verb.APPROVE_CLINICAL)


def test_somebody_who_left_may_do_nothing(session: Session) -> None:
    gone = make_user(session, disabled_at=clock.now(session))
    assert not any(permissions.may(gone, verb) for verb in Verb)


def test_a_deed_is_recorded_with_its_moment_and_reason(session: Session) -> None:
    owner = make_user(session)
    audit.record(
        session,
        actor=owner,
        verb="cancel campaign",
        subject="campaign autumn-savings",
        reason="price changed",
    )
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.user_id, entry.at, entry.reason) == (
        owner.id,
        clock.now(session),
        "price changed",
    )
    assert (entry.before, entry.after) == ({}, {})


def test_roles_change_with_before_and_after(session: Session) -> None:
    owner, cora = make_user(session), make_user(session, Role.COORDINATOR)
    assert people.change_roles(session, cora, actor=owner, roles=["legal_approver", "desk"])
    assert cora.roles == ["desk", "legal_approver"]
    assert not people.change_roles(session, cora, actor=owner, roles=["legal_approver", "desk"])
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.verb, entry.subject) == ("change roles", f"user {cora.address}")
    assert entry.before == {"roles": ["coordinator"]}
    assert entry.after == {"roles": ["desk", "legal_approver"]}


def test_nobody_makes_themselves_an_owner(session: Session) -> None:
    make_user(session)
    for role in set(Role) - {Role.OWNER}:
        person = make_user(session, role)
        with pytest.raises(NotAllowed):
            people.change_roles(session, person, actor=person, roles=["owner"])


def test_the_last_owner_stays(session: Session) -> None:
    owner = make_user(session)
    make_user(session, Role.OWNER, disabled_at=clock.now(session))
    with pytest.raises(Conflict, match="the only owner"):
        people.change_roles(session, owner, actor=owner, roles=["viewer"])
    with pytest.raises(Conflict, match="cannot shut yourself out"):
        people.disable(session, owner, actor=owner)
    other = make_user(session)
    assert people.disable(session, owner, actor=other)
    with pytest.raises(Conflict, match="the only owner"):
        people.change_roles(session, other, actor=other, roles=["desk"])


def test_two_owners_cannot_shut_each_other_out_at_once(committed: Sessions) -> None:
    with committed.begin() as session:
        ids = [make_user(session).id for _ in range(2)]

    def shut_out(actor_id: int, user_id: int) -> bool:
        try:
            with committed.begin() as session:
                actor, user = session.get_one(User, actor_id), session.get_one(User, user_id)
                barrier.wait(timeout=10)
                return people.disable(session, user, actor=actor)
        except Conflict:
            return False

    barrier = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(shut_out, ids, reversed(ids)))
    assert sorted(done) == [False, True]
    with committed() as session:
        assert sum(each.disabled_at is None for each in queries.people(session)) == 1


def test_who_leaves_is_signed_out_at_once_and_can_come_back(session: Session) -> None:
    owner, cora = make_user(session), make_user(session, Role.COORDINATOR)
    token = logins.begin(session, cora)
    assert people.disable(session, cora, actor=owner)
    assert logins.current(session, token) is None
    assert logins.of_user(session, cora) == []
    assert not people.disable(session, cora, actor=owner)
    assert people.enable(session, cora, actor=owner)
    assert not people.enable(session, cora, actor=owner)
    assert logins.current(session, token) is None
    assert permissions.may(cora, Verb.SUBMIT)
    for deed in (people.disable, people.enable):
        with pytest.raises(NotAllowed):
            deed(session, owner, actor=cora)


def test_a_person_changes_their_own_name(session: Session) -> None:
    cora = make_user(session, Role.DESK, name="Cora")
    assert people.rename(session, cora, name="  Cora  Example ")
    assert cora.name == "Cora Example"
    assert not people.rename(session, cora, name="Cora Example")
    with pytest.raises(Invalid, match="needs a name"):
        people.rename(session, cora, name=" ")
    for name in ("a\0b", "a\u202eb", "x" * 101):
        with pytest.raises(Invalid, match="one line of at most 100"):
            people.rename(session, cora, name=name)


def test_roles_are_said_in_plain_words_from_the_one_table() -> None:
    assert roles.titles(["viewer", "owner"]) == "Owner, Viewer"
    assert roles.abilities(Role.VIEWER) == ["see reports"]
    assert {verb for role in Role for verb in roles.abilities(role)} == {v.value for v in Verb}


def test_the_sentence_of_each_role_is_true_of_the_table() -> None:
    signing = {Verb.APPROVE_CLINICAL, Verb.APPROVE_LEGAL}
    assert {verb for verb in Verb if Role.OWNER not in ALLOWED[verb]} == signing
    assert ALLOWED[Verb.MANAGE_PEOPLE] == {Role.OWNER}
    assert ALLOWED[Verb.APPROVE_CLINICAL] == {Role.CLINICAL}
    assert ALLOWED[Verb.APPROVE_LEGAL] == {Role.LEGAL}
    assert Role.COORDINATOR not in ALLOWED[Verb.APPROVE]
    assert roles.abilities(Role.VIEWER) == ["see reports"]
    assert set(roles.SUMMARIES) == set(Role)
