"""The content step: blocks are written, ordered, removed and put back; nobody is overwritten."""

import html
import re
from typing import Any

import pytest

from campaigns.accounts.models import Role
from campaigns.planning.models import CampaignStatus
from tests.web.pages.content_desk import PART, PATH, Draft, article, make_draft, texts
from tests.web.pages.desk import Desk, Seat

UNASKED = {"hx-request": "true", "x-autosave": "1"}


@pytest.fixture
def draft(desk: Desk) -> Draft:
    return make_draft(desk.sessions)


@pytest.fixture
def cora(desk: Desk, draft: Draft) -> Seat:
    return desk.as_(user=draft.cora)


@pytest.fixture
def olaf(desk: Desk, draft: Draft) -> Seat:
    return desk.as_(user=draft.olaf)


def test_the_page_shows_every_block_in_order_with_what_it_says(cora: Seat) -> None:
    page = cora.get(PATH)
    assert page.status_code == 200
    said = texts(page.text)
    order = re.findall(r'data-piece="(\w+)"', page.text)
    assert order == ["header", "greeting", "visit", "faq", "footer"]
    assert "What a visit looks like · First comes a consultation with a clinician." in said
    assert "<p>First" not in html.unescape(page.text)


def test_an_open_block_is_a_form_of_plain_words(cora: Seat) -> None:
    page = cora.get(f"{PATH}?edit=visit").text
    assert "First comes a **consultation** with a clinician.</textarea>" in page
    assert 'aria-labelledby="form-visit-title"' in page
    assert "First comes" not in cora.get(f"{PATH}?edit=nobody").text.partition("</form>")[0]


def test_a_saved_block_is_a_new_version_and_the_page_says_so(cora: Seat, draft: Draft) -> None:
    form = article(draft, heading="Your first visit", text="One.\n\n- two\n- *three*")
    answer = cora.post(f"{PATH}/blocks/visit", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}#block-visit")
    assert "Article is saved." in cora.follow(answer).text
    block = draft.blocks()["visit"]
    assert block["heading"] == "Your first visit"
    assert block["text"] == "<p>One.</p><ul><li>two</li><li><em>three</em></li></ul>"
    assert draft.changes() == ("changed Article “Your first visit”: heading, text",)


def test_rich_text_that_came_back_unchanged_stays_as_it_was(cora: Seat, draft: Draft) -> None:
    cora.post(f"{PATH}/blocks/visit", data=article(draft))
    assert draft.revision() == 1
    edited = article(
        draft, **{"text~rich": "<p>First comes a <b>consultation</b> with a clinician.</p>"}
    )
    cora.post(f"{PATH}/blocks/visit", data=edited)
    assert draft.revision() == 1


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"heading": ""}, "heading", "Fill this in."),
        ({"text": "", "text~was": ""}, "text", "Fill this in."),
        ({"heading": "For {nobody}"}, "heading", "There is no value {nobody}"),
        ({"text": "See [this](example.com)"}, "text", "leads nowhere: write the whole address"),
        ({"cta.text": "Read more here"}, "cta.url", "Type the web address it leads to"),
        (
            {"cta.text": "Read more here", "cta.url": "https://example.com", "cta.action": "book"},
            "cta.url",
            "a button leads to one place",
        ),
        ({"cta.text": "Here", "cta.action": "book"}, "cta.text", "two words or more"),
        ({"cta.text": "Read it all", "cta.url": "example"}, "cta.url", "not a web address"),
    ],
)
def test_a_mistake_stands_beside_its_field_and_what_was_typed_is_kept(
    cora: Seat, draft: Draft, wrong: dict[str, str], field: str, sentence: str
) -> None:
    answer = cora.post(f"{PATH}/blocks/visit", data=article(draft, **wrong))
    assert answer.status_code == 422
    page = answer.text
    found = re.search(rf'id="form-visit-{re.escape(field)}-error">(.*?)</p>', page, re.DOTALL)
    assert found is not None
    assert sentence.lower() in texts(found[1]).lower()
    for value in wrong.values():
        assert value in html.unescape(page)
    assert draft.revision() == 1


