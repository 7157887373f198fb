"""Let a campaign out, or stop it: each step from a shell, and what keeps it back."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Organisation
from campaigns.compliance import approval
from campaigns.compliance.models import Severity, StoredFinding
from campaigns.contacts.models import Segment
from campaigns.database import Sessions
from campaigns.delivery import dispatch
from campaigns.local import sample
from campaigns.planning import queries
from campaigns.planning.models import Campaign, CampaignApproval, CampaignStatus, CampaignVersion
from campaigns.registry import REGISTRY
from tests.cli.conftest import LETTER, OFFERS, SIGNERS, Shell
from workers import rendering

C = CampaignStatus
COORDINATOR, OWNER = sample.COORDINATOR, sample.OWNER
SAID = "“Package savings”"


def stands(sessions: Sessions, name: str = OFFERS) -> CampaignStatus:
    with sessions() as session:
        return queries.named(session, name).status


def set_status(sessions: Sessions, status: CampaignStatus, name: str = OFFERS) -> None:
    with sessions.begin() as session:
        session.execute(update(Campaign).where(Campaign.name == name).values(status=status))


def ahead(sessions: Sessions, **span: float) -> str:
    """The wall clock of the clinic after so long."""
    with sessions() as session:
        zone = clock.zone(accounts.organisation(session).zone)
        return f"{(clock.now(session) + timedelta(**span)).astimezone(zone):%Y-%m-%d %H:%M}"


def ask_clinically(sessions: Sessions) -> None:
    """A finding of the discount newsletter asks for a clinician's judgement too."""
    with sessions.begin() as session:
        version = queries.newest_version(session, queries.named(session, OFFERS))
        session.add(
            StoredFinding(
                version_id=version.id,
                rule="HC-03",
                severity=Severity.REVIEW,
                role="clinical_approver",
                place="block 3",
                sentence="",
                message="A claim to judge.",
                mend="",
                source="",
                found_at=clock.now(session),
            )
        )


def test_from_draft_to_approved(bedside: Shell, clinic: Sessions) -> None:
    said = bedside.ok("campaigns", "submit", OFFERS, as_=COORDINATOR)
    assert said.startswith(f"Campaign {OFFERS} is being rendered and checked. Next: bedside ")
    assert stands(clinic) is C.RENDERING
    rendering.render_left()
    ask_clinically(clinic)

    sign = ("campaigns", "approve", OFFERS)
    assert "say why you sign (--reason)" in bedside.refused(*sign, as_=sample.LEGAL)
    said = bedside.ok(*sign, "--reason", "Terms checked.", as_=sample.LEGAL)
    assert said == (f"Signed. Campaign {OFFERS} is in_review. Still to sign: clinical_approver.\n")
    assert "has none of these roles, or has signed already" in bedside.refused(
        *sign, "--reason", "Again.", as_=sample.LEGAL
    )
    assert "may not approve a campaign" in bedside.refused(*sign, as_=COORDINATOR)
    said = bedside.ok(*sign, "--reason", "Read.", as_=sample.CLINICAL)
    assert said == f"Signed. Campaign {OFFERS} is approved.\n"


def test_a_script_learns_who_is_still_to_sign(bedside: Shell, clinic: Sessions) -> None:
    assert bedside.json("campaigns", "submit", OFFERS, as_=COORDINATOR)["status"] == "rendering"
    rendering.render_left()
    ask_clinically(clinic)
    sign = ("campaigns", "approve", OFFERS, "--reason", "Checked.")
    record = bedside.json(*sign, as_=sample.LEGAL)
    assert (record["status"], record["still_to_sign"]) == ("in_review", ["clinical_approver"])
    assert bedside.json(*sign, as_=sample.CLINICAL)["still_to_sign"] == []


def test_what_is_submitted_is_not_submitted_twice(bedside: Shell, approved: Sessions) -> None:
    said = bedside.refused("campaigns", "submit", OFFERS, as_=COORDINATOR)
    assert said == f"{SAID} cannot be submitted: it is approved."


def test_a_draft_is_not_approved(bedside: Shell, clinic: Sessions) -> None:
    said = bedside.refused("campaigns", "approve", OFFERS, as_=sample.LEGAL)
    assert said == f"{SAID} is not in review: it is draft."


