"""What is checked: a rendered message and the facts of a moment, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from campaigns import clock, public_urls
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Organisation
from campaigns.compliance import reading
from campaigns.compliance.versions import Certain, Version
from campaigns.contacts import regions
from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.planning import catalogue
from campaigns.planning import queries as planning
from campaigns.planning.audience import Waterfall
from campaigns.planning.models import Campaign
from campaigns.promotions import claims, pricing
from campaigns.promotions import queries as promotions
from campaigns.promotions.claims import Claim
from campaigns.promotions.models import Promotion
from campaigns.promotions.pricing import Quote
from campaigns.promotions.standing import Standing, standing
from campaigns.rendering import headers
from campaigns.rendering.merge import Values
from campaigns.rendering.message import Rendered, RenderedBlock, Twins, sample


@dataclass(frozen=True, slots=True)
class Section:
    """One place of a message with its two twins, each as one paragraph a line."""

    place: str
    type: str
    html: str
    text: str
    data: Mapping[str, Any]
    markup: str = ""
    more: str = ""
    """Words of the HTML that some see or hear and others do not: on phones, in one program."""
    more_text: str = ""
    """Words of the text that a template keeps for some."""
    segment: str = ""
    """The only segment whose contacts get it; empty: everyone does."""

    @property
    def both(self) -> str:
        """Everything that stands here, in either twin, whoever sees it."""
        return "\n".join([self.seen, *(each for each in (self.more, self.more_text) if each)])

    @property
    def seen(self) -> str:
        """What stands here for every reader who gets this place, in either twin."""
        return f"{self.html}\n{self.text}"

    @property
    def twins(self) -> tuple[str, ...]:
        """The versions of this place that differ at all, as every reader sees them."""
        return (self.html,) if self.html == self.text else (self.html, self.text)

    @property
    def said(self) -> tuple[tuple[str, str], ...]:
        """For each version what anybody may read in it, and what every reader sees of that."""
        designed = f"{self.html}\n{self.more}" if self.more else self.html
        written = f"{self.text}\n{self.more_text}" if self.more_text else self.text
        pairs = ((designed, self.html), (written, self.text))
        return pairs[:1] if pairs[0] == pairs[1] else pairs

    def sentences(self) -> tuple[str, ...]:
        """Every sentence once, whichever twin it stands in."""
        return _sentences(self.both)


@lru_cache(maxsize=1024)
def _sentences(both: str) -> tuple[str, ...]:
    """Asked by every check of words, and again at the next look at the same text."""
    known: set[str] = set()
    found: list[str] = []
    for sentence in reading.sentences(both):
        key = reading.bare(sentence)
        if key and not _is_known(key, known):
            known.add(key)
            found.append(sentence)
    return tuple(found)


def _is_known(key: str, known: set[str]) -> bool:
    """Whether a sentence was read already, alone or as a heading and its text in one line."""
    return key in known or any(key.startswith(k) and key[len(k) :] in known for k in known)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the clinic, its offers and its contacts are at the moment of the check."""

    sender_name: str = ""
    postal_address: str = ""
    topic: Topic = Topic.EDUCATION
    promotions: tuple[tuple[Promotion, Standing], ...] = ()
    quotes: tuple[Quote, ...] = ()
    claims: tuple[Claim, ...] = ()
    """Over all promotions first, then over each."""
    regular_cents: frozenset[int] = frozenset()
    currency: str = "USD"
    audience: int | None = None
    """How many the segment names; None: not asked."""
    to_send: int | None = None
    """How many of them no rule keeps back."""
    moment: datetime | None = None
    """When it would be sent, on the clinic's wall."""
    language: str = "en"
    regions: frozenset[str] = frozenset()
    """Where the clinic and its locations are, such as `US-TX`."""

    @property
    def claim(self) -> Claim:
        """What "save up to" may say over everything the campaign carries."""
        return self.claims[0] if self.claims else Claim(0, (), (), (), None, "")


