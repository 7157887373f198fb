"""The letters that a campaign can begin from: which there are, and how they read."""

import re
from datetime import date, timedelta

import pytest
from lxml import html

from campaigns.database import Session
from campaigns.planning import catalogue
from campaigns.rendering import starters
from campaigns.rendering.freeze import freeze
from campaigns.rendering.message import WARN_BYTES, Rendered
from tests.letters import starting
from tests.rendering import factories

WANTED = {"education", "discount", "last-chance", "welcome", "win-back", "announcement"}
UNSUITED = {
    "html": "is a whole message of somebody's own",
    "social_links": "leads to pages whose addresses only the clinic knows",
    "testimonial": "quotes a patient, with a consent that only the clinic has",
}
"""Blocks that no starter can show, and why."""
MOST_STYLE = 16_000
"""Gmail drops a style sheet that is longer."""


def rendered(session: Session, name: str) -> Rendered:
    """The starter as a message, frozen."""
    return Rendered.of(freeze(session, starting.make_starter(session, name)))


def test_the_letters_that_a_clinic_needs_are_there() -> None:
    assert set(starting.NAMES) >= WANTED


def test_together_the_starters_show_every_block_but_those_that_only_the_clinic_can_fill() -> None:
    shown = {kind for each in starters.listed() for kind in each.kinds}
    assert shown == set(catalogue.kinds()) - UNSUITED.keys()


@pytest.mark.parametrize("name", starting.NAMES)
def test_a_starter_is_told_from_the_others_by_its_blocks_and_its_words(name: str) -> None:
    starter = starters.named(name)
    assert len(set(starter.kinds)) >= 7
    others = [each.file for each in starters.listed() if each.name != name]
    assert starter.file.subject not in {each.subject for each in others}
    assert starter.file.preheader not in {each.preheader for each in others}


@pytest.mark.parametrize("name", starting.NAMES)
def test_the_text_of_a_starter_is_good_to_read_without_any_look(
    session: Session, name: str
) -> None:
    letter = rendered(session, name)
    lines = letter.text.splitlines()
    for line in lines:
        assert line == line.rstrip()
        assert len(line) <= 72 or line.strip().startswith("http")
        assert "http" not in line or not re.search(r"\s", line.strip())
    assert "\n\n\n" not in letter.text
    for word in ("<", "&nbsp;", "&amp;", "None", "{"):
        assert word not in letter.text


@pytest.mark.parametrize("name", starting.NAMES)
def test_a_starter_keeps_within_what_mail_programs_show(session: Session, name: str) -> None:
    letter = rendered(session, name)
    styles = re.findall(r"<style[^>]*>(.*?)</style>", letter.html.partition("<body")[0], re.DOTALL)
    assert sum(len(each.encode()) for each in styles) < MOST_STYLE
    assert letter.html_bytes < WARN_BYTES
    assert "@supports" not in letter.html
    assert len(letter.subject) <= 60
    assert 30 <= len(letter.preheader) <= 100


@pytest.mark.parametrize("name", starting.NAMES)
def test_a_button_is_as_large_in_classic_outlook_as_elsewhere(session: Session, name: str) -> None:
    letter = rendered(session, name)
    opened, closed = letter.html.count("<!--[if mso]>"), letter.html.count("<![endif]-->")
    assert opened == closed
    for table in html.fromstring(letter.html).iter("table"):
        if not table.get("class", "").startswith("button"):
            continue
        (cell,) = table.iter("td")
        (link,) = cell.findall("a")
        padding = re.search(r"(?<!-)\bpadding:([^;]+)", link.get("style", ""))
        assert padding
        assert f"mso-padding-alt:{padding.group(1)}" in cell.get("style", "")
        assert "display:inline-block" in link.get("style", "")


def test_a_starters_event_is_some_weeks_after_the_day_on_which_one_begins(
    session: Session,
) -> None:
    letter = rendered(session, "announcement")
    (event,) = [each for each in letter.blocks if each.type == "event"]
    begun = date(2026, 11, 24)
    assert event.data["starts"] == f"{begun + timedelta(days=21)}T18:00"
    assert event.data["ends"] == f"{begun + timedelta(days=21)}T19:00"
    assert "Tuesday, December 15, 2026" in event.text


def test_a_block_has_the_room_around_it_that_was_chosen(session: Session) -> None:
    version = factories.make_letter(
        session,
        *({"type": "quote", "text": "Words.", "source": "Us", "spacing": each} for each in
          ("tight", "normal", "roomy")),
    )  # fmt: skip
    letter = Rendered.of(freeze(session, version))
    cells = html.fromstring(letter.html).iter("td")
    above = [top(each.get("style", "")) for each in cells if "sec" in each.get("class", "").split()]
    assert above == sorted(set(above))
    assert len(above) == 3


def top(style: str) -> int:
    """How many points of room an element has above its words."""
    found = re.findall(r"padding(?:-top)?:(\d+)px", style)
    return int(found[-1] if "padding-top" in style else found[0])


def test_a_letter_in_a_language_from_right_to_left_begins_on_the_right(session: Session) -> None:
    version = factories.make_letter(
        session, {"type": "quote", "text": "Words.", "source": "Us"}, language="ar"
    )
    page = Rendered.of(freeze(session, version)).html
    assert '<html lang="ar" dir="rtl"' in page
    assert "border-right:4px" in page
    assert "border-left:4px" not in page
    assert "text-align:left" not in page
