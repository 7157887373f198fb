"""The gate: nothing goes out unchecked, unsigned, or signed by its own author."""

from collections.abc import Callable
from typing import Any

import pytest

from campaigns.accounts.models import AuditEntry, Organisation, Role, User
from campaigns.compliance import approval, waiting
from campaigns.compliance.models import StoredFinding
from campaigns.contacts.models import Segment
from campaigns.database import Session
from campaigns.errors import Invalid, NotAllowed, NotInState
from campaigns.jobs import Job
from campaigns.planning import choosing, drafting, segment_use
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign, CampaignApproval, CampaignStatus
from campaigns.promotions.models import Promotion, PromotionStatus
from tests import factories
from tests.compliance.conftest import (
    EVERYTHING,
    VISIT,
    Clinic,
    approved,
    inside,
    make_draft,
    review,
)
from tests.promotions.factories import add_price

S = CampaignStatus


def _status(session: Session, campaign: Campaign) -> CampaignStatus:
    session.refresh(campaign)
    return campaign.status


def _pending(session: Session) -> list[tuple[Job, tuple[tuple[str, int], ...]]]:
    return list(session.info.get("bedside.jobs", {}))


def test_a_submitted_draft_waits_for_the_worker(
    session: Session, clinic: Clinic, letter: Campaign
) -> None:
    approval.submit(session, letter, actor=clinic.cora)
    version = planning.newest_version(session, letter)
    assert _status(session, letter) is S.RENDERING
    assert _pending(session) == [(Job.RENDER, (("version_id", version.id),))]
    with pytest.raises(NotInState, match="cannot be submitted: it is rendering"):
        approval.submit(session, letter, actor=clinic.cora)


def test_a_good_draft_is_frozen_and_opened_for_review(
    session: Session, clinic: Clinic, offer: Campaign
) -> None:
    approval.submit(session, offer, actor=clinic.cora)
    review(session, offer)
    assert offer.status is S.IN_REVIEW
    assert planning.newest_version(session, offer).content_hash
    assert {each.rule for each in approval.stored_findings(session, offer)} == {"HC-16"}
    assert approval.still_to_sign(session, offer) == ("legal_approver",)


def test_a_finding_that_blocks_sends_it_back_and_stays_to_be_read(
    session: Session, clinic: Clinic
) -> None:
    text = "Ketamine cures pain and can reduce stress."
    blocks = [VISIT[0], {"type": "hero", "heading": "Relief", "text": text}, VISIT[2]]
    bad = make_draft(session, clinic, blocks, subject="Your pain")
    approval.submit(session, bad, actor=clinic.cora)
    review(session, bad)
    assert bad.status is S.DRAFT
    assert bad.status_reason.endswith("HC-01, HC-02, HC-03, HC-04, PR-07")
    stored = approval.stored_findings(session, bad)
    assert [each.severity.value for each in stored][-1] == "review"
    assert approval.still_to_sign(session, bad) == ()
    review(session, bad)
    assert session.query(StoredFinding).count() == len(stored)


def test_what_cannot_be_rendered_goes_back_with_the_reason(
    session: Session, clinic: Clinic, offer: Campaign
) -> None:
    session.query(Promotion).update({"status": PromotionStatus.PAUSED})
    approval.submit(session, offer, actor=clinic.cora)
    review(session, offer)
    assert offer.status is S.DRAFT
    assert offer.status_reason.startswith("It cannot be rendered: The text names {saving}")


def test_a_review_that_comes_twice_or_too_late_does_nothing(
    session: Session, clinic: Clinic, letter: Campaign
) -> None:
    approval.submit(session, letter, actor=clinic.cora)
    old = planning.newest_version(session, letter)
    review(session, letter)
    review(session, letter)
    assert letter.status is S.IN_REVIEW
    approval.send_back(session, letter, actor=clinic.lena, reason="Shorter, please.")
    approval.submit(session, letter, actor=clinic.cora)
    session.flush()
    approval.review(inside(session), old.id, **EVERYTHING)
    assert _status(session, letter) is S.RENDERING


def test_a_lost_bell_is_found_by_the_tick(
    session: Session, clinic: Clinic, letter: Campaign
) -> None:
    approval.submit(session, letter, actor=clinic.cora)
    session.flush()
    left = approval.waiting(session)
    assert left == [planning.newest_version(session, letter).id]
    approval.review(inside(session), left[0], **EVERYTHING)
    assert approval.waiting(session) == []
    assert _status(session, letter) is S.IN_REVIEW


