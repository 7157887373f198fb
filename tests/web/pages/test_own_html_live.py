"""Somebody's own HTML in Chromium: pasted, reported, seen beside, checked, mended, left again."""

import pytest
from playwright.sync_api import expect

from tests.rendering.foreign import messages
from tests.web.pages.content_desk import PATH, make_draft
from tests.web.pages.desk import Live

pytestmark = pytest.mark.browser


def test_html_is_pasted_reported_mended_and_left_again(live: Live) -> None:
    draft = make_draft(live.sessions)
    page = live.as_(path=PATH, user=draft.cora)
    page.get_by_role("link", name="Use your own HTML").click()
    live.inspect(page)
    page.get_by_label("HTML of the whole message").fill(messages.read("mailchimp_sent"))
    page.get_by_label("Put our footer at its end").uncheck()
    page.get_by_role("button", name="Use this HTML").click()
    expect(page.get_by_text("Your HTML is saved.")).to_be_visible()
    message = page.frame_locator("iframe:not(.coming)")
    expect(message.get_by_role("heading", name="Sleep, plainly")).to_be_visible()
    expect(page.get_by_text("An unseen picture that tells")).to_be_visible()
    live.inspect(page)
    page.get_by_role("button", name="Back to blocks").click()
    expect(page.locator("#edit-visit")).to_be_visible()
    assert list(draft.blocks()) == ["header", "greeting", "visit", "faq", "footer"]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Your own HTML")).to_be_visible()


def test_what_is_pasted_and_not_saved_stays_while_a_block_is_put_below(live: Live) -> None:
    draft = make_draft(live.sessions)
    page = live.as_(path=f"{PATH}/html", user=draft.cora)
    source = page.get_by_label("HTML of the whole message")
    source.fill("<p>The car park is closed.</p>")
    page.get_by_role("button", name="Use this HTML").click()
    expect(page.get_by_text("Your HTML is saved.")).to_be_visible()
    source.fill("<p>The car park is open again.</p>")
    page.get_by_role("link", name="Add a block below your page").click()
    page.get_by_role("link", name="Crisis line").click()
    page.get_by_role("button", name="Add it").click()
    expect(page.locator("#edit-crisis-line")).to_be_visible()
    expect(source).to_have_value("<p>The car park is open again.</p>")
    live.inspect(page)
    assert list(draft.blocks()) == ["html", "crisis-line", "footer"]
