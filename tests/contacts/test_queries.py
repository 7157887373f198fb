"""What other rooms ask about contacts."""

import pytest

from campaigns import clock
from campaigns.contacts import queries
from campaigns.database import Session
from campaigns.errors import BadAddress, NotFound
from tests.factories import make_contact


def test_a_contact_is_found_by_any_spelling_of_the_address(session: Session) -> None:
    ada = make_contact(session, "Ada@Example.com")
    assert queries.by_address(session, " ADA@example.COM") is ada
    assert queries.by_id(session, ada.id) is ada


def test_a_contact_that_does_not_exist(session: Session) -> None:
    with pytest.raises(NotFound, match=r"There is no contact ada@example\.com"):
        queries.by_address(session, "ada@example.com")
    with pytest.raises(NotFound, match="There is no such contact"):
        queries.by_id(session, 0)
    with pytest.raises(BadAddress):
        queries.by_address(session, "ada")


def test_erased_contacts_are_not_counted(session: Session) -> None:
    make_contact(session)
    make_contact(session, erased_at=clock.now(session))
    assert queries.how_many(session) == 1
