"""Consent is given with its proof, weakened by nobody else, and ended for good by the person."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from campaigns import clock, tokens
from campaigns.contacts import consent, queries
from campaigns.contacts.models import ConsentEvent, ConsentState, Contact, Topic
from campaigns.database import Session, Sessions
from campaigns.errors import Invalid
from campaigns.notices import Notice
from campaigns.tokens import Family
from tests.factories import make_contact

WORDS = "Yes, write to me about offers."


def stands(session: Session, contact: Contact) -> dict[Topic, ConsentState]:
    return {topic: each.state for topic, each in consent.states(session, contact).items()}


def give(session: Session, contact: Contact, *, confirmed: bool = True) -> None:
    consent.give(
        session,
        contact,
        topic=Topic.OFFERS,
        source="web form",
        words=WORDS,
        confirmed=confirmed,
    )


def test_consent_is_kept_with_when_where_and_the_words_shown(session: Session) -> None:
    contact = make_contact(session, topics=())
    given_at = datetime(2026, 3, 31, tzinfo=UTC)
    consent.give(
        session, contact, topic=Topic.OFFERS, source="Front desk", words=WORDS, at=given_at
    )
    [event] = queries.history(session, contact)
    assert (event.topic, event.state, event.at) == (Topic.OFFERS, ConsentState.GIVEN, given_at)
    assert (event.source, event.words) == ("Front desk", WORDS)
    assert event.recorded_at == clock.now(session)
    assert consent.states(session, contact)[Topic.OFFERS].since == given_at


def test_a_topic_that_was_never_asked_about_is_not_agreed_to(session: Session) -> None:
    contact = make_contact(session, topics=(Topic.OFFERS,))
    assert stands(session, contact) == {Topic.OFFERS: ConsentState.GIVEN}


@pytest.mark.parametrize(("source", "words"), [("", WORDS), ("web form", " ")])
def test_consent_without_its_proof_is_refused(session: Session, source: str, words: str) -> None:
    contact = make_contact(session, topics=())
    with pytest.raises(Invalid, match="needs its proof"):
        consent.give(session, contact, topic=Topic.OFFERS, source=source, words=words)
    assert stands(session, contact) == {}


def test_withdrawing_ends_every_topic_and_keeps_the_proof(session: Session) -> None:
    contact = make_contact(session)
    assert consent.withdraw(session, contact, through="one-click") == list(Topic)
    assert set(stands(session, contact).values()) == {ConsentState.WITHDRAWN}
    states = [each.state for each in queries.history(session, contact)]
    assert states == [ConsentState.GIVEN] * 2 + [ConsentState.WITHDRAWN] * 2


def test_withdrawing_twice_changes_nothing(session: Session) -> None:
    contact = make_contact(session)
    consent.withdraw(session, contact, through="one-click")
    before = queries.history(session, contact)
    assert consent.withdraw(session, contact, through="one-click") == []
    assert queries.history(session, contact) == before


def test_one_topic_may_be_withdrawn_alone(session: Session) -> None:
    contact = make_contact(session)
    gone = consent.withdraw(session, contact, through="preferences", topics=[Topic.OFFERS])
    assert gone == [Topic.OFFERS]
    assert stands(session, contact) == {
        Topic.EDUCATION: ConsentState.GIVEN,
        Topic.OFFERS: ConsentState.WITHDRAWN,
    }


def test_withdrawing_covers_a_topic_never_asked_about(session: Session) -> None:
    contact = make_contact(session, topics=(Topic.OFFERS,))
    consent.withdraw(session, contact, through="one-click")
    assert stands(session, contact)[Topic.EDUCATION] is ConsentState.WITHDRAWN


def test_the_person_may_give_it_again(session: Session) -> None:
    contact = make_contact(session)
    consent.withdraw(session, contact, through="one-click")
    give(session, contact)
    assert stands(session, contact)[Topic.OFFERS] is ConsentState.GIVEN
    assert stands(session, contact)[Topic.EDUCATION] is ConsentState.WITHDRAWN
    assert consent.last_withdrawn(session, contact, Topic.OFFERS) is None


def test_an_address_typed_into_a_form_is_asked_by_a_letter(session: Session) -> None:
    contact = make_contact(session, "ada@example.com", topics=())
    give(session, contact, confirmed=False)
    assert stands(session, contact) == {Topic.OFFERS: ConsentState.UNCONFIRMED}
    notice = session.scalars(select(Notice)).one()
    assert (notice.kind, notice.address) == ("confirm_address", "ada@example.com")
    token = notice.context["confirm_url"].rpartition("/")[2]
    now = clock.now(session)
    assert tokens.read_notice(token, Family.CONFIRM, now=now) == contact.id
    with pytest.raises(Invalid, match="too old"):
        tokens.read_notice(token, Family.CONFIRM, now=now + timedelta(days=15))


def test_typing_an_address_all_day_long_sends_one_letter(session: Session) -> None:
    contact = make_contact(session, topics=())
    for _ in range(3):
        give(session, contact, confirmed=False)
    assert len(session.scalars(select(Notice)).all()) == 1


def test_confirming_gives_what_was_unconfirmed_and_nothing_else(session: Session) -> None:
    contact = make_contact(session, topics=())
    give(session, contact, confirmed=False)
    assert consent.confirm(session, contact, source="link in the letter") == [Topic.OFFERS]
    assert stands(session, contact) == {Topic.OFFERS: ConsentState.GIVEN}
    assert queries.history(session, contact)[-1].source == "link in the letter"


def test_confirming_twice_or_after_withdrawing_changes_nothing(session: Session) -> None:
    contact = make_contact(session, topics=())
    give(session, contact, confirmed=False)
    consent.withdraw(session, contact, through="one-click")
    assert consent.confirm(session, contact, source="link in the letter") == []
    assert set(stands(session, contact).values()) == {ConsentState.WITHDRAWN}


def test_somebody_typing_an_address_never_weakens_consent_that_stands(session: Session) -> None:
    contact = make_contact(session)
    before = queries.history(session, contact)
    give(session, contact, confirmed=False)
    assert stands(session, contact)[Topic.OFFERS] is ConsentState.GIVEN
    assert queries.history(session, contact) == before
    assert session.scalars(select(Notice)).all() == []


def test_typing_the_address_of_someone_who_withdrew_waits_for_the_person(
    session: Session,
) -> None:
    contact = make_contact(session)
    consent.withdraw(session, contact, through="one-click")
    give(session, contact, confirmed=False)
    assert stands(session, contact)[Topic.OFFERS] is ConsentState.UNCONFIRMED
    withdrawn_at = consent.last_withdrawn(session, contact, Topic.OFFERS)
    assert withdrawn_at == clock.now(session)


def test_a_contact_who_was_erased_cannot_be_asked(session: Session) -> None:
    contact = make_contact(session, topics=())
    contact.address = None
    with pytest.raises(Invalid, match="erased"):
        give(session, contact, confirmed=False)


def test_a_pause_is_quiet_for_some_days_and_consent_stands(session: Session) -> None:
    contact = make_contact(session)
    until = consent.pause(session, contact, days=30)
    assert contact.paused_until == until == clock.now(session) + timedelta(days=30)
    assert set(stands(session, contact).values()) == {ConsentState.GIVEN}
    consent.unpause(session, contact)
    assert contact.paused_until is None


@pytest.mark.parametrize("days", [0, 366, -1])
def test_a_pause_takes_one_day_to_one_year(session: Session, days: int) -> None:
    contact = make_contact(session)
    with pytest.raises(Invalid, match="1 to 365 days"):
        consent.pause(session, contact, days=days)


def test_confirming_waits_for_a_withdrawal_on_its_way_and_respects_it(
    committed: Sessions,
) -> None:
    with committed.begin() as session:
        contact = make_contact(session, topics=())
        give(session, contact, confirmed=False)
    confirmed: list[list[Topic]] = []

    def confirm() -> None:
        with committed.begin() as other:
            found = queries.by_id(other, contact.id)
            confirmed.append(consent.confirm(other, found, source="link in the letter"))

    with committed.begin() as session:
        consent.withdraw(session, contact, through="one-click")
        meanwhile = threading.Thread(target=confirm)
        meanwhile.start()
        meanwhile.join(timeout=0.5)
        assert meanwhile.is_alive(), "it must wait for the contact's row"
    meanwhile.join()
    assert confirmed == [[]]
    with committed() as session:
        assert set(stands(session, contact).values()) == {ConsentState.WITHDRAWN}


def test_every_change_is_in_the_history_and_only_changes_are(session: Session) -> None:
    contact = make_contact(session, topics=())
    give(session, contact)
    give(session, contact)
    count = len(session.scalars(select(ConsentEvent)).all())
    assert count == 2, "giving again is a proof of its own"
