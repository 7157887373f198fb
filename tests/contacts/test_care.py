"""Deeds for a caller that no page can ask for wrongly, and still must be refused."""

import pytest

from campaigns.accounts.models import Role
from campaigns.contacts import care, queries, spreadsheet, suppression
from campaigns.contacts.models import SuppressionReason, Topic
from campaigns.database import Session
from campaigns.errors import BadFile, Conflict, Invalid, NotAllowed
from tests.factories import make_contact, make_user


def test_every_contact_reads_a_language(session: Session) -> None:
    ada, actor = make_contact(session), make_user(session, Role.DESK)
    with pytest.raises(Invalid, match="Every contact reads a language"):
        care.correct(session, ada, actor=actor, values={"language": ""})


def test_a_suppression_takes_the_words_of_who_asked(session: Session) -> None:
    ada, actor = make_contact(session), make_user(session, Role.DESK)
    with pytest.raises(Invalid, match="Say how the person asked for it"):
        care.never_write(session, ada, actor=actor, said="  ")
    care.never_write(session, ada, actor=actor, said="By phone")
    [standing] = suppression.standing(session, ada.canonical_address or "")
    assert standing.reason is SuppressionReason.REQUEST
    with pytest.raises(Invalid, match="Say why"):
        care.lift(session, ada, standing.id, actor=actor, said=" ")


def test_nobody_is_added_twice_or_half(session: Session) -> None:
    actor = make_user(session, Role.DESK)
    values = {"language": "en"}
    with pytest.raises(Invalid, match="needs its proof"):
        care.add(
            session, actor=actor, address="ada@example.com", values=values, topics=[Topic.OFFERS]
        )
    assert queries.find(session, "ada@example.com") is None
    care.add(session, actor=actor, address="ada@example.com", values=values)
    with pytest.raises(Conflict, match="is a contact already"):
        care.add(session, actor=actor, address="ADA@example.com", values=values)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLINICAL, Role.LEGAL])
def test_who_may_not_change_contacts_is_told(session: Session, role: Role) -> None:
    ada, actor = make_contact(session), make_user(session, role)
    for deed in (
        lambda: care.add(session, actor=actor, address="b@example.com", values={}),
        lambda: care.give(session, ada, actor=actor, topic=Topic.OFFERS, source="x", words="y"),
        lambda: care.withdraw(session, ada, actor=actor),
        lambda: care.pause(session, ada, actor=actor, days=30),
        lambda: care.never_write(session, ada, actor=actor, said="x"),
        lambda: care.lift(session, ada, 1, actor=actor, said="x"),
        lambda: care.correct(session, ada, actor=actor, values={}),
    ):
        with pytest.raises(NotAllowed, match="may not change a contact"):
            deed()


def test_a_file_of_too_many_rows_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 2)
    with pytest.raises(BadFile, match="more than 2 rows"):
        spreadsheet.read(b"email\na\nb\nc\n")
