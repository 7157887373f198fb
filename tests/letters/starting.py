"""Each starter as the version of a campaign, on the demo's catalogue."""

from campaigns.accounts.models import Role, User
from campaigns.database import Session
from campaigns.planning import drafting, queries
from campaigns.planning.models import Campaign, CampaignVersion
from campaigns.promotions import importing
from campaigns.rendering import starters, templates
from campaigns.rendering.starters import Starter
from tests import factories
from tests.promotions.test_importing import PACKAGES, PROMOTIONS
from tests.rendering.factories import make_clinic

NAMES = sorted(each.parent.name for each in (templates.BESIDE / starters.FOLDER).glob("*/*.yaml"))
OFFERS = {
    "discount": "package-savings",
    "last-chance": "package-savings",
    "new-here": "first-visit",
    "win-back": "package-savings",
}


def make_catalogue(session: Session) -> User:
    """The clinic's owner, with every package and promotion of the demo."""
    make_clinic(session)
    olga = factories.make_user(session, Role.OWNER)
    importing.import_packages(session, PACKAGES, actor=olga)
    importing.import_promotions(session, PROMOTIONS, actor=olga)
    return olga


def begin(session: Session, olga: User, starter: Starter) -> Campaign:
    """A draft of this starter, with its offer where it needs one."""
    return drafting.begin(
        session,
        actor=olga,
        name=starter.name,
        title=starter.file.title,
        topic=starter.file.topic,
        segment=factories.make_segment(session).name,
        promotion_codes=[OFFERS[starter.name]] if starter.name in OFFERS else [],
        subject=starter.file.subject,
        preheader=starter.file.preheader,
        blocks=starters.blocks(session, starter),
    )


def make_starter(session: Session, name: str) -> CampaignVersion:
    """The newest version of a campaign begun from this starter."""
    campaign = begin(session, make_catalogue(session), starters.named(name))
    return queries.newest_version(session, campaign)
