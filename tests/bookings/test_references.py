"""Short words that people read out on the phone, each for one booking."""

import re
from itertools import chain, repeat

import pytest

from campaigns.bookings import lifecycle, references
from campaigns.database import Session
from tests.bookings import factories


def test_a_reference_has_no_letter_that_is_read_wrongly(session: Session) -> None:
    found = {references.fresh(session) for _ in range(200)}

    assert len(found) > 190
    assert all(re.fullmatch(r"BK-[2-9A-HK-NP-Z]{5}", each) for each in found)


def test_a_reference_that_is_taken_is_not_given_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = factories.make_clinic(session)
    wish = factories.make_wish(clinic)
    taken = lifecycle.request(session, delivery=clinic.delivery, wish=wish, key="form").reference
    letters = chain(taken.removeprefix("BK-"), repeat("7"))
    monkeypatch.setattr("secrets.choice", lambda _: next(letters))

    assert references.fresh(session) == "BK-77777"
