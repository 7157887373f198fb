"""Each delivery carries its own promo code, the same on every attempt."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.contacts import queries as contacts
from campaigns.contacts.models import Topic
from campaigns.database import Session, Sessions
from campaigns.delivery import batch, codes, dispatch, programs
from campaigns.delivery.models import Delivery, DeliveryCode
from campaigns.delivery.transports.memory import Memory
from campaigns.local import sample
from campaigns.planning import drafting, queries
from campaigns.planning.models import Campaign, CampaignOccurrence, CampaignStatus
from campaigns.promotions import codes as promo_codes
from campaigns.promotions import queries as promotions
from campaigns.promotions.models import CodeMode, PromoCode
from campaigns.registry import REGISTRY
from campaigns.rendering import freeze


@pytest.fixture
def clinic(committed: Sessions) -> Sessions:
    programs.forget()
    sample.load(committed)
    return committed


def prepare(sessions: Sessions, promotion: str) -> int:
    """A campaign that carries this promotion, its audience about to be frozen."""
    with sessions.begin() as session:
        campaign = drafting.begin(
            session,
            actor=accounts.user(session, sample.COORDINATOR),
            name="with-a-code",
            topic=Topic.OFFERS,
            segment="offer-readers",
            promotion_codes=[promotion],
            subject="An offer with a code",
            preheader="Your own code is inside.",
            blocks=[
                {"id": "header", "type": "header"},
                {"id": "offer", "type": "offer_card", "promotion": promotion, "cta": CTA},
                {"id": "footer", "type": "footer"},
            ],
        )
        version = queries.newest_version(session, campaign)
        program = freeze.freeze(session, version)
        pinned(session, campaign, version.id, program.content_hash)
        return campaign.id


CTA = {"text": "Book with this offer", "action": "book"}


def pinned(session: Session, campaign: Campaign, version_id: int, content_hash: str) -> None:
    """Stand where a start would have put it."""
    now = clock.now(session)
    campaign.pinned_version_id, campaign.pinned_hash = version_id, content_hash
    campaign.status = CampaignStatus.PREPARING
    dispatch.pin_offers(session, campaign)
    session.add(
        CampaignOccurrence(
            campaign_id=campaign.id,
            due_at=now,
            local_time=now.replace(tzinfo=None),
            zone="America/Chicago",
            audience_count=0,
        )
    )


def texts(way: Memory) -> dict[str, str]:
    found = {}
    for envelope, raw in way.sent:
        message = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        found[envelope.rcpt_to] = body.get_content()
    return found


def test_each_contact_reads_their_own_unique_code(clinic: Sessions) -> None:
    campaign_id = prepare(clinic, "first-visit")
    dispatch.freeze_audience(clinic, campaign_id, REGISTRY)
    way = Memory()
    batch.run(clinic, way, seconds=30)
    with clinic() as session:
        promotion = promotions.named(session, "first-visit")
        assert len(way.sent) >= 10
        seen = set()
        for address, body in texts(way).items():
            code = promo_codes.of_contact(promotion, contacts.by_address(session, address).id)
            assert code in body.replace("-", "").replace(" ", "")
            seen.add(code)
        assert len(seen) == len(way.sent)
        given = session.scalars(select(DeliveryCode.code_id)).all()
        assert len(given) == len(set(given))
        assert len(session.scalars(select(PromoCode)).all()) >= len(given)


def test_everyone_reads_the_same_shared_word(clinic: Sessions) -> None:
    with clinic.begin() as session:
        promotion = promotions.named(session, "package-savings")
        promotion.code_mode = CodeMode.SHARED
        promo_codes.share(session, promotion, "AUTUMN26")
    campaign_id = prepare(clinic, "package-savings")
    dispatch.freeze_audience(clinic, campaign_id, REGISTRY)
    with clinic() as session:
        deliveries = session.scalars(
            select(Delivery.id).where(Delivery.campaign_id == campaign_id)
        ).all()
        assert {codes.word(session, each) for each in deliveries} == {"AUTUMN26"}
