"""A condition hides nothing that must be said from whoever reads what it belongs to."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from campaigns import settings
from campaigns.accounts.models import User
from campaigns.compliance import approval, mending
from campaigns.compliance.findings import Finding
from campaigns.compliance.models import Severity
from campaigns.database import Session
from campaigns.planning import drafting, queries
from campaigns.planning.models import Campaign
from campaigns.rendering import starters, templates
from tests import factories
from tests.compliance.conftest import EVERYTHING, VISIT, Clinic, make_draft
from tests.compliance.messages import LINE, OFF_LABEL
from tests.letters import starting
from tests.rendering.templates import write

NEWS = "What is new at the clinic, and how to reach us in December"
SOME = "offer-readers"
BESIDE = {
    "HC-03": ("Ketamine for chronic pain.", OFF_LABEL),
    "SS-01": ("Thoughts of suicide.", LINE),
}


@pytest.fixture
def own_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the owner's own templates, searched first."""
    changed = settings.current().model_copy(update={"templates_dir": tmp_path})
    monkeypatch.setattr(settings, "current", lambda: changed)
    yield tmp_path
    monkeypatch.undo()


@pytest.fixture
def olga(session: Session) -> User:
    """The owner, with the demo's catalogue, and a segment that some readers are in."""
    factories.make_contact(session)
    _segment(session)
    return starting.make_catalogue(session)


def _segment(session: Session) -> None:
    factories.make_segment(session, rule={"region": "US-TX"}).name = SOME
    session.flush()


def stops(session: Session, campaign: Campaign) -> list[Finding]:
    """What keeps this draft from being handed in."""
    found = approval.check(session, campaign, **EVERYTHING)
    return [each for each in found if each.severity is Severity.BLOCK]


def rules(session: Session, campaign: Campaign) -> set[str]:
    return {each.rule for each in stops(session, campaign)}


def limited(session: Session, olga: User, campaign: Campaign, *kinds: str) -> Campaign:
    """The same with the blocks of these kinds for some readers alone."""
    version = queries.newest_version(session, campaign)
    blocks = [
        each | ({"visibility": SOME} if each["type"] in kinds else {}) for each in version.blocks
    ]
    return edited(session, olga, campaign, blocks=blocks)


def edited(session: Session, olga: User, campaign: Campaign, **changed: Any) -> Campaign:
    version = queries.newest_version(session, campaign)
    now = {name: getattr(version, name) for name in ("subject", "preheader", "blocks")}
    drafting.edit(session, campaign, actor=olga, **now | changed)
    return campaign


def discount(session: Session, olga: User) -> Campaign:
    return starting.begin(session, olga, starters.named("discount"))


def test_an_offers_terms_for_some_stop_a_claim_that_everyone_reads(
    session: Session, olga: User
) -> None:
    campaign = discount(session, olga)
    assert stops(session, campaign) == []
    limited(session, olga, campaign, "offer_card", "price_table")
    found = stops(session, campaign)
    assert {each.rule for each in found} == {"PC-02", "PC-05", "PC-15"}
    for each in found:
        assert "some readers" in each.message or "only some of its readers" in each.message
        assert "show it to everyone" in each.mend
        assert "to the same readers" in each.mend


def test_one_press_shows_the_terms_to_everyone_again(session: Session, olga: User) -> None:
    campaign = limited(session, olga, discount(session, olga), "offer_card")
    [beside] = [each for each in stops(session, campaign) if each.rule == "PC-05"]
    mending.apply(
        session,
        campaign,
        actor=olga,
        rule=beside.rule,
        place=beside.place,
        revision=campaign.revision,
    )
    assert stops(session, campaign) == []


def test_an_offer_that_only_some_read_with_its_terms_passes(session: Session, olga: User) -> None:
    campaign = discount(session, olga)
    kinds = ("hero", "greeting", "offer_card", "price_table", "faq", "booking_card", "cta_button")
    limited(session, olga, campaign, *kinds)
    everyone_reads_the_subject = {"PC-02", "PC-11", "PC-15"}
    assert rules(session, campaign) == everyone_reads_the_subject
    edited(session, olga, campaign, subject="News from {clinic}", preheader=NEWS)
    assert stops(session, campaign) == []