def test_a_fault_of_ours_sends_it_back_and_says_whom_to_tell(
    session: Session, clinic: Clinic, letter: Campaign
) -> None:
    approval.submit(session, letter, actor=clinic.cora)
    version = planning.newest_version(session, letter)
    approval.give_up(session, version.id, error="MemoryError")
    assert _status(session, letter) is S.DRAFT
    assert "Tell the operator" in letter.status_reason


def test_the_signature_that_is_asked_for_approves_it(
    session: Session, clinic: Clinic, offer: Campaign
) -> None:
    approval.submit(session, offer, actor=clinic.cora)
    review(session, offer)
    with pytest.raises(NotAllowed, match="waits for the legal approver to sign"):
        approval.approve(session, offer, actor=clinic.carl, reason="Fine.")
    with pytest.raises(Invalid, match="say why you sign"):
        approval.approve(session, offer, actor=clinic.lena, reason=" ")
    assert approval.approve(session, offer, actor=clinic.lena, reason="Checked.") == ()
    assert offer.status is S.APPROVED
    [signed] = session.query(CampaignApproval)
    version = planning.newest_version(session, offer)
    assert (signed.role, signed.content_hash) == ("legal_approver", version.content_hash)
    with pytest.raises(NotInState, match="is not in review: it is approved"):
        approval.approve(session, offer, actor=clinic.lena, reason="Again.")


def test_every_role_that_findings_ask_for_has_to_sign(
    session: Session, clinic: Clinic, offer: Campaign
) -> None:
    approval.submit(session, offer, actor=clinic.cora)
    review(session, offer)
    session.query(StoredFinding).limit(1).one().role = Role.CLINICAL.value
    session.flush()
    still = approval.approve(session, offer, actor=clinic.lena, reason="Checked.")
    assert still == ("clinical_approver",)
    assert _status(session, offer) is S.IN_REVIEW
    with pytest.raises(NotAllowed, match="waits for the clinical approver to sign"):
        approval.approve(session, offer, actor=clinic.lena, reason="Checked.")
    assert approval.approve(session, offer, actor=clinic.carl, reason="Balanced.") == ()
    assert _status(session, offer) is S.APPROVED


@pytest.mark.parametrize("who", ["olga", "lena", "carl"])
def test_where_no_finding_asks_any_approver_signs_without_a_reason(
    session: Session, clinic: Clinic, letter: Campaign, who: str
) -> None:
    approval.submit(session, letter, actor=clinic.cora)
    review(session, letter)
    assert approval.still_to_sign(session, letter) == ("approver",)
    approval.approve(session, letter, actor=getattr(clinic, who))
    assert letter.status is S.APPROVED


def test_an_author_does_not_approve_their_own_campaign(
    session: Session, clinic: Clinic, letter: Campaign
) -> None:
    letter.author_id = clinic.olga.id
    approval.submit(session, letter, actor=clinic.cora)
    review(session, letter)
    with pytest.raises(NotAllowed, match="someone else has to approve it"):
        approval.approve(session, letter, actor=clinic.olga)
    session.query(Organisation).update({"four_eyes": False})
    session.expire_all()
    approval.approve(session, letter, actor=clinic.olga)
    [signed] = session.query(CampaignApproval)
    assert signed.reason == "Own campaign, four-eyes approval is off."


def _writes(session: Session, campaign: Campaign, who: User) -> None:
    version = planning.newest_version(session, campaign)
    drafting.edit(
        session,
        campaign,
        actor=who,
        subject=f"As {who.name} would say it",
        preheader=version.preheader,
        blocks=version.blocks,
    )


def test_whoever_wrote_an_earlier_version_does_not_sign_a_later_one(
    session: Session, clinic: Clinic, letter: Campaign
) -> None:
    _writes(session, letter, clinic.olga)
    _writes(session, letter, clinic.cora)
    approval.submit(session, letter, actor=clinic.cora)
    review(session, letter)
    assert waiting.for_signature(session, clinic.olga) == []
    assert len(waiting.for_signature(session, clinic.lena)) == 1
    with pytest.raises(NotAllowed, match="someone else has to approve it"):
        approval.approve(session, letter, actor=clinic.olga)


