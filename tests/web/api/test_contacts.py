"""Another program hands people over: with proof, by the rules of an import."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from campaigns.accounts.models import AuditEntry
from campaigns.contacts import consent, queries, suppression
from campaigns.contacts.models import (
    ConsentEvent,
    ConsentState,
    Contact,
    Scope,
    SuppressionReason,
    Topic,
)
from campaigns.database import Sessions
from campaigns.notices import Notice
from tests.factories import make_contact
from tests.web.api.conftest import MakeProgram, Program

PATH = "/api/v1/contacts"
ADA = {
    "address": "Ada@Example.com",
    "topics": ["offers"],
    "source": "website form",
    "words": "Yes, write to me about offers.",
    "first_name": "Ada",
    "region": "us-tx",
}


@pytest.fixture
def website(program: MakeProgram) -> Program:
    return program("contacts")


def ada(sessions: Sessions) -> tuple[Contact, dict[Topic, ConsentState]]:
    with sessions() as session:
        found = queries.by_address(session, "ada@example.com")
        states = consent.states(session, found)
        return found, {topic: each.state for topic, each in states.items()}


def test_an_address_that_somebody_typed_is_added_and_asked(
    website: Program, committed: Sessions
) -> None:
    answer = website.post(PATH, json=ADA)
    assert (answer.status_code, answer.json()["outcome"]) == (201, "added")
    contact, states = ada(committed)
    assert (contact.first_name, contact.region) == ("Ada", "US-TX")
    assert states == {Topic.OFFERS: ConsentState.UNCONFIRMED}
    with committed() as session:
        assert session.scalars(select(Notice.kind)).one() == "confirm_address"
        proof = session.scalars(select(ConsentEvent)).one()
        assert (proof.source, proof.words) == (ADA["source"], ADA["words"])
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert entry.actor == "olive@clinic.example.com (key program for contacts)"
        assert "ada" not in f"{entry.subject}{entry.after}".lower()


def test_a_confirmed_address_may_be_written_to_and_asking_again_changes_nothing(
    website: Program, committed: Sessions
) -> None:
    given = ADA | {"is_confirmed": True, "given_at": "2026-01-02T03:04:05Z"}
    given["topics"] = ["offers", "offers"]
    assert website.post(PATH, json=given).json()["outcome"] == "added"
    again = website.post(PATH, json=given)
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    more = website.post(PATH, json=given | {"last_name": "Example"})
    assert more.json()["outcome"] == "updated"
    contact, states = ada(committed)
    assert contact.last_name == "Example"
    assert states == {Topic.OFFERS: ConsentState.GIVEN}


def test_a_stranger_neither_renames_nor_silences_somebody_known(
    website: Program, committed: Sessions
) -> None:
    with committed.begin() as session:
        make_contact(session, "ada@example.com", first_name="Ada", topics=(Topic.OFFERS,))
    same = website.post(PATH, json=ADA | {"first_name": "Eve"})
    assert same.json()["outcome"] == "unchanged"
    more = website.post(PATH, json=ADA | {"first_name": "Eve", "topics": ["education"]})
    assert more.json()["outcome"] == "asked"
    contact, states = ada(committed)
    assert contact.first_name == "Ada"
    assert states == {
        Topic.OFFERS: ConsentState.GIVEN,
        Topic.EDUCATION: ConsentState.UNCONFIRMED,
    }


def test_who_withdrew_is_not_brought_back(website: Program, committed: Sessions) -> None:
    with committed.begin() as session:
        contact = make_contact(session, "ada@example.com")
        consent.withdraw(session, contact, through="one-click")
    answer = website.post(PATH, json=ADA | {"is_confirmed": True})
    assert answer.status_code == 409
    assert answer.json()["error"].startswith("This person withdrew consent to offers on")
    assert ada(committed)[1][Topic.OFFERS] is ConsentState.WITHDRAWN


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_a_suppressed_address_stays_so(
    website: Program, committed: Sessions, is_confirmed: bool
) -> None:
    with committed.begin() as session:
        suppression.suppress(
            session,
            canonical="ada@example.com",
            scope=Scope.EVERYTHING,
            reason=SuppressionReason.REQUEST,
        )
    answer = website.post(PATH, json=ADA | {"is_confirmed": is_confirmed})
    assert answer.status_code == 409
    assert "is suppressed" in answer.json()["error"]
    with committed() as session:
        assert queries.find(session, "ada@example.com") is None


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"address": "ada"}, "'ada' is not an email address"),
        ({"topics": []}, "topics: Choose at least one."),
        ({"topics": ["gossip"]}, "topics.0: Choose one of the list."),
        ({"source": ""}, "source: Fill this in."),
        ({"source": " "}, "Say what was agreed to"),
        ({"words": " "}, "Say what was agreed to"),
        ({"region": "Atlantis"}, "'Atlantis' is not a region"),
        ({"region": "Atlantis", "is_confirmed": True}, "'Atlantis' is not a region"),
        ({"given_at": "2099-01-01T00:00:00Z"}, "Consent cannot be given in the future."),
        ({"given_at": "2026-01-01T00:00:00"}, "given_at: "),
        ({"diagnosis": "x"}, "diagnosis: there is no such field."),
        ({"source": "a\0"}, "The request cannot be read."),
        ({"first_name": "x" * 101}, "first_name: Use at most 100 characters."),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    website: Program, committed: Sessions, given: dict[str, Any], sentence: str
) -> None:
    answer = website.post(PATH, json=ADA | given)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith(sentence)
    with committed() as session:
        assert queries.how_many(session) == 0


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b'"x"'])
def test_a_body_that_cannot_be_read_is_said_so(website: Program, body: bytes) -> None:
    answer = website.post(PATH, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert list(answer.json()) == ["error"]


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_the_same_person_handed_over_twice_at_once_is_one_contact(
    website: Program, committed: Sessions, is_confirmed: bool
) -> None:
    given = ADA | {"is_confirmed": is_confirmed}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: website.post(PATH, json=given).status_code, range(4)))
    assert sorted(answers) == [200, 200, 200, 201]
    with committed() as session:
        assert queries.how_many(session) == 1
