"""Blocks of every kind of field are written in Chromium and seen beside as readers get them."""

import pytest
from playwright.sync_api import expect

from tests.web.pages.content_desk import PATH, make_draft
from tests.web.pages.desk import Live

pytestmark = pytest.mark.browser


def test_an_event_is_written_with_its_hours_and_seen_beside(live: Live) -> None:
    draft = make_draft(live.sessions)
    page = live.as_(path=f"{PATH}?add=event&after=visit", user=draft.cora)
    form = page.locator("#form-new")
    form.get_by_label("What it is").fill("An open evening")
    form.get_by_label("Begins").fill("2035-06-07T18:00")
    form.get_by_label("Ends").fill("2035-06-07T19:30")
    form.get_by_label("Where", exact=True).fill("Our waiting room")
    expect(form.get_by_label("Time zone")).to_have_value("America/Chicago")
    expect(form.get_by_label("Who sees it")).to_be_hidden()
    form.get_by_text("How it looks, and who sees it").click()
    expect(form.get_by_label("Who sees it")).to_have_value("")
    live.inspect(page)
    form.get_by_role("button", name="Add it").click()
    expect(page.locator("#edit-event")).to_be_visible()
    kept = draft.blocks()["event"]
    assert (kept["starts"], kept["ends"]) == ("2035-06-07T18:00", "2035-06-07T19:30")
    message = page.frame_locator("iframe:not(.coming)")
    expect(message.get_by_role("heading", name="An open evening")).to_be_visible()
    expect(message.get_by_text("Thursday, June 7, 2035")).to_be_visible()