def test_an_owner_who_makes_herself_an_approver_does_not_sign_her_own_words(
    session: Session, clinic: Clinic, letter: Campaign
) -> None:
    _writes(session, letter, clinic.olga)
    _writes(session, letter, clinic.cora)
    clinic.olga.roles = [Role.OWNER, Role.LEGAL, Role.CLINICAL]
    approval.submit(session, letter, actor=clinic.cora)
    review(session, letter)
    with pytest.raises(NotAllowed, match="someone else has to approve it"):
        approval.approve(session, letter, actor=clinic.olga, reason="I like it.")
    assert session.query(CampaignApproval).count() == 0


@pytest.mark.parametrize("chose", ["audience", "offer", "rule"])
def test_whoever_chose_the_readers_or_the_offer_does_not_sign(
    session: Session, clinic: Clinic, offer: Campaign, chose: str
) -> None:
    if chose == "audience":
        others = factories.make_segment(session)
        choosing.choose_segment(session, offer, actor=clinic.olga, segment=others.name)
    elif chose == "offer":
        choosing.choose_promotions(session, offer, actor=clinic.olga, codes=[])
        choosing.choose_promotions(session, offer, actor=clinic.cora, codes=[clinic.savings.code])
    else:
        _handed_in(session, clinic, offer)
        segment_use.change(
            session,
            session.get_one(Segment, offer.segment_id),
            title="Texans",
            rule={"language": "en"},
            facts=EVERYTHING["facts"],
            actor=clinic.olga,
            agreed=[offer.id],
        )
    _handed_in(session, clinic, offer)
    clinic.olga.roles = [Role.OWNER, Role.LEGAL]
    with pytest.raises(NotAllowed, match="someone else has to approve it"):
        approval.approve(session, offer, actor=clinic.olga, reason="Checked.")


def _handed_in(session: Session, clinic: Clinic, campaign: Campaign) -> None:
    approval.submit(session, campaign, actor=clinic.cora)
    review(session, campaign)
    assert campaign.status is S.IN_REVIEW


def test_an_edit_voids_the_approval(session: Session, clinic: Clinic, offer: Campaign) -> None:
    approved(session, clinic, offer)
    version = planning.newest_version(session, offer)
    drafting.edit(
        session,
        offer,
        actor=clinic.cora,
        subject=version.subject,
        preheader="Another preheader",
        blocks=version.blocks,
    )
    assert _status(session, offer) is S.DRAFT
    approval.submit(session, offer, actor=clinic.cora)
    review(session, offer)
    assert approval.still_to_sign(session, offer) == ("legal_approver",)


def test_sent_back_and_submitted_again_it_is_rendered_and_signed_anew(
    session: Session, clinic: Clinic, offer: Campaign
) -> None:
    approved(session, clinic, offer)
    approval.send_back(session, offer, actor=clinic.lena, reason="The price has changed.")
    assert offer.status_reason == "The price has changed."
    add_price(session, clinic.series, 260_000, since_days=0.001)
    approval.submit(session, offer, actor=clinic.cora)
    review(session, offer)
    assert offer.revision == 2
    assert session.query(CampaignApproval).count() == 0


def test_a_check_of_a_draft_stores_nothing(
    session: Session, clinic: Clinic, offer: Campaign
) -> None:
    found = approval.check(session, offer, **EVERYTHING)
    assert {each.rule for each in found} == {"HC-16"}
    assert session.query(StoredFinding).count() == 0
    assert planning.newest_version(session, offer).content_hash == ""


@pytest.mark.parametrize(
    ("verb", "more"),
    [
        (approval.submit, {}),
        (approval.approve, {"reason": "x"}),
        (approval.send_back, {"reason": "x"}),
        (approval.start, EVERYTHING),
    ],
)
def test_a_viewer_passes_nothing_through_the_gate(
    session: Session,
    clinic: Clinic,
    letter: Campaign,
    verb: Callable[..., Any],
    more: dict[str, Any],
) -> None:
    vera = factories.make_user(session, Role.VIEWER)
    letter.status = S.IN_REVIEW
    session.flush()
    with pytest.raises(NotAllowed):
        verb(session, letter, actor=vera, **more)


def test_the_audit_tells_the_whole_story(session: Session, clinic: Clinic, offer: Campaign) -> None:
    approved(session, clinic, offer)
    approval.start(session, offer, actor=clinic.cora, **EVERYTHING)
    told = session.query(AuditEntry).order_by(AuditEntry.id)
    assert [(each.verb, each.actor) for each in told] == [
        ("submit campaign", clinic.cora.address),
        ("sign campaign", clinic.lena.address),
        ("schedule campaign", clinic.cora.address),
    ]
