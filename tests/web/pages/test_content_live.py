"""The content step in Chromium: typed, moved, removed, kept; by two, by keyboard, offline."""

import re

import pytest
from playwright.sync_api import Page, expect

from campaigns.accounts.models import Role
from campaigns.planning.models import CampaignStatus
from tests.factories import make_contact
from tests.web.pages.content_desk import PATH, Draft, make_draft
from tests.web.pages.desk import Live

pytestmark = pytest.mark.browser

SAVED = "All changes are saved."


@pytest.fixture
def draft(live: Live) -> Draft:
    return make_draft(live.sessions)


def saved(page: Page) -> None:
    expect(page.locator("[data-saving]")).to_have_text(SAVED)


def open_block(page: Page, name: str) -> None:
    page.locator(f"#edit-{name}").click()
    expect(page.locator(f"#form-{name}")).to_be_visible()


def test_a_block_is_edited_in_place_saved_by_itself_and_seen_beside(
    live: Live, draft: Draft
) -> None:
    page = live.as_(path=PATH, user=draft.cora)
    open_block(page, "visit")
    page.get_by_label("Heading").fill("Your first visit")
    saved(page)
    assert draft.blocks()["visit"]["heading"] == "Your first visit"
    message = page.frame_locator("iframe:not(.coming)")
    expect(message.get_by_role("heading", name="Your first visit")).to_be_visible()
    live.inspect(page)
    page.get_by_role("button", name="Save and close").click()
    expect(page.locator("#edit-visit")).to_be_focused()
    assert draft.revision() == 2


def test_words_are_set_bold_and_linked(live: Live, draft: Draft) -> None:
    page = live.as_(path=f"{PATH}?edit=visit", user=draft.cora)
    page.get_by_role("textbox", name="Text", exact=True).click()
    page.keyboard.press("Control+a")
    page.keyboard.type("Read ")
    page.keyboard.press("Control+b")
    page.keyboard.type("this")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+k")
    page.get_by_label("Where the link leads").fill("nowhere")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Type a whole web address")).to_be_visible()
    live.inspect(page)
    page.get_by_label("Where the link leads").fill("example.com/visit")
    page.keyboard.press("Enter")
    saved(page)
    assert draft.blocks()["visit"]["text"] == (
        '<p><a href="https://example.com/visit">Read <strong>this</strong></a></p>'
    )


def test_words_are_listed_and_a_link_stands_without_words_too(live: Live, draft: Draft) -> None:
    page = live.as_(path=f"{PATH}?edit=visit", user=draft.cora)
    page.get_by_role("textbox", name="Text", exact=True).click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Backspace")
    page.get_by_role("button", name="List", exact=True).click()
    page.keyboard.type("one")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Link", exact=True).click()
    page.get_by_label("Where the link leads").fill("desk@example.com")
    page.get_by_role("button", name="Set link").click()
    saved(page)
    assert draft.blocks()["visit"]["text"] == (
        '<ul><li>one</li><li><a href="mailto:desk@example.com">desk@example.com</a></li></ul>'
    )


def test_rows_are_added_moved_and_removed_in_the_open_form(live: Live, draft: Draft) -> None:
    page = live.as_(path=f"{PATH}?edit=faq", user=draft.cora)
    page.get_by_role("button", name="Add a question").click()
    row = page.locator("[id='form-faq-items.2']")
    expect(row.get_by_label("Question")).to_be_focused()
    page.keyboard.type("Who drives me home?")
    row.get_by_role("textbox", name="Answer").click()
    page.keyboard.type("Somebody you bring along.")
    page.get_by_role("button", name="Move Question 3 up").click()
    expect(page.locator("[name='items.1.question']")).to_have_value("Who drives me home?")
    saved(page)
    page.get_by_role("button", name="Remove Question 1").click()
    expect(page.locator(".row-of")).to_have_count(2)
    saved(page)
    assert [each["question"] for each in draft.blocks()["faq"]["items"]] == [
        "Who drives me home?",
        "How long does it take?",
    ]
    live.inspect(page)


def test_blocks_are_ordered_by_keyboard_and_the_focus_stays(live: Live, draft: Draft) -> None:
    page = live.as_(path=PATH, user=draft.cora)
    button = page.get_by_role("button", name=re.compile("Move Questions and answers .* up"))
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#spoken")).to_contain_text("is now number 3 of 5.")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#spoken")).to_contain_text("is now number 2 of 5.")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Enter")
    assert list(draft.blocks()) == ["header", "faq", "greeting", "visit", "footer"]
    live.inspect(page)


