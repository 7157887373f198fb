"""Whom a campaign can be for and what it can offer, as the choices of a form."""

from collections.abc import Collection

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.contacts import queries as contacts
from campaigns.contacts import rule_words, segments
from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.planning import audience
from campaigns.promotions import queries as promotions
from campaigns.promotions.models import Promotion, PromotionStatus
from campaigns.promotions.standing import day_text, sentence, standing
from campaigns.registry import FACTS

Choice = tuple[str, str, str]
"""What is posted, what it is called, and what it means."""

_GONE = frozenset({PromotionStatus.ENDED, PromotionStatus.ARCHIVED})


def of_segments(session: Session, *, topic: Topic) -> list[Choice]:
    """Every segment with how many it names today and what it asks, in words; everyone is one."""
    known = contacts.segments(session)
    sizes = audience.segment_sizes(session, known, topic=topic, facts=FACTS)
    choices = [
        (
            each.name,
            each.title,
            f"{_people(sizes[each.id])} today: {rule_words.said(each.rule, facts=FACTS)}.",
        )
        for each in known
    ]
    if segments.EVERYONE in {each.name for each in known}:
        return choices
    said = f"{_people(contacts.how_many(session))} today."
    return [(segments.EVERYONE, segments.EVERYONE_TITLE, said), *choices]


def segment_of(session: Session, name: str) -> str:
    """The segment that was chosen; the one of everyone is made when it is first used."""
    return segments.everyone(session).name if name == segments.EVERYONE else name


def is_one(value: str, choices: Collection[Choice]) -> bool:
    """Whether this is among the choices that the page showed."""
    return any(value == posted for posted, _, _ in choices)


def of_offers(session: Session, *, carried: Collection[int] = ()) -> list[Choice]:
    """Every promotion that can still be had, and those that are carried already."""
    now = clock.now(session)
    zone = accounts.organisation(session).zone
    return [
        (each.code, each.name, _offer(session, each, zone=zone))
        for each in promotions.listed(session)
        if each.id in carried or (each.status not in _GONE and each.ends_at > now)
    ]


def _offer(session: Session, promotion: Promotion, *, zone: str) -> str:
    said = sentence(standing(session, promotion), promotion)
    if promotion.starts_at > clock.now(session):
        begins = day_text(promotion.starts_at.astimezone(clock.zone(zone)).date())
        said = f"From {begins} through {day_text(promotion.last_day)}."
    return f"{said} For new patients only." if promotion.new_contacts_only else said


def _people(number: int) -> str:
    return "1 contact" if number == 1 else f"{number:,} contacts"
