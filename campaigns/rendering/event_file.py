"""An event of a message as a file for calendars: hosted by us, made of what was frozen."""

import hashlib
from datetime import datetime

from campaigns import addresses, clock, icalendar, tokens
from campaigns.accounts import queries as accounts
from campaigns.database import Session
from campaigns.errors import NotFound
from campaigns.planning import lighttext
from campaigns.planning.models import CampaignVersion
from campaigns.rendering import queries
from campaigns.rendering.program import checked

KIND = "event"
_GONE = "There is no such event. Please use the link from your message once more."


def made(session: Session, token: str, block_id: str) -> bytes:
    """The file of this event as the message said it; raises NotFound, BadToken."""
    version = session.get(CampaignVersion, tokens.read_version(token))
    if version is None:
        raise NotFound(_GONE)
    program = queries.program_of(session, version.id, language=version.language)
    if program is None:
        raise NotFound(_GONE)
    events = [each for each in checked(program)["blocks"] if each["type"] == KIND]
    said = next((each["data"] for each in events if each["id"] == block_id), None)
    if said is None:
        raise NotFound(_GONE)
    sender = accounts.organisation(session).sender_address
    entry = icalendar.Entry(
        uid=f"{_uid(program.campaign_id, block_id)}@{addresses.parse(sender).domain}",
        sequence=version.revision,
        stamp=program.created_at,
        starts_at=clock.moment(_wall(said["starts"]), said["zone"]).instant,
        ends_at=clock.moment(_wall(said["ends"]), said["zone"]).instant,
        summary=said["heading"],
        location=said["place"],
        description=lighttext.plain(said.get("text", "")),
        url=said.get("cta", {}).get("url", ""),
    )
    return icalendar.file(entry, made_by="Events")


def _wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _uid(campaign_id: int, block_id: str) -> str:
    """The same over all versions of a campaign, so that a later file replaces an earlier one."""
    return hashlib.blake2s(f"{campaign_id}/{block_id}".encode(), digest_size=10).hexdigest()
