"""Beside the content: each finding at its field, and what there is to say of the message."""

import re
from typing import Any

import pytest
from lxml import html
from lxml.html import HtmlElement
from playwright.sync_api import expect

from campaigns.accounts.models import Role
from campaigns.compliance.findings import finding
from campaigns.planning import catalogue, queries
from campaigns.web.pages.content.content_findings import Beside, Findings, label
from campaigns.web.pages.content.content_preview import Size
from tests.factories import make_contact, make_segment
from tests.web.pages.content_desk import PATH, Draft, article, make_draft, texts
from tests.web.pages.desk import Desk, Live, Seat

FORM = '//form[contains(@class, "piece-form")]'
CURES = "Ketamine cures depression."
SUICIDE = "Thoughts of suicide can come with pain that stays."


@pytest.fixture
def draft(desk: Desk) -> Draft:
    return make_draft(desk.sessions)


@pytest.fixture
def cora(desk: Desk, draft: Draft) -> Seat:
    return desk.as_(user=draft.cora)


def found(page: str, path: str) -> list[HtmlElement]:
    """The elements of a page at this path."""
    elements: Any = html.fromstring(page).xpath(path)
    return list(elements)


def said_at(page: str, field: str) -> list[HtmlElement]:
    """What stands beside this field of the open form."""
    return found(page, f'{FORM}//*[@data-field="{field}"]/*[contains(@class, "said-here")]')


def test_a_finding_stands_at_the_field_it_is_about_without_scripts(
    cora: Seat, draft: Draft
) -> None:
    cora.post(f"{PATH}/blocks/visit", data=article(draft, text=CURES))
    page = cora.get(f"{PATH}?edit=visit&field=text").text
    said = said_at(page, "text")
    assert any("“cures” may not be said" in each.text_content() for each in said)
    assert not said_at(page, "eyebrow")
    described = re.search(r'id="form-visit-text"[^>]*aria-describedby="([^"]+)"', page)
    assert described is not None
    assert said[0].get("id") in described[1].split()
    assert 'data-focus="form-visit-text"' in page


def test_a_mend_at_a_field_is_pressed_within_the_form_and_posts_one_of_its_own(
    cora: Seat, draft: Draft
) -> None:
    cora.post(f"{PATH}/blocks/visit", data=article(draft, text=SUICIDE))
    page = cora.get(f"{PATH}?edit=visit&field=text").text
    [button] = found(page, f'{FORM}//button[contains(., "Mend it")]')
    [form] = found(page, f'//form[@id="{button.get("form")}"]')
    assert not form.xpath("ancestor::form")
    data = {each.get("name", ""): each.get("value", "") for each in form.iter("input")}
    answer = cora.post(form.get("action", ""), data=data)
    assert "Mended." in cora.follow(answer).text


def test_a_closed_block_says_which_of_its_fields_is_meant(cora: Seat, draft: Draft) -> None:
    cora.post(f"{PATH}/blocks/visit", data=article(draft, text=CURES))
    plain = cora.get(PATH).text
    assert "may not be said" not in plain
    assert f'<noscript><p class="tiny"><a href="{PATH}?check=yes">' in plain
    page = texts(cora.get(f"{PATH}?check=yes").text)
    assert "Text: Stops it: “cures” may not be said of a treatment." in page
    assert "about the message as a whole" in page


def test_why_nothing_could_be_checked_stands_above_the_blocks(cora: Seat, draft: Draft) -> None:
    lines = {"seen": draft.lines_mark(), "subject": "Save {saving}", "preheader": ""}
    cora.post(f"{PATH}/lines", data=lines)
    assert "cannot be put together yet" in cora.get(f"{PATH}?check=yes").text


def test_the_check_leads_to_the_field(cora: Seat, draft: Draft) -> None:
    cora.post(f"{PATH}/blocks/visit", data=article(draft, text=CURES))
    page = cora.get("/desk/campaigns/autumn/check").text
    assert f'href="{PATH}?edit=visit&amp;field=text#form-visit-text"' in page


@pytest.mark.parametrize(
    ("kind", "field", "said"),
    [
        ("faq", "items.1.answer", "Questions 2: Answer"),
        ("article", "text", "Text"),
        ("article", "", ""),
        ("article", "nothing", ""),
        ("", "text", ""),
    ],
)
def test_a_field_is_called_as_its_form_calls_it(kind: str, field: str, said: str) -> None:
    assert label(kind, field).casefold() == said.casefold()


