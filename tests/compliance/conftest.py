"""A clinic with a catalogue, its people, and two drafts; the clock stands still."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.orm import sessionmaker

from campaigns.accounts.models import Role, User
from campaigns.compliance import approval
from campaigns.contacts.models import Topic
from campaigns.database import Session, Sessions
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign, CampaignPromotion
from campaigns.promotions.models import Package, Promotion
from campaigns.registry import FACTS, RULES
from tests import factories
from tests.promotions import factories as offers

EVERYTHING: dict[str, Any] = {"rules": RULES, "facts": FACTS}

VISIT = [
    {"type": "header"},
    {
        "type": "hero",
        "heading": "What a visit looks like",
        "text": "First comes a consultation with a clinician who takes time for your questions.",
    },
    {"type": "footer"},
]
SAVINGS = [
    {"type": "header"},
    {"type": "hero", "heading": "Save up to {saving} on visit packages"},
    {"type": "offer_card"},
    {"type": "price_table", "heading": "Every price"},
    {"type": "risk_information"},
    {"type": "footer"},
]


@dataclass(frozen=True)
class Clinic:
    """Who works here, what is sold, and who reads."""

    cora: User
    olga: User
    lena: User
    carl: User
    series: Package
    savings: Promotion


@pytest.fixture
def clinic(session: Session) -> Clinic:
    """Cora writes, Olga owns it, Lena signs for legal questions, Carl for clinical ones."""
    offers.stop_clock(session)
    factories.make_organisation(session)
    factories.make_contact(session)
    series = offers.make_package(session, name="Initial series")
    extended = offers.make_package(session, "EXT-3", 360_000, name="Extended series", visits=3)
    return Clinic(
        cora=factories.make_user(session, Role.COORDINATOR, name="Cora"),
        olga=factories.make_user(session, Role.OWNER, name="Olga"),
        lena=factories.make_user(session, Role.LEGAL, name="Lena"),
        carl=factories.make_user(session, Role.CLINICAL, name="Carl"),
        series=series,
        savings=offers.make_promotion(
            session,
            "savings",
            (series, offers.percent(2600)),
            (extended, offers.percent(2000)),
        ),
    )


Draft = Callable[..., Campaign]


@pytest.fixture
def letter(session: Session, clinic: Clinic) -> Campaign:
    """A draft that says nothing of a drug."""
    return make_draft(session, clinic, VISIT, name="letter")


@pytest.fixture
def offer(session: Session, clinic: Clinic) -> Campaign:
    """A draft with the promotion; its risk statement asks for the legal approver."""
    made = make_draft(
        session,
        clinic,
        SAVINGS,
        name="offer",
        topic=Topic.OFFERS,
        subject="{clinic}: package savings of up to {saving} through {last_day}",
    )
    session.add(CampaignPromotion(campaign_id=made.id, promotion_id=clinic.savings.id))
    session.flush()
    return made


def make_draft(
    session: Session, clinic: Clinic, blocks: list[dict[str, Any]], **values: Any
) -> Campaign:
    """A draft by Cora with these blocks."""
    subject = values.pop("subject", "News from the clinic")
    preheader = "What a visit looks like, and what you may ask before you decide"
    made = factories.make_campaign(session, author_id=clinic.cora.id, **values)
    factories.make_version(session, made, blocks=blocks, subject=subject, preheader=preheader)
    return made


def inside(session: Session) -> Sessions:
    """Sessions within this test's transaction, for a long verb."""
    return sessionmaker(
        bind=session.connection(), expire_on_commit=False, join_transaction_mode="create_savepoint"
    )


def review(session: Session, campaign: Campaign) -> Campaign:
    """Let the worker do its part."""
    session.flush()
    version = planning.newest_version(session, campaign)
    approval.review(inside(session), version.id, **EVERYTHING)
    session.expire_all()
    return campaign


def approved(session: Session, clinic: Clinic, campaign: Campaign) -> Campaign:
    """Through the gate to approved."""
    approval.submit(session, campaign, actor=clinic.cora)
    review(session, campaign)
    approval.approve(session, campaign, actor=clinic.lena, reason="Prices and terms checked.")
    return campaign
