"""Somebody's own HTML: pasted or uploaded, reported, refused by line, left again."""

import re

import pytest

from campaigns.accounts.models import Role
from campaigns.planning import statements
from campaigns.planning.models import CampaignStatus
from campaigns.web.pages.content.own_html_view import Page, Read
from tests.rendering.foreign import messages
from tests.web.pages import campaigns
from tests.web.pages.content_desk import PART, PATH, Draft, make_draft, texts
from tests.web.pages.desk import Desk, Seat

HERE = f"{PATH}/html"
BARE = "<p>A short letter to everybody about the car park behind the house.</p>"


@pytest.fixture
def draft(desk: Desk) -> Draft:
    return make_draft(desk.sessions)


@pytest.fixture
def cora(desk: Desk, draft: Draft) -> Seat:
    return desk.as_(user=draft.cora)


def seen(seat: Seat, path: str = HERE) -> str:
    """The stamp that a form on this page carries."""
    [found] = re.findall(r'id="own-form".*?name="seen" value="([^"]+)"', seat.get(path).text, re.S)
    return str(found)


def paste(seat: Seat, source: str, *, footer: bool = True, path: str = HERE) -> dict[str, str]:
    return {"seen": seen(seat, path), "source": source} | ({"footer": "yes"} if footer else {})


def test_the_page_says_that_the_blocks_go_and_come_back(cora: Seat) -> None:
    said = texts(cora.get(HERE).text)
    assert "It takes the place of the blocks" in said
    assert "one press brings them back" in said
    assert f'href="{HERE}"' in cora.get(PATH).text


def test_pasted_html_is_kept_as_it_is_and_the_page_tells_what_becomes_of_it(
    cora: Seat, draft: Draft
) -> None:
    source = messages.read("klaviyo_flow")
    answer = cora.post(HERE, data=paste(cora, source))
    assert (answer.status_code, answer.headers["location"]) == (303, PATH)
    page = cora.follow(answer).text
    assert "Your HTML is saved." in page
    said = texts(page)
    assert "A web font was asked for from static-forms.example.net lines 7 and 12" in said
    assert "Readers see the next font in your list." in said
    assert list(draft.blocks()) == ["html", "footer"]
    assert draft.blocks()["html"]["source"] == source.strip()
    shown = cora.get(f"{PATH}/preview").text
    assert "Hi Maria," in shown
    assert "<script" not in shown
    assert cora.get(HERE).headers["location"] == PATH


def test_unknown_fields_are_refused_by_line_and_nothing_is_lost(cora: Seat, draft: Draft) -> None:
    source = "<p>One</p>\n<p>{{ points }} and {% if x %}</p>"
    answer = cora.post(HERE, data=paste(cora, source))
    assert answer.status_code == 422
    said = texts(answer.text)
    assert "2 fields are not known here; each is listed with its line." in said
    assert "Line 2 {{ points }} is not known here." in said
    assert "{{ points }} and" in answer.text.partition("</textarea>")[0]
    assert "header" in draft.blocks()
    one = cora.post(HERE, data=paste(cora, "{{ points }}"))
    assert "1 field is not known here" in texts(one.text)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("", "Paste the HTML of a whole message, or choose a file."),
        ("<p>" + "x" * 200_000, "This has 200 kB; a page may have 200 kB"),
        ("<div>" * 400, "deep in one another"),
        ("</script>", "nothing in it to read"),
    ],
)
def test_what_cannot_be_a_message_is_refused_in_words(
    cora: Seat, source: str, sentence: str
) -> None:
    answer = cora.post(HERE, data=paste(cora, source))
    assert answer.status_code == 422
    assert sentence in texts(answer.text)


def test_an_uploaded_file_goes_before_what_is_pasted(cora: Seat, draft: Draft) -> None:
    file = {"file": ("letter.html", "<p>Café – warm</p>".encode("cp1252"), "text/html")}
    answer = cora.post(HERE, data=paste(cora, "<p>no</p>", footer=False), files=file)
    assert "The file was read as Windows-1252" in texts(cora.follow(answer).text)
    assert draft.blocks()["html"]["source"] == "<p>Café – warm</p>"
    assert list(draft.blocks()) == ["html"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"\x89PNG\x00", "This is not a text file."), (b"x" * 500_000, "has more than 200 kB")],
)
def test_a_file_that_is_no_message_is_refused_in_words(
    cora: Seat, content: bytes, sentence: str
) -> None:
    file = {"file": ("letter.html", content, "text/html")}
    answer = cora.post(HERE, data=paste(cora, BARE), files=file)
    assert answer.status_code == 422
    assert sentence in texts(answer.text)


def test_html_without_an_address_gets_our_footer_by_one_press(cora: Seat, draft: Draft) -> None:
    cora.post(HERE, data=paste(cora, BARE, footer=False))
    page = cora.get(PATH).text
    said = texts(page)
    assert "A visible unsubscribe link is missing in the designed version." in said
    assert "Adds the footer." in said
    fields = dict(re.findall(r'id="mend-1".*?name="(rule)" value="([^"]+)"', page, re.S))
    revision = re.findall(r'name="revision" value="(\d+)"', page)[0]
    form = {"rule": fields["rule"], "place": "message", "revision": revision}
    rules = re.findall(r'name="rule" value="([^"]+)"', page)
    assert "CS-02" in rules
    cora.post(f"{PATH}/mend", data=form | {"rule": "CS-02"})
    assert list(draft.blocks()) == ["html", "footer"]
    assert "A visible unsubscribe link is missing" not in texts(cora.get(PATH).text)