def test_sent_back_is_a_draft_with_a_note(bedside: Shell, approved: Sessions) -> None:
    words = ("campaigns", "send-back", OFFERS, "--reason", "Shorter, please.")
    assert bedside.json(*words, as_=sample.LEGAL)["name"] == OFFERS
    shown = bedside.json("campaigns", "show", OFFERS)
    assert (shown["status"], shown["reason"]) == ("draft", "Shorter, please.")
    said = bedside.refused(*words, as_=sample.LEGAL)
    assert said == f"{SAID} cannot be sent back: it is draft."


def test_scheduled_for_a_moment_on_the_clinics_clock(bedside: Shell, approved: Sessions) -> None:
    at = ahead(approved, hours=2)
    record = bedside.json("campaigns", "schedule", OFFERS, "--at", at, as_=COORDINATOR)
    assert record["name"] == OFFERS
    assert record["at"].endswith("+00:00")
    assert f", {at[11:]} C" in record["message"]
    assert stands(approved) is C.SCHEDULED

    said = bedside.refused("campaigns", "schedule", OFFERS, "--at", at, as_=COORDINATOR)
    assert said == f"{SAID} cannot be scheduled: it is scheduled, not approved."
    assert bedside.json("campaigns", "unschedule", OFFERS, as_=COORDINATOR)["name"] == OFFERS
    assert stands(approved) is C.APPROVED
    said = bedside.refused("campaigns", "unschedule", OFFERS, as_=COORDINATOR)
    assert said == f"{SAID} cannot be unscheduled: it is approved."


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2020-01-01 09:00", "Wed 1 Jan 2020, 09:00 CST is in the past: it is now "),
        ("tomorrow", "'tomorrow' is not a moment; write it like 2026-11-24 09:00."),
        ("2031-01-02 09:00+01:00", "without an offset; use --zone."),
    ],
)
def test_a_moment_that_cannot_be_is_refused(
    bedside: Shell, approved: Sessions, at: str, words: str
) -> None:
    said = bedside.refused("campaigns", "schedule", OFFERS, "--at", at, as_=COORDINATOR)
    assert words in said
    assert stands(approved) is C.APPROVED


def test_a_zone_may_be_named_and_must_exist(bedside: Shell, approved: Sessions) -> None:
    words = ("campaigns", "schedule", OFFERS, "--at", ahead(approved, days=2))
    said = bedside.refused(*words, "--zone", "Texas", as_=COORDINATOR)
    assert said == "'Texas' is not a time zone; use a name such as America/Chicago."
    assert " UTC" in bedside.ok(*words, "--zone", "Europe/Paris", as_=COORDINATOR)


@pytest.mark.parametrize(
    ("at", "note"),
    [
        ("2031-03-09 02:30", "never show 02:30 on that day; it starts at 03:30 instead."),
        ("2031-11-02 01:30", "show 01:30 twice on that day; it starts the first time."),
    ],
)
def test_a_jump_of_the_clock_is_said(bedside: Shell, clinic: Sessions, at: str, note: str) -> None:
    make_letter_approved(clinic)
    said = bedside.ok("campaigns", "schedule", LETTER, "--at", at, as_=COORDINATOR)
    assert said.endswith(f"{note}\n")


def make_letter_approved(sessions: Sessions) -> None:
    """The health letter, which no promotion ends, signed by everyone asked for."""
    with sessions.begin() as session:
        campaign = queries.named(session, LETTER)
        approval.submit(session, campaign, actor=accounts.user(session, COORDINATOR))
    rendering.render_left()
    with sessions.begin() as session:
        campaign = queries.named(session, LETTER)
        for role in approval.still_to_sign(session, campaign):
            signer = accounts.user(session, SIGNERS[role])
            approval.approve(session, campaign, actor=signer, reason="Read.")
        assert campaign.status is C.APPROVED


def test_without_an_audience_it_is_not_scheduled_and_says_why(
    bedside: Shell, approved: Sessions
) -> None:
    with approved.begin() as session:
        session.execute(update(Segment).values(rule={"language": "fr"}))
    words = ("campaigns", "schedule", OFFERS, "--at", ahead(approved, hours=2))
    said = bedside.refused(*words, as_=COORDINATOR)
    assert said.startswith(f"{SAID} cannot be scheduled:\n  - GO-01")
    assert stands(approved) is C.APPROVED


