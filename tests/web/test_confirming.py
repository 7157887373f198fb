"""Confirming an address: a press confirms, a scanner's visit does not, an old link says so."""

from datetime import timedelta

import pytest

from campaigns import tokens
from campaigns.contacts import consent
from campaigns.contacts.models import ConsentState, Contact, Topic
from campaigns.database import Sessions
from campaigns.tokens import Family
from tests.factories import make_contact
from tests.tracking.factories import NOW, Reader
from tests.web.browsing import Browser


@pytest.fixture
def newcomer(committed: Sessions, reader: Reader) -> Contact:
    with committed.begin() as session:
        contact = make_contact(session, "new@example.com", topics=())
        consent.give(
            session,
            contact,
            topic=Topic.EDUCATION,
            source="web form",
            words="Yes, write to me.",
            confirmed=False,
        )
        return contact


def token(contact: Contact, *, days: float = 14) -> str:
    return tokens.mint_notice(
        Family.CONFIRM, subject_id=contact.id, expires_at=NOW + timedelta(days=days)
    )


def state(committed: Sessions, contact: Contact) -> ConsentState:
    with committed() as session:
        return consent.states(session, contact)[Topic.EDUCATION].state


def test_a_visit_shows_a_button_and_confirms_nothing(
    browser: Browser, newcomer: Contact, committed: Sessions
) -> None:
    answer = browser.get(f"/confirm/{token(newcomer)}")
    assert "Yes, write to me" in answer.text
    assert "n***@example.com" in answer.text
    assert state(committed, newcomer) is ConsentState.UNCONFIRMED


def test_a_press_confirms_and_twice_is_once(
    browser: Browser, newcomer: Contact, committed: Sessions
) -> None:
    for _ in range(2):
        answer = browser.post(f"/confirm/{token(newcomer)}")
        assert answer.status_code == 200
        assert "Your address is confirmed" in answer.text
    assert state(committed, newcomer) is ConsentState.GIVEN
    assert "Nothing left to confirm" in browser.get(f"/confirm/{token(newcomer)}").text


def test_an_old_link_says_so_and_confirms_nothing(
    browser: Browser, newcomer: Contact, committed: Sessions
) -> None:
    answer = browser.post(f"/confirm/{token(newcomer, days=-1)}")
    assert answer.status_code == 404
    assert "This link is too old" in answer.text
    assert state(committed, newcomer) is ConsentState.UNCONFIRMED