def faq(draft: Draft, *rows: tuple[str, str], **values: str) -> dict[str, str]:
    form = {"kind": "faq", "seen": draft.mark("faq"), "heading": "Good to know"} | values
    for number, (question, answer) in enumerate(rows):
        form[f"items.{number}.question"] = question
        form[f"items.{number}.answer"] = answer
    return form


ROWS = (("What comes first?", "A consultation."), ("How long does it take?", "Two hours."))


@pytest.mark.parametrize(
    ("deed", "order"),
    [
        ("items:add", ["What comes first?", "How long does it take?", ""]),
        ("items:1:up", ["How long does it take?", "What comes first?"]),
        ("items:0:down", ["How long does it take?", "What comes first?"]),
        ("items:0:remove", ["How long does it take?"]),
        ("items:0:up", ["What comes first?", "How long does it take?"]),
    ],
)
def test_rows_of_a_list_are_changed_in_the_form_before_anything_is_kept(
    cora: Seat, draft: Draft, deed: str, order: list[str]
) -> None:
    answer = cora.post(f"{PATH}/blocks/faq", data=faq(draft, *ROWS, do=deed))
    assert answer.status_code == 200
    shown = re.findall(r'name="items\.\d\.question" type="text" value="([^"]*)"', answer.text)
    assert shown == order
    assert draft.revision() == 1


def test_the_last_row_can_go_and_a_list_that_needs_one_says_so(cora: Seat, draft: Draft) -> None:
    gone = cora.post(f"{PATH}/blocks/faq", data=faq(draft, ROWS[0], do="items:0:remove"))
    assert "items.0.question" not in gone.text
    answer = cora.post(f"{PATH}/blocks/faq", data=faq(draft))
    assert answer.status_code == 422
    assert 'id="form-faq-items-error"' in answer.text
    odd = cora.post(f"{PATH}/blocks/faq", data=faq(draft, ROWS[0], do="items:7:up"))
    assert odd.status_code == 303


def test_an_empty_row_is_left_out_and_a_half_empty_one_is_named(cora: Seat, draft: Draft) -> None:
    form = faq(draft, ("", ""), ("What comes last?", ""))
    answer = cora.post(f"{PATH}/blocks/faq", data=form)
    assert answer.status_code == 422
    assert 'id="form-faq-items.1.answer-error"' in answer.text
    cora.post(f"{PATH}/blocks/faq", data=faq(draft, ("", ""), ("What comes last?", "A rest.")))
    assert draft.blocks()["faq"]["items"] == [
        {"question": "What comes last?", "answer": "<p>A rest.</p>"}
    ]


def test_a_list_has_room_for_so_many(cora: Seat, draft: Draft) -> None:
    form = faq(draft, *[ROWS[0]] * 5, do="items:add")
    assert "There is room for 6." in cora.post(f"{PATH}/blocks/faq", data=form).text


def test_a_block_is_chosen_from_a_menu_that_says_what_each_is_for(cora: Seat) -> None:
    page = texts(cora.get(f"{PATH}?add=&after=visit").text)
    assert "Which block?" in page
    assert "Words of someone, with who said them." in page
    assert "Greeting A hello with the reader's first name. It is in this message already." in page
    assert "This campaign carries no promotion yet: choose one in the step Offer." in page
    assert "form-new" in cora.get(f"{PATH}?add=faq&after=visit").text


def test_a_new_block_stands_where_it_was_asked_for(cora: Seat, draft: Draft) -> None:
    form = {"kind": "quote", "after": "greeting", "text": "We take time.", "source": "Our rules"}
    half = cora.post(f"{PATH}/blocks", data=form | {"source": ""})
    assert half.status_code == 422
    assert "We take time." in half.text
    answer = cora.post(f"{PATH}/blocks", data=form)
    assert "Quote is added." in cora.follow(answer).text
    assert list(draft.blocks()) == ["header", "greeting", "quote", "visit", "faq", "footer"]
    assert draft.blocks()["quote"]["text"] == "<p>We take time.</p>"


