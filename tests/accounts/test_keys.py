"""A program asks with a key: in its maker's name, for what the key is for, and no more."""

import pytest
from sqlalchemy import select

from campaigns.accounts import keys, link_tokens, people, permissions
from campaigns.accounts.models import ApiKey, AuditEntry, KeyScope, Role, User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.factories import days, make_user, move_clock


@pytest.fixture
def owner(session: Session) -> User:
    return make_user(session, Role.OWNER, address="olive@example.com")


def make(session: Session, actor: User, *scopes: str) -> tuple[ApiKey, str]:
    return keys.make(session, actor=actor, name=" Website  form ", scopes=scopes or ("contacts",))


def test_a_key_is_shown_once_and_kept_as_a_hash(session: Session, owner: User) -> None:
    key, secret = make(session, owner, "status", "reports", "status")
    assert key.name == "Website form"
    assert key.scopes == ["reports", "status"]
    assert key.key_hash == link_tokens.hashed(secret)
    assert secret.startswith(key.prefix)
    assert len(secret) - len(key.prefix) > 32
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.verb, entry.subject) == ("make API key", "API key Website form")
    assert secret not in str(entry.after)


def test_a_living_key_names_its_maker_and_notes_its_use_once_a_minute(
    session: Session, owner: User
) -> None:
    key, secret = make(session, owner)
    assert keys.current(session, secret) == (key, owner)
    first = key.last_used_at
    assert first is not None
    keys.current(session, secret)
    assert key.last_used_at == first
    move_clock(session, by=days(1))
    session.commit()
    keys.current(session, secret)
    assert key.last_used_at == first + days(1)


@pytest.mark.parametrize("secret", ["", "bedside_forged", "\udc80"])
def test_a_forged_key_is_nobodys(session: Session, owner: User, secret: str) -> None:
    make(session, owner)
    assert keys.current(session, secret) is None


def test_a_revoked_key_ends_at_once(session: Session, owner: User) -> None:
    key, secret = make(session, owner)
    assert keys.revoke(session, key, actor=owner)
    assert keys.current(session, secret) is None
    assert not keys.revoke(session, key, actor=owner)


def test_a_revocation_can_be_taken_back_for_a_moment_and_then_never(
    session: Session, owner: User
) -> None:
    key, secret = make(session, owner)
    assert not keys.restore(session, key, actor=owner)
    keys.revoke(session, key, actor=owner)
    with pytest.raises(NotAllowed):
        keys.restore(session, key, actor=make_user(session, Role.COORDINATOR))
    assert keys.restore(session, key, actor=owner)
    assert keys.current(session, secret) == (key, owner)
    keys.revoke(session, key, actor=owner)
    other, _ = make(session, owner)
    with pytest.raises(Conflict, match="There is a key"):
        keys.restore(session, key, actor=owner)
    keys.revoke(session, other, actor=owner)
    move_clock(session, by=days(1))
    session.commit()
    with pytest.raises(Conflict, match="too long ago"):
        keys.restore(session, key, actor=owner)


def test_a_key_ends_with_its_makers_right_to_sign_in(session: Session, owner: User) -> None:
    _, secret = make(session, owner)
    people.disable(session, owner, actor=make_user(session))
    assert keys.current(session, secret) is None


def test_who_acts_by_a_key_has_no_more_rights_than_the_deed_takes(
    session: Session, owner: User
) -> None:
    owner.roles = [Role.OWNER.value, Role.VIEWER.value]
    key, _ = make(session, owner, "contacts")
    acting = keys.acting(key, owner, Verb.EDIT_CONTACTS)
    assert (acting.id, acting.roles) == (owner.id, ["owner"])
    assert acting.address == "olive@example.com (key Website form)"
    assert acting not in session
    for verb in set(Verb) - {Verb.EDIT_CONTACTS}:
        with pytest.raises(NotAllowed, match="may not"):
            keys.acting(key, owner, verb)


def test_a_key_may_no_longer_what_its_maker_may_no_longer(session: Session, owner: User) -> None:
    key, _ = make(session, owner, "contacts", "reports")
    make_user(session)
    people.change_roles(session, owner, actor=owner, roles=["viewer"])
    with pytest.raises(NotAllowed):
        keys.acting(key, owner, Verb.EDIT_CONTACTS)
    reading = keys.acting(key, owner, Verb.SEE_REPORTS)
    assert permissions.may(reading, Verb.SEE_REPORTS)
    assert not permissions.may(reading, Verb.EDIT_CONTACTS)


def test_a_key_for_figures_alone_may_nothing_of_the_api(session: Session, owner: User) -> None:
    key, _ = make(session, owner, KeyScope.METRICS)
    for verb in Verb:
        with pytest.raises(NotAllowed):
            keys.acting(key, owner, verb)


def test_what_cannot_be_made(session: Session, owner: User) -> None:
    with pytest.raises(NotAllowed):
        make(session, make_user(session, Role.COORDINATOR))
    with pytest.raises(Invalid, match="Choose what the key may do"):
        keys.make(session, actor=owner, name="x", scopes=[])
    with pytest.raises(Invalid, match="A key may be for reports, contacts"):
        make(session, owner, "everything")
    make(session, owner)
    with pytest.raises(Conflict, match="There is a key “Website form” already"):
        make(session, owner)
    for name in (" ", "x" * 81):
        with pytest.raises(Invalid, match="Name what uses the key"):
            keys.make(session, actor=owner, name=name, scopes=["reports"])


def test_keys_are_listed_with_who_made_them_those_that_work_first(
    session: Session, owner: User
) -> None:
    first, second, third = (
        keys.make(session, actor=owner, name=name, scopes=["reports"])[0]
        for name in ("one", "two", "three")
    )
    assert keys.living_of(session, owner) == 3
    keys.revoke(session, third, actor=owner)
    assert keys.living_of(session, owner) == 2
    assert keys.every(session) == [(second, owner), (first, owner), (third, owner)]
    with pytest.raises(NotAllowed):
        keys.revoke(session, first, actor=make_user(session, Role.COORDINATOR))
    assert keys.by_id(session, first.id) is first
    with pytest.raises(NotFound):
        keys.by_id(session, third.id + 1)