def test_words_about_the_offer_for_everyone_ask_for_its_terms(session: Session, olga: User) -> None:
    campaign = discount(session, olga)
    kinds = ("hero", "greeting", "offer_card", "price_table", "faq", "booking_card")
    version = queries.newest_version(session, limited(session, olga, campaign, *kinds))
    blocks = [
        each | ({"text": "Book with this offer"} if each["type"] == "cta_button" else {})
        for each in version.blocks
    ]
    subject = "News from {clinic}"
    edited(session, olga, campaign, subject=subject, preheader=NEWS, blocks=blocks)
    assert rules(session, campaign) == {"PC-11", "PC-15"}


@pytest.mark.parametrize("half", ["rif", "relse"])
def test_terms_in_either_half_of_an_owners_condition_are_for_some(
    session: Session, olga: User, own_templates: Path, half: str
) -> None:
    for ending in ("html", "txt"):
        shipped = (templates.BESIDE / f"blocks/offer_card/block.{ending}").read_text()
        first, other = (shipped, "") if half == "rif" else ("", shipped)
        text = f"{{% rif '{SOME}' %}}\n{first}\n{{% relse %}}\n{other}\n{{% endrif %}}\n"
        imports, kept = _imports(text)
        write(own_templates, f"blocks/offer_card/block.{ending}", imports + kept)
    assert {"PC-02", "PC-05", "PC-15"} <= rules(session, discount(session, olga))


def _imports(text: str) -> tuple[str, str]:
    lines = text.splitlines(keepends=True)
    taken = [each for each in lines if "import " in each and "{%" in each]
    return "".join(taken), "".join(each for each in lines if each not in taken)


@pytest.mark.parametrize("ending", ["html", "txt", "neither"])
@pytest.mark.parametrize("rule", BESIDE)
def test_a_statement_that_must_stand_beside_words_is_not_for_some(
    session: Session, clinic: Clinic, own_templates: Path, ending: str, rule: str
) -> None:
    _segment(session)
    said, beside = BESIDE[rule]
    for each in ("html", "txt"):
        choice = f"{{% rif '{SOME}' %}}<p>{beside}</p>{{% endrif %}}"
        second = choice if each == ending else f"<p>{beside}</p>"
        whole = f"<p>{said}</p>\n\n{second}\n"
        text = whole if each == "html" else whole.replace("<p>", "").replace("</p>", "\n")
        write(own_templates, f"blocks/divider/block.{each}", text)
    blocks = [*VISIT[:-1], {"type": "divider"}, {"type": "risk_information"}, VISIT[-1]]
    found = rules(session, make_draft(session, clinic, blocks))
    assert (rule in found) is (ending != "neither")


@pytest.mark.parametrize("half", ["rif", "relse"])
def test_a_claim_in_either_half_of_an_owners_condition_is_read(
    session: Session, clinic: Clinic, own_templates: Path, half: str
) -> None:
    _segment(session)
    said = "One infusion cures depression"
    first, other = (said, "Hello") if half == "rif" else ("Hello", said)
    choice = f"{{% rif '{SOME}' %}}{first}{{% relse %}}{other}{{% endrif %}}"
    write(own_templates, "blocks/divider/block.html", f"<p>{choice}</p>")
    write(own_templates, "blocks/divider/block.txt", "Hello\n")
    assert "HC-02" in rules(
        session, make_draft(session, clinic, [*VISIT[:2], {"type": "divider"}, VISIT[-1]])
    )
    write(own_templates, "blocks/divider/block.html", "<p>Hello</p>")


def test_the_address_and_the_way_out_are_not_for_some(
    session: Session, clinic: Clinic, own_templates: Path
) -> None:
    _segment(session)
    for ending in ("html", "txt"):
        shipped = (templates.BESIDE / f"blocks/footer/block.{ending}").read_text()
        imports, kept = _imports(f"{{% rif '{SOME}' %}}\n{shipped}\n{{% endrif %}}\n")
        write(own_templates, f"blocks/footer/block.{ending}", imports + kept)
    found = stops(session, make_draft(session, clinic, VISIT))
    assert {each.rule for each in found} == {"CS-01", "CS-02"}
    said = [each.message for each in found if each.rule == "CS-01"]
    assert all(each.endswith("for some readers.") for each in said)