def test_a_second_hero_is_refused_with_its_words_kept(cora: Seat, draft: Draft) -> None:
    form = {"kind": "hero", "heading": "Spring at the clinic"}
    assert cora.post(f"{PATH}/blocks", data=form).status_code == 303
    answer = cora.post(f"{PATH}/blocks", data=form | {"heading": "Once more"})
    assert answer.status_code == 422
    assert "one hero block, not 2" in answer.text
    assert "Once more" in answer.text
    assert cora.post(f"{PATH}/blocks", data={"kind": "banner"}).status_code == 404


def test_a_new_form_only_looked_at_adds_nothing(cora: Seat, draft: Draft) -> None:
    form = {"kind": "quote", "text": "We take time.", "source": "Our rules", "do": "look"}
    answer = cora.post(f"{PATH}/blocks", data=form)
    assert answer.status_code == 200
    assert "We take time." in answer.text
    assert draft.revision() == 1


def test_blocks_are_moved_by_buttons_and_by_place(cora: Seat, draft: Draft) -> None:
    answer = cora.post(f"{PATH}/blocks/faq/move", data={"way": "up"})
    assert "is now number 3 of 5." in cora.follow(answer).text
    assert list(draft.blocks()) == ["header", "greeting", "faq", "visit", "footer"]
    cora.post(f"{PATH}/blocks/faq/move", data={"way": "down"})
    cora.post(f"{PATH}/blocks/visit/move", data={"after": "header"})
    assert list(draft.blocks()) == ["header", "visit", "greeting", "faq", "footer"]
    gone = cora.post(f"{PATH}/blocks/nobody/move", data={"way": "up"})
    assert "This block is gone" in cora.follow(gone).text


def test_a_removed_block_comes_back_with_undo(cora: Seat, draft: Draft) -> None:
    data = {"seen": draft.mark("visit")}
    answer = cora.post(f"{PATH}/blocks/visit/remove", data=data)
    page = cora.follow(answer).text
    assert "visit" not in draft.blocks()
    undo = re.search(r'action="([^"]*put-back[^"]*)"', page)
    assert undo is not None
    back = cora.post(undo[1])
    assert "“What a visit looks like” is back." in cora.follow(back).text
    assert list(draft.blocks()) == ["header", "greeting", "visit", "faq", "footer"]
    again = cora.post(undo[1])
    assert "there already" in cora.follow(again).text


def test_the_footer_stays(cora: Seat, draft: Draft) -> None:
    data = {"seen": draft.mark("footer")}
    answer = cora.post(f"{PATH}/blocks/footer/remove", data=data)
    assert "The footer stays" in cora.follow(answer).text
    partial = cora.post(f"{PATH}/blocks/footer/remove", data=data, headers=PART)
    assert (partial.status_code, "The footer stays" in partial.text) == (422, True)


def test_subject_and_preheader_are_kept_and_shown_as_inboxes_cut_them(
    cora: Seat, draft: Draft
) -> None:
    long = "{clinic}: what a first visit looks like, and what to bring along with you"
    data = {"seen": draft.lines_mark(), "subject": long, "preheader": ""}
    answer = cora.post(f"{PATH}/lines", data=data)
    assert draft.lines() == (long, "")
    page = texts(cora.follow(answer).text)
    assert "Sample Clinic: what a first visit look…" in page
    assert "Sample Clinic: what a first visit looks like, and what to br…" in page
    empty = cora.post(f"{PATH}/lines", data=data | {"subject": ""})
    assert empty.status_code == 422
    assert "Fill this in." in empty.text


