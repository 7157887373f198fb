"""A message in the browser: the reader's own, without a pixel, shut in by its policy."""

import pytest
from sqlalchemy import select

from campaigns.contacts.models import Topic
from campaigns.database import Sessions
from campaigns.delivery.models import Delivery
from campaigns.rendering import freeze
from campaigns.tracking.models import Event, EventKind
from tests.factories import make_campaign, make_version
from tests.tracking.factories import Reader, make_reader
from tests.web.browsing import Browser, track


@pytest.fixture
def received(committed: Sessions, reader: Reader) -> Reader:
    """Someone who received an article."""
    with committed.begin() as session:
        campaign = make_campaign(session, topic=Topic.EDUCATION)
        program = freeze.freeze(session, make_version(session, campaign))
        made = make_reader(session, campaign)
        session.flush()
        made.delivery.program_id = program.id
        return made


def test_the_message_is_the_readers_own_without_a_pixel(
    browser: Browser, received: Reader, committed: Sessions
) -> None:
    answer = browser.get(f"/v/{track(received)}")
    assert answer.status_code == 200
    assert "Maria" in answer.text
    assert "What a visit looks like" in answer.text
    assert "/o/" not in answer.text
    assert f"/v/{track(received)}" in answer.text
    with committed() as session:
        assert list(session.scalars(select(Event.kind))) == [EventKind.VIEWED]


def test_the_message_is_shut_in_and_not_indexed(browser: Browser, received: Reader) -> None:
    headers = browser.get(f"/v/{track(received)}").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "sandbox" in policy
    assert "script" not in policy
    assert headers["x-robots-tag"] == "noindex, nofollow"
    assert headers["cache-control"] == "no-store"


def test_a_message_that_was_not_sent_yet_cannot_be_viewed(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    answer = browser.get(f"/v/{track(reader)}")
    assert answer.status_code == 404
    assert "not sent yet" in answer.text
    with committed() as session:
        assert session.get_one(Delivery, reader.delivery.id).program_id is None
