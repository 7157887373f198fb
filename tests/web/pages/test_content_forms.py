"""Every block's form, posted as it was shown, changes nothing; and tells its fields apart."""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from starlette.datastructures import FormData

from campaigns.accounts.models import Role
from campaigns.database import Sessions
from campaigns.planning import catalogue, content, editing
from campaigns.planning import queries as planning
from campaigns.rendering import templates
from campaigns.web.pages.content import content_controls, content_typed, content_words
from campaigns.web.pages.content.content_controls import Choosable, Typed
from tests.factories import make_campaign, make_version
from tests.web.pages.desk import Desk

PATH = "/desk/campaigns/autumn/content"
WITH_A_FORM = [kind for kind, record in catalogue.kinds().items() if record.in_menu]
RICH = "<p>One <strong>bold</strong> and <em>one</em>.</p><ul><li>a</li><li>b</li></ul>"


def sample(kind: str) -> dict[str, Any]:
    """A block of this kind as its templates are tried with, in the form in which it is stored."""
    found = templates.BESIDE / "blocks" / kind / "sample.json"
    given = json.loads(Path(found).read_text(encoding="utf-8"))
    [block] = content.tidy([given | {"id": "it"}])
    return block


def campaign_with(sessions: Sessions, block: dict[str, Any]) -> None:
    with sessions.begin() as session:
        make_version(session, make_campaign(session, name="autumn"), blocks=[block])


def stored(sessions: Sessions) -> tuple[dict[str, Any], int]:
    with sessions.begin() as session:
        campaign = planning.named(session, "autumn")
        version = planning.newest_version(session, campaign)
        return editing.blocks_of(version)[0], campaign.revision


@pytest.mark.parametrize("kind", WITH_A_FORM)
def test_a_form_posted_as_it_was_shown_changes_nothing(desk: Desk, kind: str) -> None:
    block = sample(kind)
    campaign_with(desk.sessions, block)
    seat = desk.as_(Role.COORDINATOR)
    page: Any = html.fromstring(seat.get(f"{PATH}?edit=it").text)
    [form] = page.xpath("//form[@id='form-it']")
    labels = {each.get("for") for each in form.iter("label")}
    kinds = " or ".join(f"@type='{each}'" for each in ("text", "url", "datetime-local", "file"))
    shown = form.xpath(f".//input[{kinds}] | .//textarea | .//select")
    assert {each.get("id") for each in shown} == labels
    answer = seat.post(f"{PATH}/blocks/it", data=dict(form.form_values()) | {"do": "save"})
    assert answer.status_code == 303, answer.text
    assert stored(desk.sessions) == (block, 1)


@pytest.mark.parametrize("kind", WITH_A_FORM)
def test_what_a_block_says_is_told_in_words(kind: str) -> None:
    block = sample(kind)
    told = " ".join(content_words.words_of(block))
    assert "<p>" not in told
    assert kind in ("crisis_line", "divider") or told


def posted(kind: str, **values: str) -> FormData:
    return FormData({"kind": kind} | values)


def test_rich_text_of_the_editor_comes_in_one_shape() -> None:
    loose = "<p>One <b>bold</b> and <i>one</i>.</p><ul><li><p>a</p></li><li><p>b</p></li></ul>"
    reading = content_typed.read("quote", posted("quote", **{"text~rich": loose, "source": "Me"}))
    assert reading.typed.values["text"] == RICH
    unchanged = content_typed.read(
        "quote", posted("quote", **{"text~rich": loose, "text~was": RICH, "source": "Me"})
    )
    assert unchanged.block == reading.block


def test_a_form_that_makes_no_sense_is_read_as_far_as_it_does() -> None:
    odd = posted("faq", heading="Hello", items="none", **{"items.x.question": "?", "a.b.c": "d"})
    reading = content_typed.read("faq", odd)
    assert reading.errors == {"items": "Choose at least one."}
    clash = posted("hero", heading="Hello", cta="none", **{"cta.text": "Book a visit"})
    assert content_typed.read("hero", clash).block is not None


def test_what_is_not_in_a_list_of_choices_is_refused() -> None:
    reading = content_typed.read("divider", posted("divider", background="loud"))
    assert reading.errors == {"background": "Choose one of the list."}


def test_a_mistake_of_the_whole_button_stands_at_its_address() -> None:
    reading = content_typed.read("cta_button", posted("cta_button", text="Book it", action=""))
    assert list(reading.errors) == ["url"]


def test_promotions_of_the_campaign_are_offered_by_name() -> None:
    controls = content_controls.controls(
        Typed("offer_card"), Choosable(promotions=(("spring", "Spring"),))
    )
    assert controls[0].slot.options == (
        ("", "The only promotion of this campaign"),
        ("spring", "Spring"),
    )


