"""What a machine can mend ends its finding, in approved words, and can be undone."""

from typing import Any

import pytest

from campaigns.accounts.models import Role
from campaigns.compliance import approval, menders, mending
from campaigns.compliance.menders import Mend
from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.errors import Conflict, NotAllowed, NotFound, NotInState
from campaigns.planning import queries as planning
from campaigns.planning import statements
from campaigns.planning.models import Campaign, CampaignPromotion, CampaignStatus
from tests import factories
from tests.compliance.conftest import (
    EVERYTHING,
    SAVINGS,
    VISIT,
    Clinic,
    approved,
    make_draft,
)

HEADER, FOOTER = {"type": "header"}, {"type": "footer"}
CARD = {"type": "offer_card"}
RISK = {"type": "risk_information"}


def _article(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "article", "id": "news", "heading": "News", "text": text, **more}


def _offer(session: Session, clinic: Clinic, *blocks: dict[str, Any], **values: Any) -> Campaign:
    values = {"name": "mended", "topic": Topic.OFFERS, "subject": "Package savings"} | values
    made = make_draft(session, clinic, list(blocks), **values)
    session.add(CampaignPromotion(campaign_id=made.id, promotion_id=clinic.savings.id))
    session.flush()
    return made


def _found(session: Session, campaign: Campaign, rule: str) -> list[str]:
    session.flush()
    found = approval.check(session, campaign, **EVERYTHING)
    return [each.place for each in found if each.rule == rule]


def _mend(session: Session, clinic: Clinic, campaign: Campaign, rule: str) -> Mend:
    """Mend every finding of a rule; it is gone afterwards."""
    places = _found(session, campaign, rule)
    assert places
    mend = mending.apply(
        session,
        campaign,
        actor=clinic.cora,
        rule=rule,
        place=places[0],
        revision=campaign.revision,
    )
    assert _found(session, campaign, rule) == []
    return mend


def _offered(session: Session, campaign: Campaign, rule: str, place: str) -> Mend | None:
    draft = mending.read(session, campaign, planning.newest_version(session, campaign))
    return mending.offered(draft, rule=rule, place=place)


def _types(session: Session, campaign: Campaign) -> list[str]:
    return [each["type"] for each in planning.newest_version(session, campaign).blocks]


def test_a_missing_safety_statement_is_put_before_the_foot(
    session: Session, clinic: Clinic
) -> None:
    made = _offer(session, clinic, *[each for each in SAVINGS if each != RISK])
    mend = _mend(session, clinic, made, "HC-04")
    assert _types(session, made)[-2:] == ["risk_information", "footer"]
    assert mend.before == "No safety information."
    assert mend.after.startswith("Ketamine is a Schedule III controlled substance.")
    assert _offered(session, made, "HC-04", "message") is None


@pytest.mark.parametrize("rule", ["PC-02", "PC-11", "PC-15"])
def test_conditions_that_are_missing_come_with_the_offer_card(
    session: Session, clinic: Clinic, rule: str
) -> None:
    table = {"type": "price_table", "heading": "Every price"}
    hero = {"type": "hero", "heading": "Save up to {saving}"}
    made = _offer(session, clinic, HEADER, hero, table, RISK, FOOTER)
    _mend(session, clinic, made, rule)
    assert _types(session, made)[-2:] == ["offer_card", "footer"]
    assert _offered(session, made, rule, "message") is None


def test_without_a_promotion_no_card_can_be_added(
    session: Session, clinic: Clinic, letter: Campaign
) -> None:
    assert _offered(session, letter, "PC-11", "message") is None
    assert _offered(session, letter, "PC-05", "block article") is None
    assert _offered(session, letter, "PC-01", "subject") is None


def test_too_few_packages_at_the_maximum_are_nothing_to_mend() -> None:
    draft = menders.Draft("s", "p", ({"id": "hero", "type": "hero"},), promotion="savings")
    assert mending.offered(draft, rule="PC-02", place="message") is None


