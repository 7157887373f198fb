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


@pytest.mark.parametrize("kind", catalogue.kinds())
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