def test_two_texts_are_told_apart_field_by_field() -> None:
    mine = {"heading": "A", "cta": {"text": "Book it", "action": "book"}, "text": RICH}
    theirs = {"heading": "A", "cta": {"text": "Book it", "action": "call"}}
    found = content_words.differences("article", mine, theirs)
    assert [(each.label, each.theirs) for each in found] == [
        ("Text", "(empty)"),
        ("Button", "Book it – A call to the clinic"),
    ]


def test_who_sees_a_block_is_chosen_from_the_segments_everyone_first() -> None:
    choosable = Choosable(segments=(("new", "New readers"),))
    [who] = [
        each
        for each in content_controls.controls(Typed("article"), choosable)
        if each.name == "visibility"
    ]
    assert who.slot.options == (("", "Everyone"), ("new", "New readers"))
    assert who.is_common
    assert who.is_usual


def test_what_the_law_asks_for_has_no_choice_of_readers() -> None:
    named = {each.name for each in content_controls.controls(Typed("footer"), Choosable())}
    assert "visibility" not in named
    assert {"background", "spacing"} <= named


def test_a_segment_that_is_gone_stays_chosen_until_somebody_chooses_another() -> None:
    typed = Typed("article", {"visibility": "old"})
    [who] = [
        each for each in content_controls.controls(typed, Choosable()) if each.name == "visibility"
    ]
    assert who.value == "old"
    assert who.slot.options[-1] == ("old", "old (not there any more)")


def test_a_new_event_is_in_the_clinic_s_zone_and_ends_after_it_begins() -> None:
    typed = Typed("event", content_controls.start_values("event"))
    [zone] = [
        each
        for each in content_controls.controls(typed, Choosable(zone="America/Denver"))
        if each.name == "zone"
    ]
    assert zone.value == "America/Denver"
    given = {"heading": "Open day", "zone": "America/Denver", "place": "Here"}
    reading = content_typed.read(
        "event", posted("event", starts="2027-01-02T18:00", ends="2027-01-02T17:00", **given)
    )
    assert reading.errors == {"ends": "An event ends after it begins."}
    nowhere = content_typed.read("event", posted("event", starts="soon", ends="", **given))
    assert nowhere.errors == {
        "starts": "Enter a date and a time.",
        "ends": "Fill this in.",
    }


def test_a_new_block_of_columns_begins_with_two_and_takes_no_fewer() -> None:
    assert content_controls.start_values("columns")["columns"] == [{}, {}]
    one = posted("columns", **{"columns.0.heading": "One", "columns.0.cta.action": "book"})
    assert content_typed.read("columns", one).errors == {"columns": "There have to be 2 at least."}
    many = {f"columns.{number}.heading": "One" for number in range(4)}
    assert content_typed.read("columns", posted("columns", **many)).errors == {
        "columns": "There is room for 3."
    }


def test_a_column_keeps_its_picture_and_its_button() -> None:
    picture = "4d39375151446d91e61b.jpg"
    typed = {
        "columns.0.heading": "One",
        "columns.0.image.file": picture,
        "columns.0.image.alt": "A sunrise",
        "columns.1.heading": "Two",
        "columns.1.cta.text": "Call us",
        "columns.1.cta.action": "call",
    }
    reading = content_typed.read("columns", posted("columns", **typed))
    assert reading.errors == {}
    assert reading.block is not None
    [block] = content.raw([reading.block])
    assert block["columns"] == [
        {"heading": "One", "image": {"file": picture, "alt": "A sunrise"}},
        {"heading": "Two", "cta": {"text": "Call us", "action": "call"}},
    ]


def test_a_picture_is_never_without_what_it_shows() -> None:
    typed = posted("image", **{"image.file": "4d39375151446d91e61b.jpg"})
    assert content_typed.read("image", typed).errors == {"image.alt": "Fill this in."}
    only_words = posted("hero", heading="Hello", **{"image.alt": "A sunrise"})
    assert content_typed.read("hero", only_words).errors == {"image.file": "Fill this in."}


def test_rows_of_rows_are_found_by_their_path_and_nonsense_is_left_alone() -> None:
    typed = Typed("columns", {"columns": [{"heading": "One", "links": [{}]}]})
    assert content_typed.do(typed, "columns.0.links:add") == "columns.0.links.1"
    assert content_typed.do(typed, "columns.0.links:1:remove") == "columns.0.links.0"
    for odd in ("columns.7.links:add", "columns.x.links:add", "columns.0.heading.a:add"):
        assert content_typed.do(typed, odd) == ""