def test_blocks_are_ordered_by_drag(live: Live, draft: Draft) -> None:
    page = live.as_(path=PATH, user=draft.cora, height=1900)
    expect(page.locator("[data-findings-rest]")).to_contain_text("about the message as a whole")
    handle = page.locator("#block-faq [data-handle]")
    target = page.locator("#block-greeting")
    start, end = handle.bounding_box(), target.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + 30, steps=12)
    page.mouse.move(end["x"] + 40, end["y"] + 4, steps=4)
    page.mouse.up()
    expect(page.locator("#spoken")).to_contain_text("is now number")
    assert list(draft.blocks()).index("faq") < list(draft.blocks()).index("visit")


def test_a_removed_block_comes_back_at_its_place(live: Live, draft: Draft) -> None:
    page = live.as_(path=PATH, user=draft.cora)
    page.get_by_role("button", name=re.compile("Remove Article")).click()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    assert "visit" not in draft.blocks()
    page.keyboard.press("Enter")
    expect(page.locator("#edit-visit")).to_be_focused()
    assert list(draft.blocks()) == ["header", "greeting", "visit", "faq", "footer"]


def test_a_block_is_added_from_the_menu(live: Live, draft: Draft) -> None:
    page = live.as_(path=PATH, user=draft.cora)
    page.locator("#add-greeting").click()
    expect(page.locator("#block-menu")).to_be_focused()
    live.inspect(page)
    page.get_by_role("link", name=re.compile("^Button")).click()
    page.get_by_label("Words on the button").fill("Read about visits")
    expect(page.get_by_label("Web address")).to_be_visible()
    page.get_by_label("Where it leads").select_option("A call to the clinic")
    expect(page.get_by_label("Web address")).to_be_hidden()
    expect(page.locator("[data-saving]")).to_have_text("Not added yet.")
    page.locator("#edit-faq").click()
    expect(page.locator("[data-saving]")).to_have_text("Add this block first, or drop it.")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator("#edit-cta-button")).to_be_focused()
    block = draft.blocks()["cta-button"]
    assert (block["action"], list(draft.blocks())[2]) == ("call", "cta-button")


def test_of_two_people_in_one_block_the_second_chooses(live: Live, draft: Draft) -> None:
    cora = live.as_(path=f"{PATH}?edit=visit", user=draft.cora)
    olaf = live.as_(path=f"{PATH}?edit=visit", user=draft.olaf)
    expect(olaf.locator("#editing")).to_contain_text("Cora is editing this now.")
    olaf.get_by_label("Heading").fill("Olaf's heading")
    saved(olaf)
    cora.get_by_label("Heading").fill("Cora's heading")
    clash = cora.locator(".clash")
    expect(clash).to_contain_text("while you were writing.")
    expect(clash).to_contain_text("Olaf's heading")
    expect(cora.get_by_label("Heading")).to_have_value("Cora's heading")
    assert draft.blocks()["visit"]["heading"] == "Olaf's heading"
    cora.get_by_role("button", name="Keep my text").click()
    expect(cora.locator("#edit-visit")).to_be_visible()
    assert draft.blocks()["visit"]["heading"] == "Cora's heading"
    olaf.get_by_label("Heading").fill("Olaf once more")
    expect(olaf.locator(".clash")).to_contain_text("Cora changed")
    olaf.get_by_role("link", name="Take theirs").click()
    expect(olaf.get_by_label("Heading")).to_have_value("Cora's heading")
    saved(olaf)


def test_two_people_in_two_blocks_do_not_notice_each_other(live: Live, draft: Draft) -> None:
    cora = live.as_(path=f"{PATH}?edit=visit", user=draft.cora)
    olaf = live.as_(path=f"{PATH}?edit=faq", user=draft.olaf)
    cora.get_by_label("Heading").fill("Cora's heading")
    olaf.get_by_label("Heading").fill("Olaf's heading")
    saved(cora)
    saved(olaf)
    blocks = draft.blocks()
    assert (blocks["visit"]["heading"], blocks["faq"]["heading"]) == (
        "Cora's heading",
        "Olaf's heading",
    )


def test_what_was_typed_survives_a_reload_at_once(live: Live, draft: Draft) -> None:
    page = live.as_(path=f"{PATH}?edit=visit", user=draft.cora)
    page.get_by_label("Heading").fill("Typed and reloaded")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#content-edit")).to_contain_text("Typed and reloaded")
    saved(page)
    assert draft.blocks()["visit"]["heading"] == "Typed and reloaded"


