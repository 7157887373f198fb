"""A pasted page that names a treatment, or an offer: mended, handed in, signed, sent to its end."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from campaigns.accounts import queries as accounts
from campaigns.compliance import approval, mending
from campaigns.compliance.models import Severity
from campaigns.contacts.models import Topic
from campaigns.database import Sessions
from campaigns.delivery import batch, dispatch, programs
from campaigns.delivery.transports.memory import Memory
from campaigns.local import sample
from campaigns.planning import drafting, queries, statements
from campaigns.planning.models import CampaignStatus
from campaigns.registry import FACTS, REGISTRY, RULES

NAME = "our-own-page"
SIGNERS = {"clinical_approver": sample.CLINICAL, "legal_approver": sample.LEGAL}
ROOMS = """<!DOCTYPE html><html lang="en"><head><title>Rooms</title></head><body>
<h1>Our rooms</h1>
<p>Hello *|FNAME|*, ketamine is given here by a nurse, in a room of your own.</p>
<p><a href="https://renew.example.com/rooms">See the rooms</a></p></body></html>"""
SAVE = """<!DOCTYPE html><html lang="en"><head><title>Savings</title></head><body>
<h1>Save up to {saving} on visit packages</h1>
<p>Hello *|FNAME|*, this runs through {last_day}.</p>
<p><a href="{book}">Choose a time</a></p></body></html>"""


@pytest.fixture
def clinic(committed: Sessions) -> Sessions:
    programs.forget()
    sample.load(committed)
    return committed


def paste(sessions: Sessions, source: str, topic: Topic) -> None:
    """A draft of this page alone, without a footer."""
    is_offer = topic is Topic.OFFERS
    with sessions.begin() as session:
        drafting.begin(
            session,
            actor=accounts.user(session, sample.COORDINATOR),
            name=NAME,
            topic=topic,
            segment="offer-readers" if is_offer else "education-readers",
            promotion_codes=["package-savings"] if is_offer else [],
            subject="A look at the rooms of {clinic}",
            preheader="Come by on a Saturday morning, ask what you like, and leave again.",
            blocks=[{"type": "html", "source": source}],
        )


def stopping(sessions: Sessions) -> list[tuple[str, str]]:
    """What stops the page, as rule and place."""
    with sessions() as session:
        campaign = queries.named(session, NAME)
        found = approval.check(session, campaign, rules=RULES, facts=FACTS)
        return [(each.rule, each.place) for each in found if each.severity is Severity.BLOCK]


def mend(sessions: Sessions) -> set[str]:
    """Press every mend that is offered for what stops it; the rules that were mended."""
    mended: set[str] = set()
    for _turn in range(6):
        for rule, place in stopping(sessions):
            with sessions.begin() as session:
                campaign = queries.named(session, NAME)
                draft = mending.read(session, campaign, queries.newest_version(session, campaign))
                if mending.offered(draft, rule=rule, place=place) is None:
                    continue
                mending.apply(
                    session,
                    campaign,
                    actor=accounts.user(session, sample.COORDINATOR),
                    rule=rule,
                    place=place,
                    revision=campaign.revision,
                )
                mended.add(rule)
                break
    return mended


def send(sessions: Sessions) -> list[EmailMessage]:
    """Hand it in, sign it, let it go; what arrives."""
    with sessions.begin() as session:
        coordinator = accounts.user(session, sample.COORDINATOR)
        approval.submit(session, queries.named(session, NAME), actor=coordinator)
    with sessions() as session:
        [version_id] = approval.waiting(session)
    approval.review(sessions, version_id, rules=RULES, facts=FACTS)
    with sessions.begin() as session:
        campaign = queries.named(session, NAME)
        for role in approval.still_to_sign(session, campaign):
            signer = accounts.user(session, SIGNERS[role])
            approval.approve(session, campaign, actor=signer, reason="Read and checked.")
        assert campaign.status is CampaignStatus.APPROVED
    with sessions.begin() as session:
        actor = accounts.user(session, sample.COORDINATOR)
        approval.start(session, queries.named(session, NAME), actor=actor, rules=RULES, facts=FACTS)
    dispatch.start_due(sessions, REGISTRY)
    dispatch.freeze_prepared(sessions, REGISTRY)
    way = Memory()
    batch.run(sessions, way, seconds=30)
    return [
        message_from_bytes(raw, _class=EmailMessage, policy=policy.default) for _, raw in way.sent
    ]


def text_of(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return " ".join(body.get_content().split())


@pytest.mark.parametrize(
    ("source", "topic", "mended", "kinds"),
    [
        (ROOMS, Topic.EDUCATION, {"HC-04"}, ["html", "risk_information", "footer"]),
        (SAVE, Topic.OFFERS, {"HC-04", "PC-05"},
         ["html", "offer_card", "risk_information", "footer"]),
    ],
)  # fmt: skip
def test_a_pasted_page_is_mended_signed_and_arrives_with_all_that_it_lacked(
    clinic: Sessions, *, source: str, topic: Topic, mended: set[str], kinds: list[str]
) -> None:
    paste(clinic, source, topic)
    assert mended <= mend(clinic)
    assert stopping(clinic) == []
    with clinic() as session:
        version = queries.newest_version(session, queries.named(session, NAME))
        assert sorted(each["type"] for each in version.blocks) == sorted(kinds)
        assert [version.blocks[0]["type"], version.blocks[-1]["type"]] == ["html", "footer"]
    arrived = send(clinic)
    assert len(arrived) >= 5
    for message in arrived:
        for kind in ("plain", "html"):
            said = text_of(message, kind)
            assert statements.RISKS["ketamine-1"][-1] in said
            assert "*|" not in said
            assert "Unsubscribe" in said
    if topic is Topic.OFFERS:
        assert all("Book from" in text_of(each, "plain") for each in arrived)
