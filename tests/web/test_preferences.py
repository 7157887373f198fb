"""Preferences: single topics, a pause, with the words that were shown kept as proof."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from campaigns.contacts import consent, suppression
from campaigns.contacts.models import (
    ConsentEvent,
    ConsentState,
    Contact,
    Scope,
    SuppressionReason,
    Topic,
)
from campaigns.database import Sessions
from campaigns.tracking import queries
from tests.tracking.factories import NOW, Reader, pass_time
from tests.web.browsing import Browser, act


def choose(browser: Browser, reader: Reader, *topics: Topic, **fields: str) -> httpx.Response:
    data: dict[str, Any] = {"save": "choices", "topic": [each.value for each in topics]}
    return browser.post(f"/p/{act(reader)}", data=data | fields)


def given(committed: Sessions, reader: Reader) -> set[Topic]:
    with committed() as session:
        contact = session.get_one(Contact, reader.contact.id)
        found = consent.states(session, contact).items()
        return {topic for topic, each in found if each.state is ConsentState.GIVEN}


def paused_until(committed: Sessions, reader: Reader) -> object:
    with committed() as session:
        return session.get_one(Contact, reader.contact.id).paused_until


def test_the_page_shows_what_stands(browser: Browser, reader: Reader) -> None:
    page = browser.get(f"/p/{act(reader)}").text
    assert page.count('name="topic"') == len(Topic)
    assert page.count(" checked") == len(Topic) + 1
    assert "r***@example.com" in page


def test_giving_up_one_topic_keeps_the_other_and_counts_as_unsubscribed(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    answer = choose(browser, reader, Topic.EDUCATION)
    assert "Saved." in answer.text
    assert given(committed, reader) == {Topic.EDUCATION}
    with committed() as session:
        assert queries.figures(session, reader.campaign.id).unsubscribed == 1


def test_coming_back_is_consent_with_the_words_shown_as_proof(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    choose(browser, reader)
    page = browser.get(f"/p/{act(reader)}").text
    choose(browser, reader, Topic.OFFERS)
    assert given(committed, reader) == {Topic.OFFERS}
    with committed() as session:
        newest = session.scalars(select(ConsentEvent).order_by(ConsentEvent.id.desc())).first()
        assert newest is not None
        assert (newest.source, newest.topic) == ("preferences page", Topic.OFFERS)
        assert newest.words in page


def test_what_stands_already_keeps_its_first_proof(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    choose(browser, reader, *Topic)
    with committed() as session:
        found = session.scalars(select(ConsentEvent.source)).all()
        assert list(found) == ["test form"] * len(Topic)
        assert queries.figures(session, reader.campaign.id).unsubscribed == 0


@pytest.mark.parametrize("days", [30, 90])
def test_a_pause_is_kept_and_shown_with_its_last_day(
    browser: Browser, reader: Reader, committed: Sessions, days: int
) -> None:
    answer = choose(browser, reader, *Topic, pause=str(days))
    until = NOW + timedelta(days=days)
    assert paused_until(committed, reader) == until
    assert until.strftime("%-d %B %Y") in answer.text
    assert until.strftime("%-d %B %Y") in browser.get(f"/p/{act(reader)}").text


def test_a_pause_stays_unless_it_is_ended(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    choose(browser, reader, *Topic, pause="30")
    choose(browser, reader, *Topic, pause="keep")
    assert paused_until(committed, reader) is not None
    choose(browser, reader, *Topic, pause="0")
    assert paused_until(committed, reader) is None


def test_a_pause_that_is_over_is_not_shown(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    choose(browser, reader, *Topic, pause="30")
    with committed.begin() as session:
        pass_time(session, days=31)
    assert "Keep the pause" not in browser.get(f"/p/{act(reader)}").text


def test_choosing_nothing_is_unsubscribing(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    answer = choose(browser, reader)
    assert "no more health articles or offers" in answer.text
    assert given(committed, reader) == set()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"List-Unsubscribe": "One-Click"},
        {"save": "choices", "topic": "gossip"},
        {"save": "choices", "pause": "31"},
    ],
)
def test_a_form_that_is_not_ours_changes_nothing(
    browser: Browser, reader: Reader, committed: Sessions, data: dict[str, str]
) -> None:
    answer = browser.post(f"/p/{act(reader)}", data=data)
    assert answer.status_code == 422
    assert "go back and try again" in answer.text
    assert given(committed, reader) == set(Topic)


def test_a_suppressed_address_is_told_that_nothing_will_come(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    with committed.begin() as session:
        suppression.suppress(
            session,
            canonical=reader.contact.canonical_address or "",
            scope=Scope.MARKETING,
            reason=SuppressionReason.COMPLAINT,
        )
    assert "We do not write to this address at present" in browser.get(f"/p/{act(reader)}").text


def test_the_pause_is_shown_also_before_the_clinic_has_a_zone(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    from campaigns.accounts.models import Organisation

    with committed.begin() as session:
        session.delete(session.get_one(Organisation, 1))
    assert "24 December 2026" in choose(browser, reader, *Topic, pause="30").text