def test_leaving_with_unsaved_words_asks(live: Live, draft: Draft) -> None:
    page = live.as_(path=f"{PATH}?edit=visit", user=draft.cora)
    page.get_by_label("Heading").fill("")
    expect(page.locator("[data-saving]")).to_have_text("Not saved yet. Heading: Fill this in.")
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", stay)
    page.get_by_role("link", name="Next: Who").click()
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    expect(page.get_by_label("Heading")).to_have_value("")
    page.remove_listener("dialog", stay)
    page.get_by_label("Heading").fill("Back")
    saved(page)


def test_words_that_did_not_reach_the_server_are_kept_and_sent_again(
    live: Live, draft: Draft
) -> None:
    page = live.as_(path=f"{PATH}?edit=visit", user=draft.cora)
    page.context.set_offline(True)
    page.get_by_label("Heading").fill("Written in a tunnel")
    expect(page.locator("[data-saving]")).to_contain_text("kept on this computer")
    expect(page.locator("#spoken")).to_contain_text("The server does not answer.")
    page.context.set_offline(False)
    expect(page.locator("[data-saving]")).to_have_text(SAVED, timeout=8000)
    assert draft.blocks()["visit"]["heading"] == "Written in a tunnel"


def test_words_of_a_page_that_died_are_saved_when_it_is_opened_again(
    live: Live, draft: Draft
) -> None:
    page = live.as_(path=f"{PATH}?edit=visit", user=draft.cora)
    page.context.set_offline(True)
    page.get_by_label("Heading").fill("Written in a tunnel")
    expect(page.locator("[data-saving]")).to_contain_text("kept on this computer")
    page.close()
    assert draft.blocks()["visit"]["heading"] == "What a visit looks like"
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(f"{live.url}{PATH}")
    expect(again.locator(".notice.info")).to_contain_text("They are saved now.")
    assert draft.blocks()["visit"]["heading"] == "Written in a tunnel"


def test_a_new_block_that_was_not_added_comes_back_into_its_form(live: Live, draft: Draft) -> None:
    page = live.as_(path=f"{PATH}?add=quote&after=visit", user=draft.cora)
    page.get_by_label("Who said it").fill("A careful reader")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{live.url}{PATH}")
    expect(page.get_by_label("Who said it")).to_have_value("A careful reader")
    expect(page.locator(".notice.info")).to_contain_text("They are back in the form below.")
    page.get_by_role("link", name="Do not add it").click()
    saved(page)
    page.reload()
    expect(page.locator("#edit-visit")).to_be_visible()
    expect(page.get_by_label("Who said it")).to_have_count(0)


def test_the_subject_is_cut_as_one_types_and_names_are_inserted(live: Live, draft: Draft) -> None:
    page = live.as_(path=PATH, user=draft.cora)
    page.get_by_label("Subject", exact=True).fill("")
    page.get_by_text("Names that are filled in").click()
    page.get_by_role("button", name="Insert the clinic's name").click()
    page.keyboard.type(": what a first visit looks like from door to door")
    phone = page.locator("[data-cuts=subject] .line").first
    expect(phone).to_have_text("Sample Clinic: what a first visit look…")
    saved(page)
    assert draft.lines()[0].startswith("{clinic}: what a first visit")
    live.inspect(page)


def test_the_message_is_seen_narrow_dark_as_text_and_as_somebody(live: Live, draft: Draft) -> None:
    with live.sessions.begin() as session:
        make_contact(session, "ada@example.com", first_name="Ada", last_name="Lovell")
    page = live.as_(path=PATH, user=draft.cora)
    page.get_by_label("Width").select_option("375")
    expect(page.locator(".frame.w375 iframe:not(.coming)")).to_be_visible()
    page.get_by_label("Look").select_option("dark")
    expect(page.locator(".frame.dark iframe:not(.coming)")).to_be_visible()
    page.get_by_label("Find a contact").fill("lovell")
    page.get_by_role("button", name=re.compile("Ada Lovell")).click()
    message = page.frame_locator("iframe:not(.coming)")
    expect(message.get_by_text("Hello Ada,")).to_be_visible()
    page.get_by_label("Look").select_option("text")
    expect(page.locator(".frame.text iframe:not(.coming)")).to_be_visible()
    expect(page.frame_locator("iframe:not(.coming)").locator("body")).to_contain_text("Hello Ada,")


