"""Which contacts are within the segments that parts of a message are for: named booleans."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, case, literal, select

from campaigns.contacts import segments
from campaigns.contacts.facts import Fact
from campaigns.contacts.models import Contact, Segment
from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.planning import audience
from campaigns.planning.models import Campaign

MOST = 62
"""As many segments can decide what a message shows: each is a bit of what a delivery keeps."""


class NoSuchSegment(Invalid):
    """A part of a message is for a segment that is not there."""


def known(session: Session) -> frozenset[str]:
    """The names of all segments (a few rows)."""
    return frozenset(session.scalars(select(Segment.name)))


def require(session: Session, segment: str | None) -> None:
    """Raise NoSuchSegment where only readers of a segment that is not there would be shown it."""
    if segment is not None and segment not in known(session):
        raise NoSuchSegment(f"There is no segment {segment!r}. Choose another, or everyone.")


def masks(
    session: Session,
    campaign: Campaign,
    contact_ids: Collection[int],
    *,
    names: Sequence[str],
    facts: Iterable[Fact],
) -> dict[int, int]:
    """For each of these contacts, bit n is set where it is within segment n (primary key).

    Raises Invalid where a segment is gone.
    """
    if not names or not contact_ids:
        return dict.fromkeys(contact_ids, 0)
    mask: ColumnElement[int] = literal(0)
    for bit, condition in enumerate(_conditions(session, campaign, names, list(facts))):
        mask = mask + case((condition, literal(1 << bit)), else_=literal(0))
    found = session.execute(
        select(Contact.id, mask.label("mask")).where(Contact.id.in_(contact_ids))
    )
    return {row.id: row.mask for row in found}


def of(
    session: Session,
    campaign: Campaign,
    contact: Contact,
    *,
    names: Sequence[str],
    facts: Iterable[Fact],
) -> frozenset[str]:
    """Those of the segments that this contact is within now; raises Invalid where one is gone."""
    mask = masks(session, campaign, [contact.id], names=names, facts=facts)[contact.id]
    return held(names, mask)


def held(names: Sequence[str], mask: int) -> frozenset[str]:
    """The names whose bits are set."""
    return frozenset(name for bit, name in enumerate(names) if mask >> bit & 1)


def _conditions(
    session: Session, campaign: Campaign, names: Sequence[str], facts: list[Fact]
) -> list[ColumnElement[bool]]:
    found = {
        each.name: each for each in session.scalars(select(Segment).where(Segment.name.in_(names)))
    }
    gone = [name for name in names if name not in found]
    if gone:
        raise Invalid(f"There is no segment {gone[0]!r} any more, which a part of this is for.")
    asked = audience.context(session, campaign)
    return [segments.members(found[name], facts=facts, context=asked) for name in names]
