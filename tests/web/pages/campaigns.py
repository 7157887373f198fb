"""A clinic with two segments, an offer and campaigns to open."""

from dataclasses import dataclass

from campaigns.accounts.models import Role, User
from campaigns.contacts.models import Topic
from campaigns.database import Session, Sessions
from campaigns.planning import queries
from campaigns.planning.models import Campaign, CampaignPromotion
from tests.factories import (
    make_campaign,
    make_contact,
    make_organisation,
    make_segment,
    make_user,
    make_version,
)
from tests.promotions.factories import make_package, make_promotion, percent, stop_clock

SAVINGS = [
    {"id": "header", "type": "header"},
    {"id": "hero", "type": "hero", "heading": "Save up to {saving}"},
    {"id": "offer-card", "type": "offer_card"},
    {"id": "footer", "type": "footer"},
]


@dataclass(frozen=True)
class Desked:
    """Who works here, and the names of what is there."""

    cora: User
    letter: str = "autumn-letter"
    offers: str = "package-offers"
    texas: str = ""
    nowhere: str = ""


def set_up(sessions: Sessions) -> Desked:
    """On Tuesday 24 November at noon in Texas: three readers, a letter, and an offers draft."""
    with sessions.begin() as session:
        stop_clock(session)
        make_organisation(session)
        cora = make_user(session, Role.COORDINATOR, name="Cora")
        make_contact(session, "ada@example.com", first_name="Ada")
        make_contact(session, "ben@example.com", first_name="Ben", region="US-NY")
        make_contact(session, "carla@example.com", first_name="Carla", topics=(Topic.EDUCATION,))
        texas = make_segment(session, rule={"region": "US-TX"})
        nowhere = make_segment(session, rule={"region": "CA-ON"})
        _letter(session, cora, segment_id=make_segment(session).id)
        _offers(session, cora)
        return Desked(cora, texas=texas.name, nowhere=nowhere.name)


def _letter(session: Session, cora: User, **values: object) -> Campaign:
    made = make_campaign(session, name="autumn-letter", author_id=cora.id, **values)
    make_version(session, made, subject="{clinic}: what a visit is like")
    return made


def _offers(session: Session, cora: User) -> Campaign:
    made = make_campaign(session, name="package-offers", topic=Topic.OFFERS, author_id=cora.id)
    make_version(session, made, subject="Up to {saving} through {last_day}", blocks=SAVINGS)
    series = make_package(session, name="Initial series")
    plan = make_package(session, "PLN-3", 100_000, name="Plan of three", published=False)
    promotion = make_promotion(
        session,
        "autumn",
        (series, percent(2600)),
        (plan, percent(1000)),
        name="Autumn savings",
        max_redemptions=25,
    )
    make_promotion(session, "winter", (series, percent(1000)), name="Winter savings")
    session.add(CampaignPromotion(campaign_id=made.id, promotion_id=promotion.id))
    session.flush()
    return made


def change(sessions: Sessions, name: str, **values: object) -> None:
    """Set these columns of a campaign."""
    with sessions.begin() as session:
        campaign = queries.named(session, name)
        for column, value in values.items():
            setattr(campaign, column, value)


def get(sessions: Sessions, name: str) -> Campaign:
    """The campaign as it is stored now."""
    with sessions.begin() as session:
        return queries.named(session, name)


def words(page: str) -> str:
    """A page's text with single spaces, as a sentence is looked for in it."""
    return " ".join(page.split())