def test_a_claim_gets_its_conditions_beside_it(session: Session, clinic: Clinic) -> None:
    hero = {"type": "hero", "id": "top", "heading": "Save up to {saving}"}
    news, more = _article("Plain prices."), {"type": "divider"}
    words = {"type": "quote", "text": "Good.", "source": "Ada"}
    made = _offer(session, clinic, HEADER, hero, news, more, words, CARD, RISK, FOOTER)
    mend = _mend(session, clinic, made, "PC-05")
    assert _types(session, made)[1:3] == ["hero", "offer_card"]
    assert _types(session, made).count("offer_card") == 1
    assert mend.says == "Moves the block “Offer” right after the claim."
    assert _offered(session, made, "PC-05", "block top") is None


@pytest.mark.parametrize("rule", ["PC-02", "PC-05", "PC-11", "PC-15"])
def test_terms_that_only_a_segment_sees_are_shown_to_everyone_who_sees_the_claim(
    session: Session, clinic: Clinic, rule: str
) -> None:
    hero = {"type": "hero", "id": "top", "heading": "Save up to {saving}"}
    for_some = {"visibility": factories.make_segment(session).name}
    made = _offer(session, clinic, HEADER, hero, CARD | for_some, RISK, FOOTER)
    assert _mend(session, clinic, made, rule).says == "Shows the block “Offer” to every reader."
    both = _offer(session, clinic, HEADER, hero | for_some, CARD | for_some, RISK, FOOTER,
                  name="both", subject="News")  # fmt: skip
    assert _found(session, both, rule) == []


def test_a_claim_without_any_card_gets_one(session: Session, clinic: Clinic) -> None:
    hero = {"type": "hero", "id": "top", "heading": "Save up to {saving}"}
    made = _offer(session, clinic, HEADER, hero, RISK, FOOTER)
    assert _mend(session, clinic, made, "PC-05").says.startswith("Adds the block “Offer”")


def test_a_claim_within_the_card_itself_is_for_a_person(session: Session, clinic: Clinic) -> None:
    made = _offer(session, clinic, HEADER, CARD | {"id": "card"}, RISK, FOOTER)
    assert _offered(session, made, "PC-05", "block card") is None
    assert _offered(session, made, "PC-05", "block nowhere") is None
    assert _offered(session, made, "PC-05", "subject") is None


def test_a_line_under_the_subject_is_mended_as_well(session: Session, clinic: Clinic) -> None:
    made = _offer(session, clinic, HEADER, CARD, RISK, FOOTER)
    planning.newest_version(session, made).preheader = "Save up to 50%"
    assert _mend(session, clinic, made, "PC-01").after == "Save up to {saving}"


def test_a_number_that_is_too_high_is_asked_of_the_promotion(
    session: Session, clinic: Clinic
) -> None:
    hero = {
        "type": "hero",
        "id": "top",
        "heading": "Up to 20% today, up to 40% soon",
        "text": "As it says.",
    }
    made = _offer(session, clinic, HEADER, hero, CARD, RISK, FOOTER)
    mend = _mend(session, clinic, made, "PC-01")
    assert mend.says == "Lets the promotion say the number: 26% at this moment."
    assert (mend.before, mend.after) == (
        "Up to 20% today, up to 40% soon\nAs it says.",
        "Up to 20% today, up to {saving} soon\nAs it says.",
    )
    assert _offered(session, made, "PC-01", "block top") is None
    assert _offered(session, made, "PC-01", "block nowhere") is None


def test_a_subject_is_mended_like_a_block(session: Session, clinic: Clinic) -> None:
    made = _offer(
        session, clinic, HEADER, CARD, RISK, FOOTER, subject="Save as much as 1/3: up to 33 %"
    )
    assert _mend(session, clinic, made, "PC-01").after == "Save as much as 1/3: up to {saving}"