def test_without_a_postal_address_it_is_not_scheduled_and_says_why(
    bedside: Shell, approved: Sessions
) -> None:
    with approved.begin() as session:
        session.execute(update(Organisation).values(postal_address=""))
    for words in (("schedule", OFFERS, "--at", ahead(approved, hours=2)), ("start", OFFERS)):
        said = bedside.refused("campaigns", *words, as_=COORDINATOR)
        assert said.startswith(f"{SAID} cannot be scheduled:\n")
        assert "postal address" in said


def test_without_an_unsubscribe_link_it_comes_back_as_a_draft_and_says_why(
    bedside: Shell, clinic: Sessions
) -> None:
    with clinic.begin() as session:
        version = queries.newest_version(session, queries.named(session, LETTER))
        kept = [each for each in version.blocks if each["type"] != "footer"]
        session.execute(
            update(CampaignVersion).where(CampaignVersion.id == version.id).values(blocks=kept)
        )
    bedside.ok("campaigns", "submit", LETTER, as_=COORDINATOR)
    rendering.render_left()
    shown = bedside.json("campaigns", "show", LETTER)
    assert shown["status"] == "draft"
    assert "block it" in shown["reason"]
    assert any("unsubscribe" in each["what"].lower() for each in shown["findings"])
    words = ("campaigns", "schedule", LETTER, "--at", ahead(clinic, hours=2))
    said = bedside.refused(*words, as_=COORDINATOR)
    assert said == "“Health letter” cannot be scheduled: it is draft, not approved."


def test_without_a_signature_it_is_not_scheduled(bedside: Shell, approved: Sessions) -> None:
    with approved.begin() as session:
        session.execute(delete(CampaignApproval).where(CampaignApproval.role == "legal_approver"))
    said = bedside.refused("campaigns", "start", OFFERS, as_=COORDINATOR)
    assert "GO-03" in said
    assert "legal_approver" in said


def test_start_pause_resume_and_cancel(bedside: Shell, approved: Sessions) -> None:
    assert bedside.ok("campaigns", "start", OFFERS, as_=COORDINATOR) == (
        f"Campaign {OFFERS} starts now.\n"
    )
    dispatch.start_due(approved, REGISTRY)
    dispatch.freeze_prepared(approved, REGISTRY)
    assert stands(approved) is C.SENDING

    said = bedside.ok("campaigns", "pause", OFFERS, "--reason", "A typo.", as_=COORDINATOR)
    assert said == f"Campaign {OFFERS} is paused.\n"
    shown = bedside.json("campaigns", "show", OFFERS)
    assert (shown["status"], shown["reason"]) == ("paused", "by Cora Coordinator: A typo.")

    with approved.begin() as session:
        address = accounts.organisation(session).postal_address
        session.execute(update(Organisation).values(postal_address=""))
    said = bedside.refused("campaigns", "resume", OFFERS, as_=COORDINATOR)
    assert said.startswith(f"{SAID} cannot go on yet:\n  - ")
    with approved.begin() as session:
        session.execute(update(Organisation).values(postal_address=address))
    record = bedside.json("campaigns", "resume", OFFERS, as_=COORDINATOR)
    assert record["status"] == "sending"

    record = bedside.json("campaigns", "cancel", OFFERS, "--reason", "Done.", as_=COORDINATOR)
    assert record["not_sent"] == 10
    assert stands(approved) is C.CANCELLED


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("pause", "cannot be paused: it is finished."),
        ("resume", "is not paused: it is finished."),
        ("cancel", "cannot be cancelled: it is finished."),
        ("start", "cannot be scheduled: it is finished, not approved."),
    ],
)
def test_what_is_finished_cannot_be_stopped(
    bedside: Shell, clinic: Sessions, verb: str, words: str
) -> None:
    set_status(clinic, C.FINISHED)
    said = bedside.refused("campaigns", verb, OFFERS, as_=OWNER)
    assert said == f"{SAID} {words}"


def test_each_verb_answers_a_script_with_the_name(bedside: Shell, approved: Sessions) -> None:
    for verb in ("start", "pause", "resume", "cancel"):
        assert bedside.json("campaigns", verb, OFFERS, as_=COORDINATOR)["name"] == OFFERS
