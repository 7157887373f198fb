"""The demo's newsletters on a clinic with its catalogue, ready to be frozen."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from campaigns import local
from campaigns.accounts.models import Organisation
from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.planning import content
from campaigns.planning.models import CampaignPromotion, CampaignVersion
from campaigns.promotions.models import CodeMode, Promotion
from campaigns.rendering.merge import Recipient
from tests import factories
from tests.promotions import factories as promotions

SAMPLES = Path(local.__file__).parent / "sample"
BRAND = {"primary": "#1d5c63", "accent": "#e8c07d"}


def make_clinic(session: Session) -> Organisation:
    """The demo's clinic on a stopped clock."""
    promotions.stop_clock(session)
    return factories.make_organisation(
        session,
        name="Renew Health",
        sender_name="Renew Health",
        sender_address="hello@renew.example.com",
        reply_address="desk@renew.example.com",
        website="https://renew.example.com",
        privacy_url="https://renew.example.com/privacy",
        brand=BRAND,
    )


def make_savings(session: Session, **values: Any) -> Promotion:
    """The package savings of the demo: 26, 20, 18 and 15 percent."""
    packages = [
        promotions.make_package(session, code, cents, name=name, visits=visits)
        for code, name, visits, cents in (
            ("SER-3", "Starter series", 3, 132_000),
            ("SER-6", "Initial series", 6, 255_000),
            ("BST-4", "Booster plan, 12 months", 4, 150_000),
            ("EXT-3", "Extended-visit series", 3, 360_000),
        )
    ]
    rates = (1500, 2600, 1800, 2000)
    offers = [
        (package, promotions.percent(rate)) for package, rate in zip(packages, rates, strict=True)
    ]
    return promotions.make_promotion(
        session,
        "package-savings",
        *offers,
        **{
            "name": "Package savings",
            "max_redemptions": 25,
            "budget_cents": 1_200_000,
            "terms": "Cannot be combined with other offers. Packages are valid for 12 months.",
            **values,
        },
    )


def make_newsletter(session: Session, name: str, **changes: Any) -> CampaignVersion:
    """A newsletter of the demo as a version, with its clinic and promotion."""
    make_clinic(session)
    file = content.read((SAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))
    campaign = factories.make_campaign(session, name=file.name, topic=file.topic)
    if file.topic is Topic.OFFERS:
        promotion = make_savings(session)
        session.add(CampaignPromotion(campaign_id=campaign.id, promotion_id=promotion.id))
    return factories.make_version(
        session,
        campaign,
        **{
            "subject": file.subject,
            "preheader": file.preheader,
            "blocks": content.raw(file.blocks),
            **changes,
        },
    )


def make_letter(session: Session, *blocks: dict[str, Any], **values: Any) -> CampaignVersion:
    """A version of these blocks, with a footer."""
    make_clinic(session)
    campaign = factories.make_campaign(session)
    raw = content.raw(content.parse([*blocks, {"type": "footer"}]))
    return factories.make_version(session, campaign, blocks=raw, **values)


def make_offer(session: Session, *blocks: dict[str, Any], mode: CodeMode) -> CampaignVersion:
    """A version with a promotion that hands out codes in this way."""
    version = make_letter(session, *blocks)
    promotion = make_savings(session, code_mode=mode)
    session.add(CampaignPromotion(campaign_id=version.campaign_id, promotion_id=promotion.id))
    session.flush()
    return version


def make_recipient(version: CampaignVersion, **values: Any) -> Recipient:
    """Ada, delivery 7 of the version's campaign."""
    return Recipient(
        **{
            "address": "ada@example.com",
            "first_name": "Ada",
            "campaign_id": version.campaign_id,
            "delivery_id": 7,
            "at": datetime(2026, 11, 24, 18, 0, tzinfo=UTC),
            "code": "ABCD2345EFGH",
            **values,
        }
    )
