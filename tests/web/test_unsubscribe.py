"""Unsubscribing: a press acts at once, a look changes nothing, and no form can refuse it."""

from typing import Any

import pytest
from sqlalchemy import select

from campaigns.contacts import consent
from campaigns.contacts.models import ConsentEvent, ConsentState, Contact, Topic
from campaigns.database import Sessions
from campaigns.tracking import queries
from campaigns.tracking.models import Event, EventKind
from tests.tracking.factories import Reader
from tests.web.browsing import Browser, act


def states(committed: Sessions, reader: Reader) -> set[ConsentState]:
    with committed() as session:
        contact = session.get_one(Contact, reader.contact.id)
        return {each.state for each in consent.states(session, contact).values()}


def sources(committed: Sessions) -> set[str]:
    with committed() as session:
        withdrawn = ConsentEvent.state == ConsentState.WITHDRAWN
        return set(session.scalars(select(ConsentEvent.source).where(withdrawn)))


def test_looking_shows_a_button_and_the_choices_and_changes_nothing(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    answer = browser.get(f"/u/{act(reader)}")
    assert answer.status_code == 200
    assert f'action="/u/{act(reader)}"' in answer.text
    assert f'action="/p/{act(reader)}"' in answer.text
    assert "r***@example.com" in answer.text
    assert (reader.contact.address or "?") not in answer.text
    assert states(committed, reader) == {ConsentState.GIVEN}


def test_only_the_headers_do_nothing_at_all(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    for page in ("u", "p", "confirm"):
        answer = browser.head(f"/{page}/{act(reader)}")
        assert (answer.status_code, answer.content) == (200, b"")
    assert states(committed, reader) == {ConsentState.GIVEN}
    with committed() as session:
        assert session.scalars(select(Event)).all() == []


@pytest.mark.parametrize(
    ("sent", "through"),
    [
        ({"data": {"List-Unsubscribe": "One-Click"}}, "one-click"),
        ({"files": {"List-Unsubscribe": (None, "One-Click")}}, "one-click"),
        ({}, "unsubscribe page"),
        ({"json": {"please": "stop"}}, "unsubscribe page"),
        (
            {
                "content": b"--broken",
                "headers": {"content-type": "multipart/form-data; boundary=other"},
            },
            "unsubscribe page",
        ),
        ({"content": b"x" * 100_000}, "unsubscribe page"),
    ],
)
def test_a_press_acts_at_once_whatever_the_form(
    browser: Browser, reader: Reader, committed: Sessions, sent: dict[str, Any], through: str
) -> None:
    answer = browser.post(f"/u/{act(reader)}", **sent)
    assert answer.status_code == 200
    assert "You are unsubscribed" in answer.text
    assert "set-cookie" not in answer.headers
    assert states(committed, reader) == {ConsentState.WITHDRAWN}
    assert sources(committed) == {through}


def test_pressing_twice_is_pressing_once(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    for _ in range(2):
        assert browser.post(f"/u/{act(reader)}").status_code == 200
    with committed() as session:
        assert queries.figures(session, reader.campaign.id).unsubscribed == 1
        withdrawn = ConsentEvent.state == ConsentState.WITHDRAWN
        assert len(session.scalars(select(ConsentEvent).where(withdrawn)).all()) == len(Topic)


def test_who_is_unsubscribed_already_is_told_so(browser: Browser, reader: Reader) -> None:
    browser.post(f"/u/{act(reader)}")
    page = browser.get(f"/u/{act(reader)}").text
    assert "You are unsubscribed" in page
    assert f'action="/u/{act(reader)}"' not in page


def test_a_scanner_that_follows_links_and_looks_here_is_marked_and_unsubscribes_nobody(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    from tests.web.browsing import track

    browser.get(f"/c/{track(reader)}/0")
    browser.get(f"/u/{act(reader)}")
    assert states(committed, reader) == {ConsentState.GIVEN}
    with committed() as session:
        figures = queries.figures(session, reader.campaign.id)
        assert (figures.clickers, figures.clicked_by_machine) == (0, 1)
        kinds = set(session.scalars(select(Event.kind)))
        assert kinds == {EventKind.CLICKED, EventKind.VISITED}


def test_an_erased_contact_can_still_press(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    with committed.begin() as session:
        contact = session.get_one(Contact, reader.contact.id)
        contact.address = contact.canonical_address = None
    assert "your address" in browser.get(f"/u/{act(reader)}").text
    assert browser.post(f"/u/{act(reader)}").status_code == 200
