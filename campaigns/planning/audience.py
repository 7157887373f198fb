"""Who a campaign would go to and who not, and why: the first rule that holds names the reason."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, and_, case, func, literal, select

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.contacts import segments
from campaigns.contacts.facts import AudienceContext, Fact, Rule
from campaigns.contacts.models import Contact, Segment, Topic
from campaigns.database import Session, remembered
from campaigns.planning import queries
from campaigns.planning.models import Campaign


@dataclass(frozen=True, slots=True)
class SkipLine:
    """One step of the waterfall: how many fall out for this reason."""

    reason: str
    sentence: str
    count: int


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Audience = to be sent + the skipped lines, always."""

    audience: int
    to_send: int
    skipped: tuple[SkipLine, ...]


def context(session: Session, campaign: Campaign) -> AudienceContext:
    """What rules and facts are asked about for this campaign at this moment."""
    return AudienceContext(
        topic=campaign.topic,
        now=clock.now(session),
        promotion_ids=tuple(queries.promotion_ids(session, campaign)),
        campaign_id=campaign.id,
        regions=tuple(accounts.organisation(session).regions),
    )


def named_by_segment(
    session: Session, campaign: Campaign, *, facts: Iterable[Fact]
) -> ColumnElement[bool]:
    """The condition for everyone the campaign's segment names."""
    segment = session.get_one(Segment, campaign.segment_id)
    return segments.members(segment, facts=facts, context=context(session, campaign))


def reason(rules: Sequence[Rule], asked: AudienceContext) -> ColumnElement[str]:
    """The name of the first rule that holds for a contact; empty where none does."""
    whens = [(rule.condition(asked), literal(rule.name)) for rule in rules]
    return case(*whens, else_=literal("")) if whens else literal("")


def waterfall(
    session: Session, campaign: Campaign, *, rules: Sequence[Rule], facts: Iterable[Fact]
) -> Waterfall:
    """Count the audience as it is now, by reason in the rules' order (one scan of the segment)."""

    def look() -> Waterfall:
        return _counted(session, campaign, rules=rules, facts=facts)

    return remembered(session, ("waterfall", campaign.id, campaign.segment_id), look)


def reaches_anyone(
    session: Session, campaign: Campaign, *, rules: Sequence[Rule], facts: Iterable[Fact]
) -> bool:
    """Whether anybody would get it now; ends at the first who would, so it asks less than all."""

    def look() -> bool:
        why = reason(rules, context(session, campaign))
        members = named_by_segment(session, campaign, facts=facts)
        one = select(Contact.id).where(members, why == "").limit(1)
        return session.scalar(one) is not None

    return remembered(session, ("reaches anyone", campaign.id, campaign.segment_id), look)


def _counted(
    session: Session, campaign: Campaign, *, rules: Sequence[Rule], facts: Iterable[Fact]
) -> Waterfall:
    why = reason(rules, context(session, campaign)).label("why")
    members = named_by_segment(session, campaign, facts=facts)
    named = select(why).select_from(Contact).where(members).subquery()
    rows = session.execute(select(named.c.why, func.count().label("people")).group_by(named.c.why))
    counts: dict[str, int] = {row.why: row.people for row in rows}
    lines = tuple(
        SkipLine(rule.name, rule.sentence, counts[rule.name])
        for rule in rules
        if counts.get(rule.name)
    )
    return Waterfall(sum(counts.values()), counts.get("", 0), lines)


def size(session: Session, campaign: Campaign, *, facts: Iterable[Fact]) -> int:
    """How many contacts the segment names now."""
    members = named_by_segment(session, campaign, facts=facts)
    return session.scalar(select(func.count(Contact.id)).where(members)) or 0


def a_slice(
    session: Session,
    campaign: Campaign,
    *,
    rules: Sequence[Rule],
    facts: Iterable[Fact],
    after_id: int,
    limit: int,
) -> Sequence[Row[int, str]]:
    """The next contacts of the audience by id, each with its reason (primary key order)."""
    why = reason(rules, context(session, campaign))
    members = named_by_segment(session, campaign, facts=facts)
    return session.execute(
        select(Contact.id, why)
        .where(and_(members, Contact.id > after_id))
        .order_by(Contact.id)
        .limit(limit)
    ).all()


def why(
    session: Session, campaign: Campaign, contact: Contact, *, rules: Sequence[Rule]
) -> Rule | None:
    """The rule that would keep this contact from this campaign now, or None."""
    asked = context(session, campaign)
    name = session.scalar(select(reason(rules, asked)).where(Contact.id == contact.id))
    return next((rule for rule in rules if rule.name == name), None)


def names(session: Session, campaign: Campaign, contact: Contact, *, facts: Iterable[Fact]) -> bool:
    """Whether the campaign's segment names this contact now (primary key)."""
    members = named_by_segment(session, campaign, facts=facts)
    found = session.scalar(select(Contact.id).where(Contact.id == contact.id, members))
    return found is not None


@dataclass(frozen=True, slots=True)
class People:
    """One page of those whom one reason keeps back, or of those who would get it."""

    people: tuple[Contact, ...]
    has_more: bool


def people(
    session: Session,
    campaign: Campaign,
    *,
    rules: Sequence[Rule],
    facts: Iterable[Fact],
    named: str = "",
    page: int = 1,
    size: int = 20,
) -> People:
    """Those of the segment whom this rule keeps back, by name; "" names those who would get it.

    A scan of the segment, ended as soon as the page is full.
    """
    why = reason(rules, context(session, campaign))
    members = named_by_segment(session, campaign, facts=facts)
    found = session.scalars(
        select(Contact)
        .where(members, why == named)
        .order_by(Contact.first_name, Contact.last_name, Contact.id)
        .offset((page - 1) * size)
        .limit(size + 1)
    ).all()
    return People(tuple(found[:size]), len(found) > size)


def segment_sizes(
    session: Session, chosen: Collection[Segment], *, topic: Topic, facts: Iterable[Fact]
) -> Mapping[int, int]:
    """How many contacts each of these segments names now, by its id (one scan of all contacts)."""
    if not chosen:
        return {}
    asked = AudienceContext(topic=topic, now=clock.now(session))
    known = list(facts)
    counts = [
        func.count().filter(segments.members(each, facts=known, context=asked)).label(f"s{each.id}")
        for each in chosen
    ]
    row = session.execute(select(*counts).select_from(Contact)).one()
    return {each.id: row._mapping[f"s{each.id}"] for each in chosen}