def test_what_no_field_of_the_form_fits_stands_at_what_is_around_it() -> None:
    row = Beside(finding("SS-01", "block faq", field="items.2.answer", word="x"), "", None, 1)
    checked = Findings((row,))
    assert checked.of_field("block faq", "items", fields={"items", "heading"}) == [row]
    assert checked.of_field("block faq", "", fields={"heading"}) == [row]
    assert checked.elsewhere == 0


def test_the_line_in_the_inbox_and_the_size_are_said(cora: Seat, draft: Draft) -> None:
    for page in (cora.get(PATH).text, cora.get(f"{PATH}/preview/facts").text):
        assert "As an inbox shows it" in page
        assert "News from the clinic" in page
        assert re.search(r"\d+ KB of 102 KB: Gmail shows all of it\.", page)


def test_a_message_that_is_large_is_told_so_before_it_is_cut() -> None:
    assert (Size(23_400).tone, Size(23_400).said[:16]) == ("good", "23 KB of 102 KB:")
    assert (Size(80_001).tone, "near to where" in Size(80_001).said) == ("warn", True)
    assert (Size(100_001).tone, "It cannot go out." in Size(100_001).said) == ("bad", True)
    assert Size(10).said.startswith("1 KB")


def test_a_message_that_cannot_be_put_together_has_no_size(cora: Seat, draft: Draft) -> None:
    lines = {"seen": draft.lines_mark(), "subject": "Save {saving}", "preheader": ""}
    cora.post(f"{PATH}/lines", data=lines)
    assert "cannot be put together yet" in cora.get(f"{PATH}/preview/facts").text


def test_the_hard_case_is_one_press_away(cora: Seat, draft: Draft) -> None:
    assert 'name="person" value="hard"' in cora.get(PATH).text
    assert "Hello Zoë O'Neil <b>," in cora.get(f"{PATH}/preview?look=text&person=hard").text
    assert "Zoë O&#x27;Neil &lt;b&gt;" in cora.get(f"{PATH}/preview?person=hard").text


def test_parts_for_some_are_shown_or_hidden_as_one_likes(
    desk: Desk, cora: Seat, draft: Draft
) -> None:
    with desk.sessions.begin() as session:
        make_segment(session, rule={"region": "US-TX"}).name = "texans"
        tex = make_contact(session, "tex@example.com", first_name="Tex", region="US-TX").id
        ora = make_contact(session, "ora@example.com", first_name="Ora", region="US-CA").id
        version = queries.newest_version(session, queries.named(session, "autumn"))
        blocks = [dict(each) for each in version.blocks]
        blocks[2]["visibility"] = "texans"
        version.blocks = blocks
    facts = f"{PATH}/preview/facts"
    assert 'value="texans" checked' in cora.get(facts).text
    without = cora.get(f"{facts}?parts=chosen").text
    assert 'value="texans" checked' not in without
    assert "Does not get Article" in without
    text = f"{PATH}/preview?look=text&parts=chosen"
    assert "consultation" in cora.get(f"{text}&within=texans").text
    assert "First comes" not in cora.get(text).text
    assert "Tex is in texans : gets Article" in texts(cora.get(f"{facts}?person={tex}").text)
    assert "Ora is not in texans" in texts(cora.get(f"{facts}?person={ora}").text)
    assert "within=texans" in cora.get(f"{PATH}?parts=chosen&within=texans").text


def test_who_sees_no_contacts_sees_no_facts_of_one(desk: Desk, cora: Seat, draft: Draft) -> None:
    with desk.sessions.begin() as session:
        ada = make_contact(session, "ada@example.com").id
    vera = desk.as_(Role.VIEWER)
    assert vera.get(f"{PATH}/preview/facts?person={ada}").status_code == 403
    assert vera.get(f"{PATH}/preview/facts").status_code == 200
    assert cora.get(f"{PATH}/preview/facts?person=999999").status_code == 200