def test_words_of_crisis_get_the_crisis_line_in_their_block(
    session: Session, clinic: Clinic
) -> None:
    made = make_draft(
        session,
        clinic,
        [HEADER, _article("We talk about suicide."), FOOTER],
        name="crisis",
    )
    mend = _mend(session, clinic, made, "SS-01")
    assert mend.before == "We talk about suicide."
    assert mend.after.endswith(statements.CRISIS_LINE)
    assert _offered(session, made, "SS-01", "block news") is None
    assert _offered(session, made, "SS-01", "subject") is None
    assert _offered(session, made, "SS-01", "block header") is None


def test_a_block_without_text_gets_the_line_as_its_first(session: Session, clinic: Clinic) -> None:
    hero = {"type": "hero", "id": "top", "heading": "Speaking of suicide"}
    made = make_draft(session, clinic, [HEADER, hero, FOOTER], name="crisis")
    assert _mend(session, clinic, made, "SS-01").before == "Nothing."


def test_the_off_label_statement_speaks_of_pain_only(session: Session, clinic: Clinic) -> None:
    pain = _article("Ketamine is used for chronic pain. What is known is little.")
    mood = _article("Ketamine and depression.") | {"id": "mood"}
    made = make_draft(session, clinic, [HEADER, pain, mood, RISK, FOOTER], name="label")
    assert _offered(session, made, "HC-03", "block mood") is None
    mending.apply(session, made, actor=clinic.cora, rule="HC-03", place="block news", revision=1)
    assert _found(session, made, "HC-03") == ["block mood"]


@pytest.mark.parametrize("rule", ["CS-01", "CS-02"])
def test_a_message_without_a_foot_gets_one(session: Session, clinic: Clinic, rule: str) -> None:
    made = make_draft(session, clinic, VISIT[:-1], name="bare")
    _mend(session, clinic, made, rule)
    assert _types(session, made)[-1] == "footer"
    assert _offered(session, made, rule, "message") is None
    assert _offered(session, made, rule, "organisation") is None


def test_what_asks_for_judgement_has_no_mend(session: Session, letter: Campaign) -> None:
    assert _offered(session, letter, "HC-16", "block article") is None
    with pytest.raises(Conflict, match="nothing left here"):
        mending.apply(
            session,
            letter,
            actor=factories.make_user(session, Role.COORDINATOR),
            rule="HC-16",
            place="block article",
            revision=1,
        )


def test_a_mend_is_a_new_version_and_its_undo_another(session: Session, clinic: Clinic) -> None:
    made = make_draft(session, clinic, VISIT[:-1], name="bare")
    _mend(session, clinic, made, "CS-02")
    assert made.revision == 2
    mending.undo(session, made, actor=clinic.cora, revision=2)
    assert made.revision == 3
    assert planning.newest_version(session, made).blocks == VISIT[:-1]
    with pytest.raises(NotFound, match="no revision 0"):
        planning.version_at(session, made, 0)


def test_nothing_is_mended_or_undone_over_somebody_elses_edit(
    session: Session, clinic: Clinic
) -> None:
    made = make_draft(session, clinic, VISIT[:-1], name="bare")
    _mend(session, clinic, made, "CS-02")
    for deed in (mending.undo, mending.refresh):
        with pytest.raises(NotInState, match="Somebody changed the content"):
            deed(session, made, actor=clinic.cora, revision=1)
    with pytest.raises(NotInState, match="Somebody changed the content"):
        mending.apply(session, made, actor=clinic.cora, rule="CS-02", place="message", revision=1)


def test_current_prices_and_terms_are_read_into_a_new_draft(
    session: Session, clinic: Clinic, offer: Campaign
) -> None:
    approved(session, clinic, offer)
    mending.refresh(session, offer, actor=clinic.cora, revision=1)
    assert (offer.status, offer.revision) == (CampaignStatus.DRAFT, 2)
    assert planning.newest_version(session, offer).content_hash == ""
    assert planning.newest_version(session, offer).blocks == SAVINGS


def test_only_those_who_write_campaigns_mend(session: Session, clinic: Clinic) -> None:
    made = make_draft(session, clinic, VISIT[:-1], name="bare")
    with pytest.raises(NotAllowed):
        mending.apply(session, made, actor=clinic.lena, rule="CS-02", place="message", revision=1)
