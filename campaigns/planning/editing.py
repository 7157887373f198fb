"""Edit a campaign's content piece by piece; nothing somebody else wrote meanwhile is overwritten.

Each piece (a block, or subject and preheader) has a mark: a digest of its words. A change carries
the mark of what its author saw; where the piece has another by now, it is refused with both texts
kept, so that two people in two blocks never stand in each other's way.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaigns.accounts import permissions
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.errors import Conflict, Invalid, NotFound, NotInState
from campaigns.planning import (
    catalogue,
    content,
    drafting,
    history,
    lifecycle,
    membership,
    queries,
)
from campaigns.planning.blocks import Block
from campaigns.planning.models import Campaign, CampaignStatus, CampaignVersion

LINES = "lines"
"""The place of subject and preheader."""

Raw = dict[str, Any]


class ChangedMeanwhile(Conflict):
    """Someone changed this piece since it was opened; says who and when."""

    def __init__(self, sentence: str, *, by: str = "", at: datetime | None = None) -> None:
        super().__init__(sentence)
        self.by = by
        self.at = at


def blocks_of(version: CampaignVersion) -> list[Raw]:
    """The blocks of a version, each with its id, in the form in which they are compared."""
    return content.tidy(version.blocks)


def mark(piece: Mapping[str, Any]) -> str:
    """The mark of a block, or of subject and preheader: equal words, equal mark."""
    said = json.dumps(piece, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2s(said.encode(), digest_size=8).hexdigest()


def lines_of(version: CampaignVersion) -> Raw:
    """Subject and preheader as a piece."""
    return {"subject": version.subject, "preheader": version.preheader}


def stamp(version: CampaignVersion) -> str:
    """What changes whenever the content is saved."""
    at = version.saved_at or version.created_at
    return f"{version.revision}.{at.timestamp():.6f}"


def newest(session: Session, campaign: Campaign, actor: User) -> CampaignVersion:
    """The newest version, with the campaign locked; raises NotInState unless it is a draft.

    No save that nobody thought about takes back what is in review: see `drafting.take_back`.
    """
    permissions.require(actor, Verb.EDIT_CAMPAIGNS)
    session.refresh(campaign, with_for_update=True)
    if campaign.archived_at is not None:
        raise NotInState(f"{campaign.title} is archived. Bring it back to edit it.")
    if campaign.status in lifecycle.EDITABLE - {CampaignStatus.DRAFT}:
        raise NotInState(
            f"{campaign.title} was handed in for review meanwhile. Take it back to edit it."
        )
    if campaign.status is not CampaignStatus.DRAFT:
        raise NotInState(
            f"{campaign.title} cannot be edited any more: it is {campaign.status}. "
            "Unschedule or duplicate it."
        )
    version = queries.newest_version(session, campaign)
    session.refresh(version)
    return version


def write_lines(
    session: Session, campaign: Campaign, *, actor: User, seen: str, subject: str, preheader: str
) -> CampaignVersion:
    """Change subject and preheader; raises ChangedMeanwhile where they are not as seen."""
    version = newest(session, campaign, actor)
    wished = {"subject": subject, "preheader": preheader}
    if lines_of(version) == wished:
        return version
    if seen != mark(lines_of(version)):
        raise _changed(session, campaign, actor, LINES, "the subject or the preheader")
    return drafting.edit(
        session, campaign, actor=actor, **wished, blocks=blocks_of(version), place=LINES
    )


def write(
    session: Session, campaign: Campaign, *, actor: User, seen: str, block: Block
) -> CampaignVersion:
    """Change the block of this id; raises ChangedMeanwhile where it is not as seen, or gone."""
    version = newest(session, campaign, actor)
    membership.require(session, block.visibility)
    blocks = blocks_of(version)
    name = str(block.id)
    at = _index(blocks, name)
    [wished] = content.raw([block])
    if at is not None and blocks[at] == wished:
        return version
    if at is None or mark(blocks[at]) != seen:
        raise _changed(session, campaign, actor, name, catalogue.title(wished))
    blocks[at] = wished
    return _save(session, campaign, version, actor, blocks, place=name)


def add(session: Session, campaign: Campaign, *, actor: User, block: Block, after: str = "") -> str:
    """Put a new block in after another (at the end without one); the id it got."""
    version = newest(session, campaign, actor)
    membership.require(session, block.visibility)
    blocks = blocks_of(version)
    known = {each["id"] for each in blocks}
    at = _index(blocks, after)
    [wished] = content.raw([block])
    blocks.insert(len(blocks) if at is None else at + 1, wished)
    made = content.tidy(_in_order(blocks))
    [name] = [str(each["id"]) for each in made if each["id"] not in known]
    _save(session, campaign, version, actor, made, place=name)
    return name


def move(
    session: Session, campaign: Campaign, *, actor: User, name: str, after: str | None
) -> CampaignVersion:
    """Put a block right after another, or first; header and footer keep their ends."""
    version = newest(session, campaign, actor)
    blocks = blocks_of(version)
    block = blocks.pop(_found(blocks, name))
    at = None if after is None else _index(blocks, after)
    if after is not None and at is None:
        raise Conflict("The block it should follow is gone. Look at the order as it is now.")
    blocks.insert(0 if at is None else at + 1, block)
    return _rearranged(session, campaign, version, actor, blocks)


def shift(
    session: Session, campaign: Campaign, *, actor: User, name: str, by: int
) -> CampaignVersion:
    """Move a block up (-1) or down (1) by one place."""
    version = newest(session, campaign, actor)
    blocks = blocks_of(version)
    at = _found(blocks, name)
    block = blocks.pop(at)
    blocks.insert(max(0, at + by), block)
    return _rearranged(session, campaign, version, actor, blocks)


def remove(
    session: Session, campaign: Campaign, *, actor: User, name: str, seen: str
) -> tuple[str, int]:
    """Take a block out: its title, and the revision it can be put back from.

    Raises ChangedMeanwhile where it is not as seen, Invalid for the footer.
    """
    version = newest(session, campaign, actor)
    blocks = blocks_of(version)
    block = blocks[_found(blocks, name)]
    why_it_stays = catalogue.kind(block["type"]).why_it_stays
    if why_it_stays:
        raise Invalid(why_it_stays)
    if mark(block) != seen:
        raise _changed(session, campaign, actor, name, catalogue.title(block))
    if len(blocks) == 1:
        raise Invalid("A message has at least one block. Add another before you remove this one.")
    blocks.remove(block)
    revision = campaign.revision
    _save(session, campaign, version, actor, blocks)
    return catalogue.title(block), revision


def put_back(session: Session, campaign: Campaign, *, actor: User, name: str, revision: int) -> str:
    """Bring a removed block back from that revision, after the block it followed there."""
    version = newest(session, campaign, actor)
    blocks = blocks_of(version)
    then = blocks_of(queries.version_at(session, campaign, revision))
    if _index(blocks, name) is not None:
        raise Conflict("This block is there already.")
    at = _found(then, name)
    here = {each["id"] for each in blocks}
    before = [each["id"] for each in then[:at] if each["id"] in here]
    place = _found(blocks, before[-1]) + 1 if before else 0
    blocks.insert(place, then[at])
    _save(session, campaign, version, actor, content.tidy(_in_order(blocks)))
    return catalogue.title(then[at])


def restore(
    session: Session, campaign: Campaign, *, actor: User, revision: int, seen: str | None = None
) -> CampaignVersion:
    """Bring a whole earlier revision back, as a new version: nothing in between is lost.

    Raises Conflict where the content is another than `seen`, the stamp of what was shown.
    """
    version = newest(session, campaign, actor)
    if seen is not None and seen != stamp(version):
        raise Conflict(
            "Somebody changed the content since you opened this page, so nothing was restored. "
            "Look at it as it is now, and restore once more if it shall still be so."
        )
    then = queries.version_at(session, campaign, revision)
    return drafting.edit(session, campaign, actor=actor, **lines_of(then), blocks=blocks_of(then))


def _save(
    session: Session,
    campaign: Campaign,
    version: CampaignVersion,
    actor: User,
    blocks: list[Raw],
    *,
    place: str = "",
) -> CampaignVersion:
    return drafting.edit(
        session,
        campaign,
        actor=actor,
        subject=version.subject,
        preheader=version.preheader,
        blocks=blocks,
        place=place,
    )


def _rearranged(
    session: Session, campaign: Campaign, version: CampaignVersion, actor: User, blocks: list[Raw]
) -> CampaignVersion:
    ordered = _in_order(blocks)
    if ordered == blocks_of(version):
        return version
    return _save(session, campaign, version, actor, ordered)


def _in_order(blocks: list[Raw]) -> list[Raw]:
    order = ("first", "anywhere", "last")
    return sorted(blocks, key=lambda each: order.index(catalogue.kind(each["type"]).stands))


def _index(blocks: list[Raw], name: str) -> int | None:
    return next((at for at, each in enumerate(blocks) if each["id"] == name), None)


def _found(blocks: list[Raw], name: str) -> int:
    at = _index(blocks, name)
    if at is None:
        raise NotFound("This block is gone: somebody removed it. The history can bring it back.")
    return at


def _changed(
    session: Session, campaign: Campaign, actor: User, place: str, what: str
) -> ChangedMeanwhile:
    last = history.last_change(session, campaign, place)
    sentence = (
        f"You changed {what} in another window."
        if last.user_id == actor.id
        else f"{last.by} changed {what} while you were writing."
    )
    return ChangedMeanwhile(sentence, by=last.by, at=last.at)
