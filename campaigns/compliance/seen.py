"""What a person was shown before they decide: a mark that tells a page that is no longer true."""

import hashlib
import json
from itertools import zip_longest
from typing import Any

from campaigns.contacts import queries as contacts
from campaigns.database import Session
from campaigns.errors import Conflict
from campaigns.planning import editing, timing
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign


class Changed(Conflict):
    """It is not what the person who decides was shown."""


_PARTS = ("its words", "whom it goes to", "its offer", "its time, pace or last day")


def mark(session: Session, campaign: Campaign) -> str:
    """What tells this content, audience, offer and time from others, each a part of its own.

    The first three are what a signature covers.
    """
    version = planning.newest_version(session, campaign)
    segment = contacts.segment(session, campaign.segment_id)
    parts = (
        [version.revision, version.content_hash, editing.lines_of(version), version.blocks],
        [segment.id, segment.rule],
        planning.promotion_ids(session, campaign),
        [timing.mark(campaign), str(campaign.scheduled_at)],
    )
    return ".".join(_short(each) for each in parts)


def require(
    session: Session, campaign: Campaign, seen: str | None, *, with_time: bool = False
) -> None:
    """Hold the campaign, and raise Changed unless it is what this person was shown.

    `seen` is the `mark` of the page; None where nobody was shown one. The time counts for who
    lets it go, not for who signs.
    """
    if seen is None:
        return
    session.refresh(campaign, with_for_update=True)
    session.refresh(planning.newest_version(session, campaign))
    session.refresh(contacts.segment(session, campaign.segment_id))
    number = len(_PARTS) if with_time else len(_PARTS) - 1
    pairs = zip_longest(seen.split(".")[:number], mark(session, campaign).split(".")[:number])
    changed = [name for name, (then, now) in zip(_PARTS, pairs, strict=False) if then != now]
    if changed:
        said = f" Changed: {'; '.join(changed)}." if seen else ""
        raise Changed(
            f"It changed since you opened this page; read it again.{said} Nothing was done."
        )


def _short(part: Any) -> str:
    said = json.dumps(part, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2s(said.encode(), digest_size=16).hexdigest()
