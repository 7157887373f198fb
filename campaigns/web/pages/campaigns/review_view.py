"""What the review of a campaign shows: readers, counts, offer, links, checks, and who decides."""

from dataclasses import dataclass
from datetime import datetime

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb, may
from campaigns.compliance import history, signing, unsigned
from campaigns.compliance.history import Decision, role_words
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.errors import NotAllowed
from campaigns.planning import audience, catalogue, examples, queries, timing
from campaigns.planning.audience import Waterfall
from campaigns.planning.examples import Kind
from campaigns.planning.models import Campaign, CampaignStatus, CampaignVersion
from campaigns.registry import FACTS, RULES
from campaigns.rendering import offers
from campaigns.rendering.message import Rendered
from campaigns.rendering.offers import OfferView
from campaigns.web.pages.campaigns import check
from campaigns.web.pages.campaigns.check import Outcome

S = CampaignStatus

_KINDS = {
    Kind.NAMED: "Someone whose first name is known",
    Kind.UNNAMED: "Someone whose first name is not known",
    Kind.OTHER_LANGUAGE: "Someone of another language",
    Kind.ANOTHER: "Someone else who gets it",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone whose message is shown; `who` is empty for an invented one."""

    person: str
    """As the preview of the content names them."""
    kind: str
    who: str


@dataclass(frozen=True, slots=True)
class LinkShown:
    """Where one link of the message leads."""

    url: str
    where: str
    block: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed as what, and why."""

    role: str
    name: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signed, who is missing, and whether the person who looks may sign."""

    signed: list[Signature]
    missing: list[str]
    mine: list[str]
    needs_reason: bool
    why_not: str
    is_own: bool
    four_eyes: bool
    """Whether somebody else has to sign what one wrote."""
    nobody: str
    """Which signature nobody here can give, a sentence; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Start:
    """When it would begin, and what a person should know about that moment."""

    is_now: bool
    at: datetime
    zone: str
    note: str
    is_too_late: bool
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Review:
    """Everything on the page."""

    subject: str
    preheader: str
    readers: list[Reader]
    sees_contacts: bool
    are_invented: bool
    """Whether its readers are, for somebody who neither sees contacts nor signs."""
    falls: Waterfall
    offers: tuple[OfferView, ...]
    links: list[LinkShown]
    outcome: Outcome
    signing: Signing | None
    start: Start
    decisions: list[Decision]


def view(session: Session, campaign: Campaign, user: User) -> Review:
    """What this person sees of it."""
    version = queries.newest_version(session, campaign)
    outcome = check.outcome(session, campaign, user)
    rendered = outcome.rendered
    zone = accounts.organisation(session).zone
    ids = queries.promotion_ids(session, campaign)
    carried = offers.of(session, ids, zone=zone, language=version.language) if ids else None
    return Review(
        subject=rendered.subject if rendered else version.subject,
        preheader=rendered.preheader if rendered else version.preheader,
        readers=readers(session, campaign, version, user) if rendered else [],
        sees_contacts=may(user, Verb.SEE_CONTACTS),
        are_invented=not reads_real_messages(user),
        falls=audience.waterfall(session, campaign, rules=RULES, facts=FACTS),
        offers=carried.views if carried else (),
        links=_links(rendered) if rendered else [],
        outcome=outcome,
        signing=_signing(session, campaign, version, user),
        start=_start(session, campaign),
        decisions=history.decisions(session, campaign),
    )


def readers(
    session: Session, campaign: Campaign, version: CampaignVersion, user: User
) -> list[Reader]:
    """Three contacts of the audience, without a name for who only signs; else invented ones."""
    if not reads_real_messages(user):
        return [
            Reader("sample", _KINDS[Kind.NAMED], ""),
            Reader("nameless", _KINDS[Kind.UNNAMED], ""),
        ]
    found = examples.three(session, campaign, language=version.language, rules=RULES, facts=FACTS)
    named = may(user, Verb.SEE_CONTACTS)
    return [
        Reader(str(each.contact.id), _KINDS[each.kind], _named(each.contact) if named else "")
        for each in found
    ]


def reads_real_messages(user: User) -> bool:
    """Whether this person sees contacts, or signs for what they get."""
    return may(user, Verb.SEE_CONTACTS) or may(user, Verb.APPROVE)


def _named(contact: Contact) -> str:
    name = f"{contact.first_name} {contact.last_name}".strip()
    address = contact.address or ""
    return f"{name}, {address}" if name else address


def _links(rendered: Rendered) -> list[LinkShown]:
    names = {each.id: catalogue.name_of(each.type) for each in rendered.blocks}
    return [
        LinkShown(
            url=each.url,
            where="The reader's own booking page" if each.kind == "book" else each.url,
            block=names.get(each.block, each.block),
        )
        for each in rendered.links
    ]


def _signing(
    session: Session, campaign: Campaign, version: CampaignVersion, user: User
) -> Signing | None:
    if campaign.status not in (S.IN_REVIEW, S.APPROVED, S.SCHEDULED):
        return None
    people = {each.id: each.name for each in accounts.people(session)}
    signed = queries.approvals(session, campaign, version.content_hash)
    mine: tuple[str, ...] = ()
    why_not = ""
    if campaign.status is S.IN_REVIEW and may(user, Verb.APPROVE):
        try:
            mine = signing.require_may_sign(session, campaign, version, user)
        except NotAllowed as error:
            why_not = str(error)
    return Signing(
        signed=[
            Signature(role_words(each.role), people[each.user_id], each.reason, each.at)
            for each in signed
        ],
        missing=[role_words(each) for each in signing.missing(session, campaign, version)],
        mine=[role_words(each) for each in mine],
        needs_reason=bool(mine) and mine != (signing.ANY_APPROVER,),
        why_not=why_not,
        is_own=signing.is_own(session, campaign, user),
        four_eyes=accounts.organisation(session).four_eyes,
        nobody=unsigned.why(session, campaign) if campaign.status is S.IN_REVIEW else "",
    )


def _start(session: Session, campaign: Campaign) -> Start:
    zone = campaign.zone or accounts.organisation(session).zone
    wished = timing.moment(session, campaign)
    return Start(
        is_now=campaign.wished_local is None,
        at=campaign.scheduled_at or wished.instant,
        zone=zone,
        note=timing.jump_text(wished),
        is_too_late=timing.is_too_late(session, campaign),
        ends_at=timing.last_moment(campaign),
    )


def start_words(start: Start) -> str:
    """When it begins, as a part of a sentence: `at once`, `on Tue 24 Nov 2026, 10:00 CST`."""
    return "at once" if start.is_now else f"on {clock.local_text(start.at, start.zone)}"
