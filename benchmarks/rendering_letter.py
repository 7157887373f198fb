"""The letter that the rendering benchmark freezes: a whole newsletter with an offer."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from campaigns.database import Session
from campaigns.planning import content
from campaigns.planning.models import CampaignPromotion, CampaignVersion
from campaigns.promotions.models import CodeMode, Promotion
from campaigns.rendering import compose
from campaigns.rendering.inlining import inline_css
from campaigns.rendering.places import Kind, Pieces
from campaigns.rendering.program import places_of
from tests import factories
from tests.rendering import factories as newsletters

FIELDS, LINKS = 12, 8
SUBJECT = "{first_name|Hello}, signals and sleep: a café letter"
_WORDS = (
    "Pain that lasts three months or longer is usually called chronic. In a national survey about "
    "a quarter of adults reported it. No single sign tells the cause, so a visit with a clinician "
    "who knows the history is a sensible first step. A two-week diary of pain, sleep and activity "
    "makes that visit more useful, and it costs nothing but a few minutes in the evening."
)
_NAMES = ("{first_name|Reader}", "{last_name|friend}", "{email}")


def _article(number: int) -> dict[str, Any]:
    link = f'<a href="https://renew.example.com/read/{number}?from=letter&amp;page=1">Read on</a>'
    name = (*_NAMES, *_NAMES[:2], "You", "All")[number]
    return {
        "type": "article",
        "id": f"article-{number}",
        "heading": f"What a visit looks like, part {number}",
        "text": f"<p>{name}: {_WORDS}</p><p>{_WORDS} {link}.</p>",
    }


def _blocks() -> list[dict[str, Any]]:
    names = " ".join(_NAMES)
    return [
        {"type": "header", "tagline": "Allen, Texas"},
        {"type": "hero", "heading": "A letter about sleep", "text": f"{names}: {_WORDS}"},
        {"type": "greeting", "fallback": "there", "text": _WORDS},
        {"type": "offer_card"},
        *(_article(number) for number in range(LINKS - 1)),
        {"type": "risk_information"},
        {"type": "footer"},
    ]


def promotion(session: Session) -> Promotion:
    """The clinic, and a promotion whose codes are each contact's own."""
    newsletters.make_clinic(session)
    return newsletters.make_savings(session, code_mode=CodeMode.UNIQUE)


def version(session: Session, offer: Promotion, *, subject: str) -> CampaignVersion:
    """The letter as a campaign of its own, under this subject."""
    campaign = factories.make_campaign(session)
    session.add(CampaignPromotion(campaign_id=campaign.id, promotion_id=offer.id))
    return factories.make_version(
        session, campaign, subject=subject, blocks=content.raw(content.parse(_blocks()))
    )


def counted(frozen: Mapping[str, Any]) -> tuple[int, int, int]:
    """How many places for values and tracked links its HTML part has, and its bytes."""
    places = places_of(frozen)
    kinds = [places.known[each].kind for each in _numbers(places.split(frozen["html"]))]
    return kinds.count(Kind.FIELD), kinds.count(Kind.LINK), len(frozen["html"].encode())


def expect(frozen: Mapping[str, Any]) -> None:
    """Stop unless the frozen letter is what the figures are about."""
    fields, links, size = counted(frozen)
    if (fields, links) != (FIELDS, LINKS) or not 27_000 < size < 33_000:
        raise SystemExit(f"The letter has {fields} fields and {links} links in {size} bytes.")


def _numbers(pieces: Pieces) -> Iterator[int]:
    return (each for each in pieces if isinstance(each, int))


@contextmanager
def pages() -> Iterator[list[str]]:
    """The pages that are inlined meanwhile, as they stood before it."""
    kept: list[str] = []

    def keep(page: str) -> str:
        kept.append(page)
        return inline_css(page)

    with patch.object(compose, "inline_css", keep):
        yield kept
