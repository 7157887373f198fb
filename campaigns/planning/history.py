"""What became of a campaign's content: who changed what, when, in words for people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import select

from campaigns.accounts.models import User
from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.planning import catalogue, content
from campaigns.planning.models import Campaign, CampaignVersion

Raw = Mapping[str, Any]
_NOT_WORDS = frozenset({"id", "type"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One version: who made it, when, and what differs from the one before."""

    revision: int
    by: str
    at: datetime
    until: datetime | None
    """When its sitting ended, if it was saved more than once."""
    changes: tuple[str, ...]
    was_submitted: bool


class LastChange(NamedTuple):
    """Who last changed a place, and when."""

    by: str
    at: datetime
    user_id: int


def entries(
    session: Session, campaign: Campaign, *, below: int | None = None, most: int = 30
) -> list[Entry]:
    """The newest versions under a revision, newest first (unique index on campaign, revision)."""
    rows = _versions(session, campaign, below=below, most=most + 1)
    found = [
        _entry(version, name, _changes(earlier, version))
        for (version, name), (earlier, _name) in pairwise(rows)
    ]
    if len(rows) <= most and rows:
        found.append(_entry(*rows[-1], ("begun with this content",)))
    return found


def last_change(session: Session, campaign: Campaign, place: str) -> LastChange:
    """Who last changed this place (a block's id, or `lines`), and when."""
    rows = _versions(session, campaign, below=None, most=200)
    for (version, name), (earlier, _name) in pairwise(rows):
        if _piece(version, place) != _piece(earlier, place):
            return _last(version, name)
    return _last(*rows[-1])


def _last(version: CampaignVersion, name: str) -> LastChange:
    return LastChange(name, version.saved_at or version.created_at, version.created_by)


def _versions(
    session: Session, campaign: Campaign, *, below: int | None, most: int
) -> list[tuple[CampaignVersion, str]]:
    query = (
        select(CampaignVersion, User.name)
        .join(User, User.id == CampaignVersion.created_by)
        .where(CampaignVersion.campaign_id == campaign.id)
        .order_by(CampaignVersion.revision.desc())
        .limit(most)
    )
    if below is not None:
        query = query.where(CampaignVersion.revision < below)
    return [(row.CampaignVersion, row.name) for row in session.execute(query)]


def _entry(version: CampaignVersion, name: str, changes: Sequence[str]) -> Entry:
    return Entry(
        revision=version.revision,
        by=name,
        at=version.created_at,
        until=version.saved_at,
        changes=tuple(changes),
        was_submitted=version.content_hash != "",
    )


def _piece(version: CampaignVersion, place: str) -> object:
    if place == "lines":
        return version.subject, version.preheader
    return _by_name(version).get(place)


def _changes(before: CampaignVersion, after: CampaignVersion) -> tuple[str, ...]:
    """What differs, a phrase each; `the same content` where nothing does."""
    found = [
        f"changed the {name}"
        for name in ("subject", "preheader")
        if getattr(before, name) != getattr(after, name)
    ]
    found += _block_changes(_by_name(before), _by_name(after))
    return tuple(found) or ("kept the same content",)


def _block_changes(before: Mapping[str, Raw], after: Mapping[str, Raw]) -> Iterator[str]:
    for name, block in after.items():
        if name not in before:
            yield f"added {catalogue.title(block)}"
        elif block != before[name]:
            fields = ", ".join(_fields(before[name], block))
            yield f"changed {catalogue.title(block)}{f': {fields}' if fields else ''}"
    for name, block in before.items():
        if name not in after:
            yield f"removed {catalogue.title(block)}"
    stayed = [each for each in before if each in after]
    if stayed != [each for each in after if each in before]:
        yield "moved a block" if len(before) == len(after) else "changed the order"


def _fields(before: Raw, after: Raw) -> Iterator[str]:
    kind = after["type"]
    for name in dict.fromkeys((*after, *before)):
        if name not in _NOT_WORDS and before.get(name) != after.get(name):
            yield catalogue.label(kind, name).label.lower()


def _by_name(version: CampaignVersion) -> dict[str, Raw]:
    """The blocks by id; as they are stored where they could not be read today."""
    try:
        blocks = content.tidy(version.blocks)
    except Invalid:
        blocks = version.blocks
    return {str(each.get("id") or each.get("type")): each for each in blocks}
