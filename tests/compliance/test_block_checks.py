"""What blocks find wrong with themselves becomes findings that name the block and the field."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from campaigns import registry, settings
from campaigns.accounts.models import Role
from campaigns.compliance import block_checks, findings, preflight
from campaigns.compliance.checked import Section
from campaigns.compliance.findings import Finding
from campaigns.compliance.models import Severity
from campaigns.database import Session
from campaigns.planning import content
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign
from campaigns.rendering.freeze import freeze
from campaigns.rendering.message import Rendered
from tests import factories
from tests.compliance.messages import EDUCATION, message

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("America/Chicago"))
OFF_LABEL = "The FDA has approved ketamine only as an anesthetic; using it for pain is off-label."
EVENT = {
    "type": "event",
    "id": "evening",
    "heading": "An evening of questions",
    "starts": "2026-11-24T18:00",
    "ends": "2026-11-24T19:30",
    "zone": "America/Chicago",
    "place": "Our waiting room",
}
TESTIMONIAL = {
    "type": "testimonial",
    "id": "words",
    "text": "<p>They listened.</p>",
    "attribution": "Maria",
    "consent": "Folder 12",
}


def section(data: dict[str, Any]) -> Section:
    name = str(data.get("id", data["type"])).replace("_", "-")
    return Section(f"block {name}", str(data["type"]), "", "", {"id": name, **data})


def found(
    *blocks: dict[str, Any], now: datetime | None = NOW, regions: frozenset[str] = frozenset()
) -> list[Finding]:
    """What these blocks say of themselves in one message."""
    facts = replace(EDUCATION, moment=now, regions=regions)
    checked = message(*(section(each) for each in blocks), facts=facts, footer=section(
        {"type": "footer"}
    ))  # fmt: skip
    return list(block_checks.of_blocks(checked))


def test_an_event_is_still_to_come_when_the_message_goes_out() -> None:
    assert found(EVENT) == []
    [late] = found(EVENT, now=NOW.replace(hour=18))
    assert (late.rule, late.severity, late.role) == ("BK-event", Severity.BLOCK, "")
    assert (late.place, late.field) == ("block evening", "starts")
    assert "Tuesday, November 24, 2026, 6:00 PM – 7:30 PM CST" in late.message
    assert late.mend.startswith("Give it another day")
    assert late.source.startswith("The block's own check")


def test_an_event_over_midnight_says_both_days() -> None:
    [late] = found(EVENT | {"starts": "2026-11-20T22:00", "ends": "2026-11-21T02:00"})
    assert "Friday, November 20, 2026, 10:00 PM – Saturday, November 21, 2026, 2:00 AM CST" in (
        late.message
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [("es", "martes, 24 de noviembre de 2026, 18:00 – 19:30 CST"), ("xx", "Tuesday, November 24")],
)
def test_an_event_is_told_in_the_language_of_its_message(language: str, said: str) -> None:
    [event] = content.parse([EVENT])
    when: str = event.when(language)  # type: ignore[attr-defined]
    assert when.startswith(said)


def test_an_event_begins_at_an_hour_that_clocks_show() -> None:
    gap = EVENT | {"starts": "2027-03-14T02:30", "ends": "2027-03-14T04:00"}
    assert [each.field for each in found(gap)] == ["starts"]


def test_a_clinic_in_texas_quotes_no_patient_unless_it_was_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_texas = frozenset({"US-TX"})
    [refused] = found(TESTIMONIAL, regions=in_texas)
    assert (refused.severity, refused.field) == (Severity.BLOCK, "")
    assert "Texas" in refused.message
    changed = settings.current().model_copy(update={"texas_testimonials": True})
    monkeypatch.setattr(settings, "current", lambda: changed)
    [allowed] = found(TESTIMONIAL, regions=in_texas)
    assert allowed.severity is Severity.REVIEW


def test_elsewhere_the_legal_approver_reads_the_consent_of_a_patient() -> None:
    [asked] = found(TESTIMONIAL, regions=frozenset({"US-NM"}))
    assert (asked.severity, asked.role) == (Severity.REVIEW, Role.LEGAL)
    assert "Folder 12" in asked.message


def test_a_quote_is_of_the_clinic_and_never_of_a_patient() -> None:
    quote = {"type": "quote", "text": "<p>We listen.</p>"}
    assert found(quote | {"source": "Ana Example, nurse practitioner"}) == []
    [evading] = found(quote | {"source": "A patient from Allen"})
    assert (evading.severity, evading.field) == (Severity.BLOCK, "source")
    assert evading.sentence == "A patient from Allen"


STEPS = {
    "type": "how_it_works",
    "heading": "How it works",
    "steps": [{"title": "A visit", "text": "<p>You talk with a clinician.</p>"}],
}


def test_ketamine_is_explained_only_beside_what_it_is_approved_for() -> None:
    assert found(STEPS | {"evidence": "<p>Not every visit helps.</p>"}) == []
    bare = STEPS | {"evidence": "<p>Ketamine acts on NMDA receptors.</p>"}
    [missing] = found(bare)
    assert (missing.rule, missing.field) == ("BK-how_it_works", "evidence")
    assert missing.severity is Severity.BLOCK
    assert found(STEPS | {"evidence": f"<p>Ketamine acts on receptors. {OFF_LABEL}</p>"}) == []
    titled = [{"title": "How ketamine acts", "text": "<p>Slowly.</p>"}]
    assert found(STEPS | {"steps": titled, "evidence": "<p>Weak.</p>"})


BIO = {"type": "clinician_bio", "person": "Ana Example", "role": "Physician", "text": "<p>Hi</p>"}


def test_a_certification_is_held_against_its_board_and_eligible_is_none() -> None:
    assert found(BIO) == []
    [certified] = found(BIO | {"text": "<p>Ana is board-certified.</p>"})
    assert (certified.severity, certified.role, certified.field) == (
        Severity.REVIEW,
        Role.CLINICAL,
        "text",
    )
    [eligible] = found(BIO | {"credentials": "Board eligible"})
    assert (eligible.severity, eligible.field) == (Severity.BLOCK, "credentials")


def test_questions_are_questions_and_asked_once() -> None:
    items = [
        {"question": "Does it hurt?", "answer": "<p>A little.</p>"},
        {"question": "does it hurt?", "answer": "<p>No.</p>"},
        {"question": "What it costs", "answer": "<p>Ask us.</p>"},
    ]
    said = found({"type": "faq", "heading": "Questions", "items": items})
    assert [(each.field, each.severity) for each in said] == [
        ("items.1.question", Severity.WARN),
        ("items.2.question", Severity.WARN),
    ]


def test_a_list_of_complaints_says_that_they_can_have_many_causes() -> None:
    cards = {"type": "symptom_list", "heading": "Heard", "items": [{"name": "A", "text": "B"}]}
    assert [each.field for each in found(cards)] == ["note"]
    assert found(cards | {"intro": "<p>Each has many causes.</p>"}) == []


def test_who_is_asked_to_call_knows_when_somebody_answers() -> None:
    card = {"type": "booking_card", "heading": "Call", "cta": {"text": "Call us", "action": "call"}}
    assert [each.field for each in found(card)] == ["hours"]
    assert found(card | {"hours": ["Monday to Friday, 9 am to 5 pm"]}) == []


def test_nobodys_message_begins_without_its_heading() -> None:
    assert [each.field for each in found({"type": "hero", "heading": "Hi", "visibility": "new"})]
    assert found({"type": "hero", "heading": "Hi"}) == []


def test_no_page_is_linked_twice() -> None:
    links = [{"url": "https://example.com/a"}, {"url": "https://example.com/a/"}]
    assert [each.field for each in found({"type": "social_links", "links": links})] == [
        "links.1.url"
    ]


def test_a_block_that_a_value_made_impossible_is_a_finding_and_no_crash() -> None:
    [broken] = found({"type": "hero", "id": "top", "heading": "H" * 251})
    assert (broken.rule, broken.place, broken.severity) == ("BK-hero", "block top", Severity.BLOCK)
    assert "250" in broken.message


def test_without_a_moment_no_block_is_asked() -> None:
    assert found(TESTIMONIAL, now=None) == []


def test_the_rules_of_blocks_have_a_source_like_those_of_the_pack() -> None:
    assert findings.source_of("BK-event").mark == "design"
    assert findings.source_of("HC-01").mark == "S"


def offered(session: Session, *blocks: dict[str, Any]) -> list[Finding]:
    """All that is found in a frozen message of a clinic in Allen, Texas."""
    factories.make_organisation(session)
    campaign = factories.make_campaign(session)
    footer = {"type": "footer", "id": "footer"}
    version = factories.make_version(session, campaign, blocks=[*blocks, footer])
    rendered = Rendered.of(freeze(session, version))
    held: Campaign = planning.named(session, campaign.name)
    return preflight.run(
        session, held, version, rendered, rules=registry.RULES, facts=registry.FACTS
    )


def test_the_check_before_review_asks_every_block_where_the_clinic_is(session: Session) -> None:
    said = {each.rule: each for each in offered(session, TESTIMONIAL, EVENT)}
    assert said["BK-testimonial"].severity is Severity.BLOCK
    assert "Texas" in said["BK-testimonial"].message


def test_ketamine_beside_a_condition_in_how_it_works_is_found_once(session: Session) -> None:
    said = offered(session, STEPS | {"id": "how", "evidence": "<p>Ketamine for chronic pain.</p>"})
    rules = [each.rule for each in said if each.place == "block how"]
    assert rules.count("BK-how_it_works") == 1
    assert "HC-03" not in rules