def test_what_another_wrote_meanwhile_is_shown_beside_and_a_person_chooses(
    cora: Seat, olaf: Seat, draft: Draft
) -> None:
    mine = article(draft, heading="Cora's heading")
    olaf.post(f"{PATH}/blocks/visit", data=article(draft, heading="Olaf's heading"))
    answer = cora.post(f"{PATH}/blocks/visit", data=mine)
    assert answer.status_code == 409
    said = texts(answer.text)
    assert "Olaf changed Article “Cora's heading” while you were writing." in said
    assert "Yours Cora's heading Theirs Olaf's heading" in said
    assert draft.blocks()["visit"]["heading"] == "Olaf's heading"
    seen = re.search(r'form-visit".*?name="seen" value="(\w+)"', answer.text, re.DOTALL)
    assert seen is not None
    kept = cora.post(f"{PATH}/blocks/visit", data=mine | {"seen": seen[1]})
    assert kept.status_code == 303
    assert draft.blocks()["visit"]["heading"] == "Cora's heading"


def test_subject_lines_of_two_people_are_both_shown(cora: Seat, olaf: Seat, draft: Draft) -> None:
    mark = draft.lines_mark()
    olaf.post(f"{PATH}/lines", data={"seen": mark, "subject": "Olaf's", "preheader": ""})
    mine = {"seen": mark, "subject": "Cora's", "preheader": ""}
    answer = cora.post(f"{PATH}/lines", data=mine)
    assert answer.status_code == 409
    assert "Yours Cora's Theirs Olaf's" in texts(answer.text)
    assert "Keep my text" in answer.text
    assert cora.post(f"{PATH}/lines", data=mine, headers=UNASKED).json() == {"state": "clash"}


def test_words_for_a_block_that_somebody_removed_can_be_put_in_again(
    cora: Seat, olaf: Seat, draft: Draft
) -> None:
    mine = article(draft, heading="Cora's heading")
    olaf.post(f"{PATH}/blocks/visit/remove", data={"seen": draft.mark("visit")})
    answer = cora.post(f"{PATH}/blocks/visit", data=mine)
    assert answer.status_code == 409
    assert "Put it in again with my text" in answer.text
    assert f'action="{PATH}/blocks"' in answer.text
    assert cora.post(f"{PATH}/blocks", data=mine).status_code == 303
    assert draft.blocks()["article"]["heading"] == "Cora's heading"


def unasked(seat: Seat, path: str, data: dict[str, str]) -> tuple[int, dict[str, Any]]:
    answer = seat.post(f"{PATH}{path}", data=data, headers=UNASKED)
    return answer.status_code, answer.json()


def test_an_unasked_save_is_told_what_became_of_it(cora: Seat, olaf: Seat, draft: Draft) -> None:
    status, told = unasked(cora, "/blocks/visit", article(draft, heading="Longer"))
    assert (status, told["state"], told["mark"]) == (200, "saved", draft.mark("visit"))
    status, told = unasked(cora, "/blocks/visit", article(draft, heading=""))
    assert (status, told) == (422, {"state": "refused", "errors": {"heading": "Fill this in."}})
    mine = article(draft, heading="Mine")
    unasked(olaf, "/blocks/visit", article(draft, heading="Olaf's"))
    assert unasked(cora, "/blocks/visit", mine) == (409, {"state": "clash"})
    lines = {"seen": draft.lines_mark(), "subject": "Hello", "preheader": "There"}
    assert unasked(cora, "/lines", lines)[1]["mark"] == draft.lines_mark()
    assert unasked(cora, "/lines", lines | {"subject": ""})[0] == 422
    assert unasked(cora, "/blocks", {"kind": "quote"})[0] == 422
    new = {"kind": "quote", "text": "Words.", "source": "A reader"}
    assert unasked(cora, "/blocks", new)[1]["id"] == "quote"


