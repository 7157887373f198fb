"""What needs one person now, what is going out, and how the last campaigns did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb, may
from campaigns.bookings import queries as bookings
from campaigns.bookings.models import BookingStatus
from campaigns.bookings.queries import Visit
from campaigns.compliance import foreseen, unsigned, waiting
from campaigns.compliance.unsigned import Unsigned
from campaigns.compliance.waiting import ToSign
from campaigns.contacts import queries as contacts
from campaigns.contacts.facts import Fact, Rule
from campaigns.database import Session
from campaigns.delivery import queries as delivery
from campaigns.delivery import restored, watching
from campaigns.delivery.heartbeat import TICK
from campaigns.planning import queries as planning
from campaigns.planning.lifecycle import UNFINISHED
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.promotions.models import Promotion, PromotionStatus
from campaigns.reporting import status, summaries
from campaigns.reporting.summaries import Summary
from campaigns.tracking import queries as tracking

C = CampaignStatus
ENDS_SOON = timedelta(days=7)
_LAST = 5


@dataclass(frozen=True, slots=True)
class Needs:
    """What this person can do something about; empty lists where their role has no part in it."""

    is_restored: bool
    paused_by: str
    is_silent: bool
    """The scheduler has not been heard of, so nothing starts or leaves."""
    uncertain: int
    to_sign: tuple[ToSign, ...]
    unsigned: tuple[Unsigned, ...]
    """Campaigns in review that nobody here can sign, for their authors and who may invite."""
    paused: tuple[Campaign, ...]
    returned: tuple[Campaign, ...]
    """Drafts of this person that came back: sent back, stopped by findings, or edited since."""
    approved: tuple[Campaign, ...]
    bookings: tuple[Visit, ...]
    ending: tuple[Promotion, ...]

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Blocked:
    """A scheduled campaign that will not start as things stand."""

    campaign: Campaign
    findings: int


@dataclass(frozen=True, slots=True)
class Going:
    """A campaign on its way: of its audience, how many need nothing more."""

    campaign: Campaign
    audience: int
    waiting: int

    @property
    def done(self) -> int:
        """How many of the audience are decided."""
        return self.audience - self.waiting


@dataclass(frozen=True, slots=True)
class Done:
    """A campaign that went out, and what came of it."""

    campaign: Campaign
    summary: Summary
    openers: int


@dataclass(frozen=True, slots=True)
class Beginning:
    """How far a new clinic has come."""

    contacts: int
    campaigns: int


def needs(session: Session, user: User) -> Needs:
    """What needs this person (a dozen small queries; each kind only for whose it is)."""
    clinic = accounts.organisation(session)
    under_way = planning.in_status(session, *UNFINISHED)
    stops, mends = may(user, Verb.STOP), may(user, Verb.MEND_SENDING)
    paused_by = clinic.sending_paused_by if may(user, Verb.PAUSE_ALL) else ""
    return Needs(
        is_restored=paused_by == restored.BY,
        paused_by=paused_by,
        is_silent=mends and _is_silent(session, under_way),
        uncertain=watching.undecided(session) if mends else 0,
        to_sign=tuple(waiting.for_signature(session, user)),
        unsigned=tuple(unsigned.needing(session, user)),
        paused=_in(under_way, C.PAUSED) if stops else (),
        returned=_returned(under_way, user) if may(user, Verb.EDIT_CAMPAIGNS) else (),
        approved=_in(under_way, C.APPROVED) if may(user, Verb.SCHEDULE) else (),
        bookings=tuple(_to_confirm(session)) if may(user, Verb.BOOKINGS) else (),
        ending=tuple(_ending(session)) if may(user, Verb.EDIT_OFFERS) else (),
    )


def will_not_start(
    session: Session, user: User, *, rules: Sequence[Rule], facts: Sequence[Fact]
) -> list[Blocked]:
    """Scheduled campaigns that the gate would stop at their start (each is checked in full)."""
    if not may(user, Verb.SCHEDULE):
        return []
    found = [
        Blocked(each, len(foreseen.at_its_start(session, each, rules=rules, facts=facts)))
        for each in planning.in_status(session, C.SCHEDULED)
    ]
    return [each for each in found if each.findings]


def _in(under_way: Sequence[Campaign], *statuses: CampaignStatus) -> tuple[Campaign, ...]:
    return tuple(each for each in under_way if each.status in statuses)


def _is_silent(session: Session, under_way: Sequence[Campaign]) -> bool:
    if not _in(under_way, C.SCHEDULED, C.PREPARING, C.SENDING):
        return False
    ticks = [each.at for each in delivery.heartbeats(session) if each.name == TICK]
    return not ticks or clock.now(session) - max(ticks) > status.LATE


def _returned(under_way: Sequence[Campaign], user: User) -> tuple[Campaign, ...]:
    return tuple(
        each
        for each in _in(under_way, C.DRAFT)
        if each.author_id == user.id and each.status_reason and each.archived_at is None
    )


def _to_confirm(session: Session) -> list[Visit]:
    """Bookings that wait for the desk, the first to expire first."""
    found = bookings.listed(session, (BookingStatus.REQUESTED, BookingStatus.HELD))
    never = clock.now(session) + timedelta(days=36_500)
    return sorted(found, key=lambda each: each.booking.hold_until or never)


def _ending(session: Session) -> Sequence[Promotion]:
    """Promotions that can be had and soon cannot (a handful of rows)."""
    now = clock.now(session)
    query = select(Promotion).where(
        Promotion.status == PromotionStatus.ACTIVE,
        Promotion.ends_at > now,
        Promotion.ends_at <= now + ENDS_SOON,
    )
    return session.scalars(query.order_by(Promotion.ends_at)).all()


def going(session: Session) -> list[Going]:
    """What is being sent now; counts only what has not left yet (ix_delivery_open)."""
    found = planning.in_status(session, C.PREPARING, C.SENDING)
    if not found:
        return []
    audiences = planning.audiences(session, [each.id for each in found])
    open_ = {each.campaign_id: each.queued + each.inflight for each in watching.loads(session)}
    return [Going(each, audiences.get(each.id, 0), open_.get(each.id, 0)) for each in found]


def last(session: Session) -> list[Done]:
    """The campaigns that went out last, in four queries (indexes on the campaign)."""
    query = select(Campaign).where(Campaign.status == C.FINISHED, Campaign.archived_at.is_(None))
    found = session.scalars(query.order_by(Campaign.started_at.desc()).limit(_LAST)).all()
    ids = [each.id for each in found]
    figures, opened = summaries.of(session, ids), tracking.openers(session, ids)
    return [Done(e, figures.get(e.id, Summary()), opened.get(e.id, 0)) for e in found]


def beginning(session: Session) -> Beginning | None:
    """How far a new clinic has come; None once it has sent a campaign."""
    row = session.execute(
        select(func.count().label("written"), func.count(Campaign.started_at).label("sent"))
    ).one()
    if row.sent:
        return None
    return Beginning(contacts=contacts.how_many(session), campaigns=row.written)