def test_findings_stand_beside_their_block(live: Live, draft: Draft) -> None:
    page = live.as_(path=f"{PATH}?edit=visit", user=draft.cora)
    page.get_by_role("textbox", name="Text", exact=True).fill("Ketamine cures depression.")
    saved(page)
    expect(page.locator("#block-visit .said-here").first).to_contain_text("See it in Check")


def test_a_finding_is_mended_beside_its_block_and_undone(live: Live, draft: Draft) -> None:
    page = live.as_(path=f"{PATH}?edit=visit", user=draft.cora)
    words = "Thoughts of suicide can come with pain that stays."
    page.get_by_role("textbox", name="Text", exact=True).fill(words)
    saved(page)
    page.locator("#block-visit").get_by_role("button", name="Mend it").click()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    assert "988" in draft.blocks()["visit"]["text"]
    live.inspect(page)
    undo.click()
    expect(page.locator("#spoken")).to_contain_text("is back, as version")
    assert draft.blocks()["visit"]["text"] == f"<p>{words}</p>"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_every_state_of_the_page_is_accessible(
    live: Live, draft: Draft, width: int, scheme: str
) -> None:
    for path in (
        "",
        "?edit=faq",
        "?add=&after=visit",
        "?add=symptom_list",
        "/history",
        "/history/1",
    ):
        page = live.as_(path=f"{PATH}{path}", user=draft.cora, width=width, scheme=scheme)  # type: ignore[arg-type]
        page.wait_for_load_state("networkidle")
        live.inspect(page)
    draft.stands(CampaignStatus.APPROVED)
    page = live.as_(Role.VIEWER, path=PATH, width=width, scheme=scheme)  # type: ignore[arg-type]
    live.inspect(page)


def test_everything_but_drag_and_live_sight_works_without_scripts(live: Live, draft: Draft) -> None:
    page = live.as_(path=PATH, user=draft.cora, scripts=False)
    page.get_by_label("Subject", exact=True).fill("A letter without scripts")
    page.get_by_role("button", name="Save subject and preheader").click()
    expect(page.get_by_role("status").first).to_contain_text("Subject and preheader are saved.")
    page.locator("#edit-visit").click()
    page.get_by_label("Text", exact=True).fill("One **bold** word.\n\n- a point")
    page.get_by_role("button", name="Save and close").click()
    page.locator("#edit-faq").click()
    page.get_by_role("button", name="Add a question").click()
    page.locator("[name='items.2.question']").fill("Who drives?")
    page.locator("[name='items.2.answer']").fill("A friend.")
    page.get_by_role("button", name="Save and close").click()
    page.get_by_role("button", name=re.compile("Move Questions and answers .* up")).click()
    page.get_by_role("button", name=re.compile("Remove Greeting")).click()
    page.get_by_role("button", name="Undo").click()
    page.locator("#add-visit").click()
    page.get_by_role("link", name=re.compile("^Divider")).click()
    page.get_by_role("button", name="Add it").click()
    page.get_by_label("Look").select_option("dark")
    page.get_by_role("button", name="Show it so").click()
    expect(page.locator(".frame.dark iframe")).to_be_visible()
    blocks = draft.blocks()
    assert list(blocks) == ["header", "greeting", "faq", "visit", "divider", "footer"]
    assert blocks["visit"]["text"] == (
        "<p>One <strong>bold</strong> word.</p><ul><li>a point</li></ul>"
    )
    assert blocks["faq"]["items"][2]["answer"] == "<p>A friend.</p>"
    assert draft.lines()[0] == "A letter without scripts"


@pytest.mark.parametrize("width", [1280, 375])
def test_what_is_saved_is_told_where_it_covers_nothing(
    live: Live, draft: Draft, width: int
) -> None:
    page = live.as_(path=PATH, user=draft.cora, width=width)
    saved(page)
    told, heading = page.locator("[data-saving]"), page.locator("#lines-title")
    assert told.evaluate("each => getComputedStyle(each).position") == "static"
    box, below = told.bounding_box(), heading.bounding_box()
    place = heading.evaluate("each => each.offsetTop")
    assert box is not None
    assert below is not None
    assert box["y"] + box["height"] <= below["y"]
    page.locator("#subject").fill("Something else")
    saved(page)
    expect(told).to_have_css("position", "static")
    assert heading.evaluate("each => each.offsetTop") == place