@pytest.fixture
def seen(live: Live) -> Draft:
    return make_draft(live.sessions)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_a_finding_comes_and_goes_at_its_field_as_one_types(
    live: Live, seen: Draft, width: int, scheme: str
) -> None:
    page = live.as_(
        path=f"{PATH}?edit=faq",
        user=seen.cora,
        width=width,
        scheme="dark" if scheme == "dark" else "light",
    )
    answer = page.get_by_role("textbox", name="Answer").first
    answer.click()
    page.keyboard.press("Control+a")
    page.keyboard.type(CURES)
    field = page.locator('[data-field="items.0.answer"]')
    expect(field.locator(".said-here", has_text="may not be said")).to_be_visible(timeout=15_000)
    expect(field.locator(".of-field")).to_have_count(0)
    said = field.locator(".said-here").first.get_attribute("id")
    expect(answer).to_have_attribute("aria-describedby", re.compile(rf"\b{said}\b"))
    live.inspect(page)
    answer.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("A talk with a clinician.")
    expect(field.locator(".said-here", has_text="may not be said")).to_have_count(0, timeout=15_000)


@pytest.mark.browser
def test_a_link_from_the_check_opens_the_form_at_the_field(live: Live, seen: Draft) -> None:
    page = live.as_(path=f"{PATH}?edit=visit&field=text#form-visit-text", user=seen.cora)
    words = page.get_by_role("textbox", name="Text", exact=True)
    expect(words).to_be_focused()
    page.keyboard.type(SUICIDE)
    mend = page.locator('[data-field="text"]').get_by_role("button", name="Mend it")
    mend.click(timeout=15_000)
    expect(page.locator("[data-told]")).to_contain_text("Mended.")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    live.inspect(page)


@pytest.mark.browser
def test_the_hard_case_and_the_size_are_seen_at_once(live: Live, seen: Draft) -> None:
    page = live.as_(path=PATH, user=seen.cora)
    page.get_by_text("Zoë O'Neil <b>", exact=True).click()
    message = page.frame_locator("iframe:not(.coming)")
    expect(message.get_by_text("Hello Zoë O'Neil <b>,")).to_be_visible()
    expect(page.locator("[data-test] [name=person]")).to_have_value("hard")
    expect(page.get_by_text(re.compile(r"KB of 102 KB"))).to_be_visible()
    live.inspect(page)


@pytest.mark.browser
def test_a_reader_s_name_is_put_into_rich_text_of_a_row(live: Live, seen: Draft) -> None:
    page = live.as_(path=f"{PATH}?edit=faq", user=seen.cora)
    field = page.locator('[data-field="items.1.answer"]')
    field.get_by_role("textbox").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" See you, ")
    field.get_by_role("button", name="Insert a name").click()
    live.inspect(page)
    page.keyboard.press("Escape")
    expect(field.get_by_role("button", name="Insert a name")).to_be_focused()
    page.keyboard.press("Enter")
    field.get_by_role("button", name="the reader's first name").click()
    expect(page.locator("[data-saving]")).to_have_text("All changes are saved.")
    answer = seen.blocks()["faq"]["items"][1]["answer"]
    assert answer == "<p>About two hours. See you, {first_name|there}</p>"
    message = page.frame_locator("iframe:not(.coming)")
    expect(message.get_by_text("See you, Maria")).to_be_visible()


@pytest.mark.browser
def test_every_rich_text_of_every_block_has_its_editor(live: Live, seen: Draft) -> None:
    page = live.as_(path=PATH, user=seen.cora)
    rich = 0
    for kind in catalogue.kinds():
        page.goto(f"{live.url}{PATH}?add={kind}")
        fields = page.locator("#form-new rich-text")
        rich += fields.count()
        expect(page.locator("#form-new rich-text [contenteditable=true]")).to_have_count(
            fields.count()
        )
    assert rich >= 10


def test_a_segment_that_is_not_there_is_refused_beside_its_field(cora: Seat, draft: Draft) -> None:
    wished = {
        "kind": "article",
        "do": "save",
        "heading": "News",
        "text": "More words.",
        "after": "",
    }
    for path in (f"{PATH}/blocks", f"{PATH}/blocks/visit"):
        given = wished | {"visibility": "no-such", "seen": draft.mark("visit")}
        answer = cora.post(path, data=given)
        assert answer.status_code == 422
        assert "There is no segment &#39;no-such&#39;." in answer.text
        assert "visibility-error" in answer.text
