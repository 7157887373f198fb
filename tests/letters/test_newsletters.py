"""The demo's two newsletters say what they may say."""

import re

import pytest

from campaigns.database import Session
from campaigns.planning import statements
from campaigns.rendering.freeze import freeze
from campaigns.rendering.message import WARN_BYTES, Rendered
from tests.rendering import factories

CONDITIONS = re.compile(r"\b(pain|ketamine|depress|anxi|condition|treatment)", re.IGNORECASE)
DISTRESS = re.compile(r"\b(suicid|suffer|agony|hopeless|desperat|despair|crisis)", re.IGNORECASE)


def rendered(session: Session, name: str) -> Rendered:
    """The newsletter, frozen."""
    return Rendered.of(freeze(session, factories.make_newsletter(session, name)))


def flat(text: str) -> str:
    """A text as one line."""
    return " ".join(text.split())


@pytest.mark.parametrize("name", ["education", "savings"])
def test_what_a_lock_screen_shows_names_no_condition(session: Session, name: str) -> None:
    letter = rendered(session, name)
    assert not CONDITIONS.search(f"{letter.subject} {letter.preheader}")


@pytest.mark.parametrize("name", ["education", "savings"])
def test_address_unsubscribe_and_risks_stand_in_both_parts(session: Session, name: str) -> None:
    letter = rendered(session, name)
    risk = [flat(each) for each in statements.RISKS["ketamine-1"]]
    for part in (letter.html, flat(letter.text)):
        assert "100 Example Plaza, Suite 200, Allen, TX 75000 (demo)" in part
        assert letter.urls["unsubscribe"] in part
        assert all(each in part for each in risk)
    assert letter.html_bytes < WARN_BYTES


@pytest.mark.parametrize("name", ["education", "savings"])
def test_text_lines_are_short_unless_they_are_an_address(session: Session, name: str) -> None:
    for line in rendered(session, name).text.splitlines():
        assert len(line) <= 76 or line.strip().startswith("http")


def test_the_educational_letter_says_off_label_beside_each_mention(session: Session) -> None:
    letter = rendered(session, "education")
    for block in letter.blocks:
        if "ketamine" in block.text.lower():
            assert "off-label" in block.text


def test_the_educational_letter_carries_the_crisis_line_word_for_word(session: Session) -> None:
    assert statements.CRISIS_LINE in flat(rendered(session, "education").text)


def test_a_number_in_the_educational_letter_has_its_source_beside_it(session: Session) -> None:
    letter = rendered(session, "education")
    (block,) = [each for each in letter.blocks if "24.3%" in each.text]
    assert block.data["sources"][0]["date"] == "November 2024"


def test_distress_and_discount_never_stand_in_one_message(session: Session) -> None:
    letter = rendered(session, "savings")
    assert not DISTRESS.search(f"{letter.subject} {letter.text}")


def test_the_discount_letter_is_filled_by_the_promotion_and_states_its_terms(
    session: Session,
) -> None:
    letter = rendered(session, "savings")
    for words in (
        "This is a promotional message.",
        "fictitious demo prices",
        "Save up to 26% on visit packages",
        "26% on Initial series (6 visits, $2,550 → $1,887)",
        "Through 15 Dec 2026",
        "1 booking for each person. At most 25 bookings in all.",
        "Not valid for services billed to Medicare, Medicaid, TRICARE",
        "A clinician decides whether this is appropriate for you.",
    ):
        assert words in flat(letter.text)
    typed = (factories.SAMPLES / "savings.yaml").read_text(encoding="utf-8")
    assert not re.search(r"\d\s?%|\$\d", typed)
