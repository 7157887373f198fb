"""Opens and clicks: recorded before they are answered, and leading nowhere but to our links."""

import pytest
from sqlalchemy import select

from campaigns import database, public_urls, tokens
from campaigns.contacts.models import Contact
from campaigns.database import Sessions
from campaigns.tokens import Family
from campaigns.tracking.models import Event, EventKind, MadeBy
from campaigns.web.app import create_app
from tests.tracking.factories import NOW, Reader
from tests.web.browsing import Browser, act, track


def recorded(committed: Sessions) -> list[Event]:
    with committed() as session:
        return list(session.scalars(select(Event).order_by(Event.id)))


def test_the_pixel_is_an_image_and_an_open(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    answer = browser.get(f"/o/{track(reader)}.gif")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/gif"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"GIF89a")
    (event,) = recorded(committed)
    assert (event.kind, event.delivery_id) == (EventKind.OPENED, reader.delivery.id)


@pytest.mark.parametrize("token", ["x", "A" * 26, "%00"])
def test_a_bad_token_still_gets_the_image_and_records_nothing(
    browser: Browser, committed: Sessions, token: str
) -> None:
    answer = browser.get(f"/o/{token}.gif")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
    assert recorded(committed) == []


def test_the_pixel_answers_also_without_a_database(reader: Reader) -> None:
    nowhere = database.make_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    answer = Browser(create_app(database.make_sessions(nowhere))).get(f"/o/{track(reader)}.gif")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
    nowhere.dispose()


def test_only_the_headers_of_the_pixel_are_no_open(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    assert browser.head(f"/o/{track(reader)}.gif").status_code == 200
    assert recorded(committed) == []


def test_a_click_is_recorded_and_leads_to_the_campaigns_link(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    answer = browser.get(f"/c/{track(reader)}/2")
    assert answer.status_code == 302
    assert answer.headers["location"] == "https://clinic.example.com/article/2?from=letter"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    (event,) = recorded(committed)
    assert (event.kind, event.link_index, event.made_by) == (EventKind.CLICKED, 2, MadeBy.HUMAN)
    with committed() as session:
        assert session.get_one(Contact, reader.contact.id).last_clicked_at == NOW


def test_an_offers_link_leads_to_the_booking_page_with_a_token_of_its_own(
    browser: Browser, reader: Reader
) -> None:
    location = browser.get(f"/c/{track(reader)}/5").headers["location"]
    prefix = public_urls.book("")
    assert location.startswith(prefix)
    named = tokens.read(location.removeprefix(prefix), Family.BOOK)
    assert (named.campaign_id, named.delivery_id) == (reader.campaign.id, reader.delivery.id)


@pytest.mark.parametrize("index", ["6", "-1", "x", "99999999999", "1.5"])
def test_a_link_that_the_campaign_has_not_leads_nowhere(
    browser: Browser, reader: Reader, committed: Sessions, index: str
) -> None:
    answer = browser.get(f"/c/{track(reader)}/{index}")
    assert answer.status_code == 404
    assert "location" not in answer.headers
    assert recorded(committed) == []


def test_an_address_in_the_query_changes_nothing(browser: Browser, reader: Reader) -> None:
    answer = browser.get(f"/c/{track(reader)}/0?url=https://evil.example.com&next=//evil")
    assert answer.headers["location"] == "https://clinic.example.com/article/0?from=letter"


def test_looking_at_a_links_headers_is_a_machines_click(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    assert browser.head(f"/c/{track(reader)}/0").status_code == 302
    (event,) = recorded(committed)
    assert (event.made_by, event.reasons) == (MadeBy.MACHINE, ["head"])


def test_a_token_for_one_thing_serves_for_no_other(browser: Browser, reader: Reader) -> None:
    assert browser.get(f"/c/{act(reader)}/0").status_code == 404
    assert browser.post(f"/u/{track(reader)}").status_code == 404
    assert browser.post(f"/p/{track(reader)}", data={"save": "choices"}).status_code == 404


def test_the_links_of_a_test_message_say_what_they_are(browser: Browser, reader: Reader) -> None:
    token = tokens.mint(Family.TRACK, campaign_id=reader.campaign.id, delivery_id=0)
    answer = browser.get(f"/c/{token}/0")
    assert answer.status_code == 404
    assert "test message" in answer.text


def test_a_link_of_a_message_we_no_longer_know_is_answered_kindly(
    browser: Browser, reader: Reader
) -> None:
    token = tokens.mint(Family.TRACK, campaign_id=reader.campaign.id, delivery_id=99_999)
    answer = browser.get(f"/c/{token}/0")
    assert answer.status_code == 404
    assert "We do not know this message any more" in answer.text
