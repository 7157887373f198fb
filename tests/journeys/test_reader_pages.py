"""Readers unsubscribe, choose and confirm on a telephone, with nothing in anyone's way."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from campaigns import tokens
from campaigns.contacts import consent
from campaigns.contacts.models import ConsentState, Contact, Topic
from campaigns.database import Sessions
from campaigns.tokens import Family
from tests.tracking.factories import NOW, Reader
from tests.web.browsing import act, track

pytestmark = pytest.mark.browser

# 44 px is what a thumb needs; WCAG 2.2 (2.5.8) asks for 24.
THUMB = 44


def given(committed: Sessions, reader: Reader) -> set[Topic]:
    with committed() as session:
        contact = session.get_one(Contact, reader.contact.id)
        found = consent.states(session, contact).items()
        return {topic for topic, each in found if each.state is ConsentState.GIVEN}


def expect_sound(page: Page) -> None:
    """No serious fault of accessibility, nothing wider than the screen, room for a thumb."""
    found = Axe().run(page).response["violations"]
    faults = [each for each in found if each["impact"] in {"serious", "critical"}]
    assert faults == [], [(each["id"], each["nodes"][0]["html"]) for each in faults]
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    for target in page.locator(".button:visible, .choice:visible").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= THUMB


def test_one_press_unsubscribes(page: Page, reader: Reader, committed: Sessions) -> None:
    page.goto(f"/u/{act(reader)}")
    expect_sound(page)
    assert given(committed, reader) == set(Topic)

    page.get_by_role("button", name="Unsubscribe").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("You are unsubscribed")
    expect_sound(page)
    assert given(committed, reader) == set()


def test_a_reader_keeps_one_topic_and_takes_a_pause(
    page: Page, reader: Reader, committed: Sessions
) -> None:
    page.goto(f"/p/{act(reader)}")
    expect_sound(page)

    page.get_by_label("Offers and savings").uncheck()
    page.get_by_label("No messages for 30 days").check()
    page.get_by_role("button", name="Save my choices").click()

    expect(page.get_by_role("status")).to_contain_text("We will be quiet until 24 December 2026.")
    expect(page.get_by_label("Health articles")).to_be_checked()
    expect(page.get_by_label("Offers and savings")).not_to_be_checked()
    expect_sound(page)
    assert given(committed, reader) == {Topic.EDUCATION}


def test_a_reader_chooses_with_the_keyboard_alone(
    page: Page, reader: Reader, committed: Sessions
) -> None:
    page.goto(f"/u/{act(reader)}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.get_by_label("Offers and savings").focus()
    page.keyboard.press("Space")
    outline = page.locator(".choice:has(:focus-visible)").first
    assert outline.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    assert given(committed, reader) == {Topic.EDUCATION}


def test_who_pressed_by_mistake_finds_the_way_back(
    page: Page, reader: Reader, committed: Sessions
) -> None:
    page.goto(f"/u/{act(reader)}")
    page.get_by_role("button", name="Unsubscribe").click()
    page.get_by_role("link", name="Choose what I hear about").click()
    page.get_by_label("Health articles").check()
    page.get_by_role("button", name="Save my choices").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    assert given(committed, reader) == {Topic.EDUCATION}


def test_an_address_is_confirmed_with_a_press(
    page: Page, reader: Reader, committed: Sessions
) -> None:
    with committed.begin() as session:
        contact = session.get_one(Contact, reader.contact.id)
        consent.withdraw(session, contact, through="test")
        consent.give(
            session, contact, topic=Topic.OFFERS, source="form", words="Yes.", confirmed=False
        )
    token = tokens.mint_notice(
        Family.CONFIRM, subject_id=reader.contact.id, expires_at=NOW + timedelta(days=1)
    )
    page.goto(f"/confirm/{token}")
    expect_sound(page)
    assert given(committed, reader) == set()
    page.get_by_role("button", name="Yes, write to me").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    expect_sound(page)
    assert given(committed, reader) == {Topic.OFFERS}


def test_the_first_page_says_whose_it_is(page: Page, reader: Reader) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Messages from Renew Health")
    expect_sound(page)


def test_a_damaged_link_gets_a_kind_page_that_says_whom_to_call(page: Page, reader: Reader) -> None:
    page.goto(f"/c/{track(reader)}x/1")
    expect(page.get_by_role("heading", level=1)).to_have_text("We could not find that")
    expect(page.get_by_role("link", name="Call").first).to_be_visible()
    expect_sound(page)