def test_a_finding_in_the_html_says_its_line(cora: Seat) -> None:
    source = "<p>Hello</p>\n<p>This <b>cures</b>&nbsp;every pain for good.</p>"
    cora.post(HERE, data=paste(cora, source))
    assert "Line 2" in texts(cora.get(PATH).text)


def test_what_somebody_changed_meanwhile_is_shown_and_nothing_is_lost(
    cora: Seat, desk: Desk, draft: Draft
) -> None:
    stale = paste(cora, "<p>Mine, and nobody else's.</p>")
    olaf = desk.as_(user=draft.olaf)
    olaf.post(HERE, data=paste(olaf, "<p>Theirs, for everybody.</p>"))
    answer = cora.post(HERE, data=stale)
    assert answer.status_code == 409
    assert "What you pasted is still here" in texts(answer.text)
    assert "Mine, and nobody else" in answer.text
    found = re.findall(r'id="own-form".*?name="seen" value="([^"]+)"', answer.text, re.S)
    cora.post(HERE, data=stale | {"seen": found[0]})
    assert "Mine" in draft.blocks()["html"]["source"]


def test_the_way_back_to_blocks_can_be_undone(cora: Seat, draft: Draft) -> None:
    cora.post(HERE, data=paste(cora, BARE))
    form = {"seen": seen(cora, PATH)}
    assert "Here are your blocks again." in cora.follow(cora.post(f"{HERE}/leave", data=form)).text
    assert list(draft.blocks()) == ["header", "greeting", "visit", "faq", "footer"]
    stale = cora.post(f"{HERE}/leave", data=form)
    assert "Somebody changed the content" in cora.follow(stale).text


def test_subject_and_preheader_are_written_beside_the_html(cora: Seat, draft: Draft) -> None:
    cora.post(HERE, data=paste(cora, BARE))
    form = {"seen": draft.lines_mark(), "subject": "Car park", "preheader": "From Monday"}
    answer = cora.post(f"{PATH}/lines", data=form, headers=PART)
    assert "Your own HTML" in answer.text
    assert draft.lines() == ("Car park", "From Monday")


def test_what_is_in_review_shows_its_report_and_no_form(cora: Seat, draft: Draft) -> None:
    cora.post(HERE, data=paste(cora, messages.read("mailchimp_sent")))
    draft.stands(CampaignStatus.IN_REVIEW)
    page = cora.get(PATH).text
    assert "What becomes of your HTML" in page
    assert 'id="own-form"' not in page
    draft.stands(CampaignStatus.SENDING)
    assert "It cannot be edited now" in cora.get(f"{PATH}").text


def test_a_campaign_under_way_has_nowhere_to_paste(cora: Seat, draft: Draft) -> None:
    draft.stands(CampaignStatus.SENDING)
    assert "It cannot be edited now" in cora.get(HERE).text
    answer = cora.post(HERE, data={"source": BARE, "seen": "x"})
    assert answer.status_code == 409


def test_the_history_tells_of_it_without_showing_the_source(cora: Seat, draft: Draft) -> None:
    cora.post(HERE, data=paste(cora, messages.read("stripo_export")))
    said = texts(cora.get(f"{PATH}/history/2").text)
    assert "added Your own HTML" in said
    assert "es-wrapper-color" not in said


def test_a_new_campaign_may_begin_with_html_of_ones_own(desk: Desk) -> None:
    seat = desk.as_(user=campaigns.set_up(desk.sessions).cora)
    new = "/desk/campaigns/new"
    assert "kind=html&amp;name=offers" in seat.get(new).text
    page = seat.get(f"{new}?kind=html&name=education").text
    assert "A whole message that you made with another tool." in texts(page)
    assert "What is in it" not in page
    form = {"title": "Winter letter", "segment": "everyone"}
    answer = seat.post(f"{new}?kind=html&name=education", data=form)
    assert answer.headers["location"] == "/desk/campaigns/winter-letter/content/html"
    assert "Use your own HTML" in seat.follow(answer).text


def test_who_may_not_edit_is_turned_away(desk: Desk, draft: Draft) -> None:
    assert desk.as_(Role.VIEWER).get(HERE).status_code == 403
    assert desk.as_(Role.VIEWER).post(HERE, data={"source": BARE}).status_code == 403


def test_a_sentence_is_found_in_the_source_across_its_markup() -> None:
    source = "<p>One</p>\n<p>Two <b>words</b>&nbsp;here,<br>\nand <i>more</i></p>"
    page = Page(source=source, has_footer=True, seen="1", read=Read())
    assert page.line_of("Two words here, and more") == 2
    assert page.line_of("Three words") is None
    assert page.line_of("…") is None


