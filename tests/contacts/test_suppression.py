"""A suppressed address is not written to, and is remembered only by a keyed hash."""

import threading

import pytest
from sqlalchemy import select, text

from campaigns import addresses
from campaigns.contacts import suppression
from campaigns.contacts.models import Scope, Suppression, SuppressionReason
from campaigns.database import Session, Sessions
from tests.factories import make_contact

ADA = "ada@example.com"


def suppress(session: Session, scope: Scope = Scope.EVERYTHING, *, detail: str = "") -> bool:
    return suppression.suppress(
        session, canonical=ADA, scope=scope, reason=SuppressionReason.BOUNCE, detail=detail
    )


def test_only_a_keyed_hash_is_kept(session: Session) -> None:
    suppress(session, detail="550 no mailbox for ada@example.com here")
    [row] = session.scalars(select(Suppression)).all()
    assert row.address_key == addresses.suppression_key(ADA)
    everything = session.scalar(text("SELECT row_to_json(suppression)::text FROM suppression"))
    assert everything is not None
    assert "ada@" not in everything
    assert "550 no mailbox for a***@example.com here" in everything


@pytest.mark.parametrize(
    ("scope", "marketing", "notices"),
    [(Scope.EVERYTHING, True, True), (Scope.MARKETING, True, False)],
)
def test_a_scope_says_what_is_kept_back(
    session: Session, scope: Scope, marketing: bool, notices: bool
) -> None:
    suppress(session, scope)
    assert suppression.is_suppressed(session, ADA, marketing=True) is marketing
    assert suppression.is_suppressed(session, ADA, marketing=False) is notices


def test_nobody_else_is_suppressed(session: Session) -> None:
    suppress(session)
    assert not suppression.is_suppressed(session, "bob@example.com", marketing=True)


def test_suppressing_again_changes_nothing(session: Session) -> None:
    assert suppress(session, Scope.MARKETING)
    assert not suppress(session, Scope.MARKETING)
    assert suppress(session, Scope.EVERYTHING)
    assert {each.scope for each in suppression.standing(session, ADA)} == set(Scope)


def test_lifting_lifts_one_scope_and_keeps_the_record(session: Session) -> None:
    suppress(session, Scope.MARKETING)
    suppress(session, Scope.EVERYTHING)
    assert suppression.lift(session, canonical=ADA, scope=Scope.EVERYTHING)
    assert not suppression.lift(session, canonical=ADA, scope=Scope.EVERYTHING)
    assert not suppression.is_suppressed(session, ADA, marketing=False)
    assert suppression.is_suppressed(session, ADA, marketing=True)
    assert len(session.scalars(select(Suppression)).all()) == 2


def test_an_address_lifted_may_be_suppressed_anew(session: Session) -> None:
    suppress(session)
    suppression.lift(session, canonical=ADA, scope=Scope.EVERYTHING)
    assert suppress(session)
    assert suppression.is_suppressed(session, ADA, marketing=False)


def test_a_long_answer_of_a_mail_server_is_cut(session: Session) -> None:
    suppress(session, detail="x" * 2000)
    assert len(suppression.standing(session, ADA)[0].detail) == 500


def test_suppressing_waits_for_a_send_that_holds_the_contact(committed: Sessions) -> None:
    with committed.begin() as session:
        make_contact(session, ADA)

    def do() -> None:
        with committed.begin() as other:
            suppress(other)

    with committed.begin() as session:
        session.execute(text("SELECT 1 FROM contact FOR UPDATE"))
        meanwhile = threading.Thread(target=do)
        meanwhile.start()
        meanwhile.join(timeout=0.3)
        assert meanwhile.is_alive()
    meanwhile.join()
    with committed() as session:
        assert suppression.is_suppressed(session, ADA, marketing=True)