def test_a_save_that_comes_too_late_takes_nothing_back_from_review(
    cora: Seat, draft: Draft
) -> None:
    draft.stands(CampaignStatus.IN_REVIEW)
    for path, data in (
        ("/blocks/visit", article(draft, heading="Late")),
        ("/blocks", {"kind": "quote", "text": "Late.", "source": "Late"}),
        ("/lines", {"seen": draft.lines_mark(), "subject": "Late", "preheader": ""}),
    ):
        status, told = unasked(cora, path, data)
        assert (status, told["state"]) == (409, "stopped")
        assert "handed in for review meanwhile" in told["say"]
        assert cora.post(f"{PATH}{path}", data=data).status_code == 409
    assert (draft.stands(), draft.revision()) == (CampaignStatus.IN_REVIEW, 1)


def test_what_is_in_review_says_what_editing_does_before_it_does(cora: Seat, draft: Draft) -> None:
    draft.stands(CampaignStatus.APPROVED)
    page = cora.get(PATH).text
    assert "signatures it has count no more" in page
    assert f"{PATH}/lines" not in page
    assert cora.post(f"{PATH}/take-back").status_code == 303
    assert draft.stands() is CampaignStatus.DRAFT
    assert f"{PATH}/lines" in cora.get(PATH).text


@pytest.mark.parametrize(
    ("status", "sentence", "way"),
    [
        (CampaignStatus.RENDERING, "It is being checked", ""),
        (CampaignStatus.SCHEDULED, "Take it off the schedule", "/desk/campaigns/autumn/when"),
        (CampaignStatus.SENDING, "It is going out", "/desk/campaigns/new?from=autumn"),
        (CampaignStatus.FINISHED, "It was sent", "/desk/campaigns/new?from=autumn"),
        (CampaignStatus.CANCELLED, "It was cancelled", "/desk/campaigns/new?from=autumn"),
    ],
)
def test_what_cannot_be_edited_says_why_and_the_way_out(
    cora: Seat, draft: Draft, status: CampaignStatus, sentence: str, way: str
) -> None:
    draft.stands(status)
    page = cora.get(PATH).text
    assert sentence in page
    assert way in page
    assert f"{PATH}/lines" not in page


def test_a_viewer_reads_and_changes_nothing(desk: Desk, draft: Draft) -> None:
    vera = desk.as_(Role.VIEWER)
    page = vera.get(PATH)
    assert page.status_code == 200
    assert "Find a contact" not in page.text
    assert "/lines" not in page.text
    for path in (
        "/lines", "/take-back", "/here", "/mend", "/blocks", "/blocks/visit", "/blocks/visit/move",
        "/blocks/visit/remove", "/blocks/visit/put-back?revision=1", "/history/1/restore",
    ):  # fmt: skip
        assert vera.post(f"{PATH}{path}").status_code == 403
    assert draft.revision() == 1


def test_a_part_of_the_page_is_answered_with_that_part(cora: Seat, draft: Draft) -> None:
    part = cora.post(f"{PATH}/blocks/faq/move", data={"way": "up"}, headers=PART)
    assert "<html" not in part.text
    assert 'data-focus="up-faq"' in part.text
    removed = cora.post(
        f"{PATH}/blocks/visit/remove", data={"seen": draft.mark("visit")}, headers=PART
    )
    assert 'data-focus="undo"' in removed.text
    saved = cora.post(
        f"{PATH}/lines",
        data={"seen": draft.lines_mark(), "subject": "Hello", "preheader": ""},
        headers=PART,
    )
    assert 'data-say="Subject and preheader are saved."' in saved.text


def test_the_second_person_sees_who_is_here(cora: Seat, olaf: Seat, draft: Draft) -> None:
    olaf.get(PATH)
    assert "Olaf is editing this now." in texts(cora.get(PATH).text)
    told = cora.post(f"{PATH}/here", data={"place": "visit"})
    assert "Olaf is editing this now." in texts(told.text)
    assert olaf.post(f"{PATH}/here?leave=yes").status_code == 204
    assert "is editing" not in texts(cora.post(f"{PATH}/here").text)
