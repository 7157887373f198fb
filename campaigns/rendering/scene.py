"""What templates can see: the clinic, its colours, the offers, and the places for a contact."""

from dataclasses import dataclass
from typing import Any

from campaigns import clock, public_urls, tokens
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Organisation
from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.language import translate as _
from campaigns.planning import placeholders, statements
from campaigns.planning import queries as planning
from campaigns.planning.blocks import Block
from campaigns.planning.models import Campaign, CampaignVersion
from campaigns.promotions.standing import day_text
from campaigns.rendering import conditions, offers
from campaigns.rendering.brand import Brand
from campaigns.rendering.foreign.own_html import OwnHtml
from campaigns.rendering.offers import Offers
from campaigns.rendering.places import Kind, Places
from campaigns.rendering.showing import Pictures

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def direction(language: str) -> str:
    """Which way a language is written: `ltr` or `rtl`."""
    return "rtl" if language[:2] in _RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic as messages show it."""

    name: str
    phone: str
    phone_link: str
    reply_link: str
    postal_address: str
    website: str
    privacy_url: str

    @classmethod
    def of(cls, organisation: Organisation) -> "Clinic":
        """What is public about the clinic."""
        dialled = "".join(each for each in organisation.phone if each.isdigit() or each == "+")
        return cls(
            name=organisation.name,
            phone=organisation.phone,
            phone_link=f"tel:{dialled}",
            reply_link=f"mailto:{organisation.reply_address}",
            postal_address=organisation.postal_address,
            website=organisation.website,
            privacy_url=organisation.privacy_url,
        )


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that is the same for all blocks of one message."""

    clinic: Clinic
    brand: Brand
    topic: Topic
    language: str
    as_of: str
    year: int
    offers: Offers
    pictures: Pictures
    version_id: int

    @classmethod
    def of(cls, session: Session, version: CampaignVersion) -> "Scene":
        """What a version is rendered with, at this moment."""
        campaign = session.get_one(Campaign, version.campaign_id)
        organisation = accounts.organisation(session)
        today = clock.now(session).astimezone(clock.zone(organisation.zone)).date()
        return cls(
            clinic=Clinic.of(organisation),
            brand=Brand.of(organisation.brand),
            topic=campaign.topic,
            language=version.language,
            as_of=day_text(today),
            year=today.year,
            offers=offers.of(
                session,
                planning.promotion_ids(session, campaign),
                zone=organisation.zone,
                language=version.language,
            ),
            pictures=Pictures.of(session, version.blocks),
            version_id=version.id,
        )

    def values(self, used: set[str]) -> dict[str, str]:
        """The named values of staff text; raises Invalid where a saving cannot be claimed."""
        values = {"clinic": self.clinic.name, "phone": self.clinic.phone} | self.offers.values()
        if "saving" in used and "saving" not in values and self.offers.views:
            raise Invalid(
                "The text names {saving}, but the promotion supports no saving at the moment. "
                + self.offers.why_no_saving()
            )
        return {name: values[name] for name in placeholders.NAMES if name in values}

    def names(self, places: Places) -> dict[str, Any]:
        """What a template may name."""
        return {
            "clinic": self.clinic,
            "brand": self.brand,
            "topic": self.topic.value,
            "language": self.language,
            "direction": direction(self.language),
            "as_of": self.as_of,
            "offer": self.offers.named,
            "field": places.field,
            "url": places.url,
            "untracked": places.untracked,
            "condition": conditions.written(places),
            "pixel": places.mark(Kind.PIXEL),
            "banner": places.mark(Kind.BANNER),
            "asset": public_urls.asset,
            "picture": self.pictures.shown,
            "event_file": self._event_file,
            "own_html": self._own_html(places),
            "risk": self._risk,
            "crisis_line": _(statements.CRISIS_LINE, self.language),
        }

    def _own_html(self, places: Places) -> OwnHtml:
        facts = {
            "clinic": self.clinic.name,
            "address": self.clinic.postal_address,
            "phone": self.clinic.phone,
            "website": self.clinic.website,
            "year": str(self.year),
        }
        return OwnHtml(places, facts, self.values, self.language, direction(self.language))

    def _event_file(self, block: Block) -> str:
        return public_urls.event(tokens.mint_version(self.version_id), block.id or block.type)

    def _risk(self, version: str) -> list[str]:
        return [_(each, self.language) for each in statements.RISKS[version]]