@dataclass(frozen=True, slots=True)
class Checked:
    """A message and the facts it is held against."""

    facts: Facts
    subject: str
    preheader: str
    blocks: tuple[Section, ...]
    markup: str
    """The whole HTML part."""
    html: str
    """The text that a person sees of it."""
    text: str
    headers: Mapping[str, str]
    urls: Mapping[str, str]
    targets: Mapping[str, str] = field(default_factory=dict)
    """Where each tracked address of the message leads."""
    apart: Certain | None = None
    """What every reader gets, where some of it is for some; None: all of it."""

    @property
    def lines(self) -> tuple[Section, ...]:
        """Subject and preheader, as places."""
        named = (("subject", self.subject), ("preheader", self.preheader))
        read = ((name, reading.visible(line)) for name, line in named)
        return tuple(Section(name, name, line, line, {}) for name, line in read)

    @property
    def everywhere(self) -> tuple[Section, ...]:
        """Every place, in the order a reader meets it."""
        return (*self.lines, *self.blocks)

    @property
    def has_offer(self) -> bool:
        """Whether it carries a promotion or a block that shows one."""
        return bool(self.facts.promotions) or any(
            each.type in catalogue.of_offers() for each in self.blocks
        )

    @property
    def certain(self) -> Certain:
        """What every reader gets, whichever segments each is within."""
        return self.apart or Certain(self.markup, self.html, self.text)

    def versions(self, segment: str = "") -> tuple[Version, ...]:
        """Both versions as the contacts of a segment get them at least; without one, everyone.

        What a message must say is looked for in these: a condition hides it from nobody who reads
        what it belongs to.
        """
        own = [each for each in self.blocks if segment and each.segment == segment]
        designed = "\n".join([self.certain.html, *(each.html for each in own)])
        written = "\n".join([self.certain.text, *(each.text for each in own)])
        return (
            Version("designed", designed, self.html),
            Version("plain-text", written, self.text),
        )

    def without(self, *types: str) -> "Checked":
        """The same without blocks of these types."""
        kept = tuple(each for each in self.blocks if each.type not in types)
        return replace(self, blocks=kept)


def facts_of(
    session: Session, campaign: Campaign, *, at: datetime, language: str, waterfall: Waterfall
) -> Facts:
    """The facts of a campaign at a moment."""
    organisation = accounts.organisation(session)
    ids = planning.promotion_ids(session, campaign)
    quotes = [quote for each in ids for quote in pricing.quotes(session, each, at=at)]
    scopes: Sequence[Sequence[int]] = [ids, *([each] for each in ids)] if ids else []
    return Facts(
        sender_name=organisation.sender_name,
        postal_address=organisation.postal_address,
        topic=campaign.topic,
        promotions=tuple(
            (each, standing(session, each, at=at)) for each in promotions.by_ids(session, ids)
        ),
        quotes=tuple(quotes),
        claims=tuple(claims.best(session, each, at=at, language=language) for each in scopes),
        regular_cents=_published(session, at),
        currency=pricing.currency(),
        audience=waterfall.audience,
        to_send=waterfall.to_send,
        moment=clock.on_wall(at, organisation.zone),
        language=language,
        regions=_regions(session, organisation),
    )


def _regions(session: Session, organisation: Organisation) -> frozenset[str]:
    written = [each.postal_address for each in accounts.locations(session)]
    known = (regions.of_postal_address(each) for each in [organisation.postal_address, *written])
    return frozenset(each for each in known if each)


def _published(session: Session, at: datetime) -> frozenset[int]:
    regular = promotions.regular_cents(session, at=at)
    shown = [each.id for each in promotions.packages(session) if each.published]
    return frozenset(regular[each] for each in shown if each in regular)


def checked(session: Session, campaign: Campaign, rendered: Rendered, facts: Facts) -> Checked:
    """A rendered message beside the facts it is held against."""
    organisation = accounts.organisation(session)
    whole = reading.Whole.of(rendered.html)
    values = Values(sample(campaign.id))
    personal = headers.personal(
        values,
        topic=campaign.topic.value,
        sender=organisation.sender_address,
        reply_to=organisation.reply_address,
    )
    return Checked(
        facts=facts,
        subject=rendered.subject,
        preheader=rendered.preheader,
        blocks=tuple(_section(whole, each, rendered.subject) for each in rendered.blocks),
        markup=rendered.html,
        html=whole.seen,
        text=reading.unwrapped(rendered.text),
        apart=_certain(rendered),
        headers={**rendered.headers, **personal},
        urls=rendered.urls,
        targets={
            public_urls.click(values.track, each.index): each.url or public_urls.book("")
            for each in rendered.links
        },
    )


def _section(whole: reading.Whole, block: RenderedBlock, subject: str) -> Section:
    """One block as it is read by the rules of the whole message."""
    known = reading.tidy(subject)
    seen, more = whole.part(block.certain.html, known=known)
    text = reading.unwrapped(reading.without_urls(block.certain.text))
    more_text = ""
    if block.certain != Twins(block.html, block.text):
        more = reading.besides(seen, [more, *whole.part(block.html, known=known)])
        more_text = reading.besides(text, [reading.unwrapped(reading.without_urls(block.text))])
    return Section(
        place=f"block {block.id}",
        type=block.type,
        html=seen,
        text=text,
        data=block.data,
        markup=block.html,
        more=more,
        more_text=more_text,
        segment=block.segment,
    )


def _certain(rendered: Rendered) -> Certain | None:
    twins = rendered.certain
    if twins == Twins(rendered.html, rendered.text):
        return None
    seen = reading.Whole.of(twins.html).seen
    return Certain(twins.html, seen, reading.unwrapped(twins.text))