@pytest.mark.parametrize("footer", [True, False])
def test_a_page_that_lacks_what_only_a_block_says_can_be_opened_and_mended(
    cora: Seat, draft: Draft, footer: bool
) -> None:
    source = "<p>Ketamine infusions cure depression, guaranteed. Save up to 50% today.</p>"
    cora.post(HERE, data=paste(cora, source, footer=footer))
    for path in (PATH, PATH.replace("/content", "/check")):
        page = cora.get(path)
        assert page.status_code == 200
        assert "cannot be put together" not in texts(page.text)
        assert "The approved risk statement is missing." in texts(page.text)
    cora.post(HERE, data=paste(cora, BARE, footer=footer, path=PATH))
    assert draft.blocks()["html"]["source"] == BARE


def test_the_safety_information_is_put_below_a_page_that_speaks_of_the_drug(
    cora: Seat, draft: Draft
) -> None:
    check = PATH.replace("/content", "/check")
    missing = "The approved risk statement is missing."
    cora.post(HERE, data=paste(cora, "<p>Ketamine at our clinic: come by and ask.</p>"))
    assert missing in texts(cora.get(check).text)
    form = {"rule": "HC-04", "place": "message", "revision": str(draft.revision())}
    assert missing not in texts(cora.follow(cora.post(f"{check}/mend", data=form)).text)
    assert list(draft.blocks()) == ["html", "risk-information", "footer"]
    page = texts(cora.get(PATH).text)
    assert "Blocks below your page" in page
    assert "Safety information : edit" in page
    assert statements.RISKS["ketamine-1"][0] in texts(cora.get(f"{PATH}/preview").text)
    cora.post(HERE, data=paste(cora, f"{BARE}<p>Ketamine.</p>", path=PATH))
    assert list(draft.blocks()) == ["html", "risk-information", "footer"]
    seen = {"seen": draft.mark("risk-information")}
    gone = cora.follow(cora.post(f"{PATH}/blocks/risk-information/remove", data=seen)).text
    assert "is removed." in texts(gone)
    assert "Safety information : edit" not in texts(gone)
    assert list(draft.blocks()) == ["html", "footer"]


def test_blocks_below_a_page_are_added_written_and_moved_as_any_block(
    cora: Seat, draft: Draft
) -> None:
    cora.post(HERE, data=paste(cora, BARE))
    offered = texts(cora.get(f"{PATH}?add=&after=html").text)
    assert "How to book" in offered
    assert "Testimonial" not in offered
    assert "Divider" not in offered
    form = cora.get(f"{PATH}?add=booking_card&after=html").text
    assert 'name="heading"' in form
    assert "Put our footer at its end" in form
    bad = cora.post(f"{PATH}/blocks", data={"kind": "booking_card", "after": "html", "do": "save"})
    assert bad.status_code == 422
    assert "Not saved yet" in texts(bad.text)
    crisis = {"kind": "crisis_line", "after": "html", "do": "save"}
    cora.post(f"{PATH}/blocks", data=crisis)
    risk = crisis | {
        "kind": "risk_information",
        "heading": "Please read",
        "statement": "ketamine-1",
    }
    added = cora.follow(cora.post(f"{PATH}/blocks", data=risk)).text
    assert "Safety information is added." in texts(added)
    assert list(draft.blocks()) == ["html", "risk-information", "crisis-line", "footer"]
    cora.post(f"{PATH}/blocks/crisis-line/move", data={"way": "up"})
    assert list(draft.blocks()) == ["html", "crisis-line", "risk-information", "footer"]
    assert 'value="Please read"' in cora.get(f"{PATH}?edit=risk-information").text
    refused = cora.post(f"{PATH}/blocks", data={"kind": "divider", "after": "html", "do": "save"})
    assert "may follow it" in texts(refused.text)


def test_what_is_in_review_shows_what_stands_below_and_no_way_to_change_it(
    cora: Seat, draft: Draft
) -> None:
    cora.post(HERE, data=paste(cora, BARE))
    cora.post(f"{PATH}/blocks", data={"kind": "crisis_line", "after": "html", "do": "save"})
    draft.stands(CampaignStatus.IN_REVIEW)
    page = cora.get(PATH).text
    assert "Crisis line" in texts(page)
    assert "Add a block below your page" not in page
    assert "/blocks/crisis-line/remove" not in page


def test_the_hidden_first_line_of_the_page_becomes_the_preheader_where_there_is_none(
    cora: Seat, draft: Draft
) -> None:
    source = f"<div style='display:none'>Park behind the house</div>{BARE}"
    subject, before = draft.lines()
    kept = texts(cora.follow(cora.post(HERE, data=paste(cora, source))).text)
    assert before
    assert draft.lines()[1] == before
    assert "is the preheader now." not in kept
    cora.post(f"{PATH}/lines", data={"seen": draft.lines_mark(), "subject": subject})
    said = texts(cora.follow(cora.post(HERE, data=paste(cora, source, path=PATH))).text)
    assert draft.lines() == (subject, "Park behind the house")
    assert "Its hidden first line is the preheader now." in said
    assert "where there was none, it is this line now" in said.lower()
