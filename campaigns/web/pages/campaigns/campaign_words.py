"""What a campaign's status is called on pages, and what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns import addresses
from campaigns.contacts.models import Topic
from campaigns.planning import placeholders
from campaigns.planning.lifecycle import UNFINISHED
from campaigns.planning.models import Campaign, CampaignStatus

S = CampaignStatus


@dataclass(frozen=True, slots=True)
class Words:
    """A status as people say it; `tone` colours its badge, `then` is what comes next."""

    said: str
    tone: str
    then: str


_WORDS: Mapping[CampaignStatus, Words] = {
    S.DRAFT: Words("Draft", "info", "Finish the steps, then hand it in for review."),
    S.RENDERING: Words("Being checked", "info", "Wait a moment: it is being put together."),
    S.IN_REVIEW: Words("Waiting for approval", "warn", "Someone who may approve reads and signs."),
    S.APPROVED: Words("Approved", "good", "Schedule it, or send it now."),
    S.SCHEDULED: Words("Scheduled", "good", "Nothing to do: it starts by itself."),
    S.PREPARING: Words("Getting ready", "good", "Nothing to do: sending begins in a moment."),
    S.SENDING: Words("Sending", "good", "Watch it go out."),
    S.PAUSED: Words("Paused", "warn", "Resume it, or cancel it."),
    S.FINISHED: Words("Sent", "good", "Read its report."),
    S.CANCELLED: Words("Cancelled", "bad", "Duplicate it if you want to begin again."),
}
TOPICS: Mapping[Topic, str] = {
    Topic.EDUCATION: "Education newsletter",
    Topic.OFFERS: "Offers newsletter",
}
NEWS: Mapping[str, str] = {
    "edited": "It was edited after it was handed in: it has to be handed in again.",
    "audience changed": "Its audience was changed after it was handed in: hand it in again.",
    "offer changed": "Its offer was changed after it was handed in: hand it in again.",
}
STATES: Mapping[str, str] = {each.value: _WORDS[each].said for each in S}
"""Every status by its stored word, for a filter."""


def of(status: CampaignStatus) -> Words:
    """What this status is called, and what comes next."""
    return _WORDS[status]


def reason(campaign: Campaign) -> str:
    """Why it stands where it stands, as a sentence; empty where that needs no word.

    Everyone who works here reads it, so an address that somebody typed into it is masked.
    """
    said = NEWS.get(campaign.status_reason, addresses.mask_all(campaign.status_reason))
    said = said[:1].upper() + said[1:]
    return said if not said or said.endswith((".", "!", "?")) else f"{said}."


_LOOK = ("Look at it", "")
_NEXT: Mapping[CampaignStatus, tuple[str, str]] = {
    S.IN_REVIEW: ("See who has to sign", "/review"),
    S.APPROVED: ("Look at it", "/review"),
    S.SCHEDULED: ("Look at it", "/review"),
    S.FINISHED: ("Read the report", "/report"),
}
_NEXT_OF_AUTHORS: Mapping[CampaignStatus, tuple[str, str]] = {
    S.DRAFT: ("Go on writing", ""),
    S.APPROVED: ("Schedule or send", "/review"),
}


def next_step(campaign: Campaign, *, may_edit: bool, may_sign: bool) -> tuple[str, str]:
    """What to press next in the list, and where below the campaign's address that leads."""
    if campaign.archived_at is not None:
        return _LOOK
    if campaign.started_at is not None and campaign.status in UNFINISHED:
        return "See its progress", "/live"
    if campaign.status is S.IN_REVIEW and may_sign:
        return "Read and sign", "/review"
    mine = _NEXT_OF_AUTHORS if may_edit else {}
    return mine.get(campaign.status) or _NEXT.get(campaign.status, _LOOK)


def subject(text: str, known: Mapping[str, str]) -> str:
    """A subject as staff wrote it, with what is known filled in and the rest in plain brackets."""
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    for name in placeholders.NAMES:
        text = text.replace(f"{{{name}}}", f"[{name.replace('_', ' ')}]")
    return placeholders.for_nobody(text)
