"""The list of campaigns, and the way into one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response

from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb, may
from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.planning import audience, listing, queries
from campaigns.planning.listing import Listed, Listing
from campaigns.planning.models import CampaignStatus
from campaigns.registry import FACTS
from campaigns.reporting import summaries
from campaigns.reporting.summaries import Summary
from campaigns.web import desk, forms
from campaigns.web.dependencies import InTransaction
from campaigns.web.pages.campaigns import campaign_frame, campaign_words
from campaigns.web.pages.campaigns.campaign_words import Words
from campaigns.web.staff import SignedIn
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk")

S = CampaignStatus
_E = TypeVar("_E", bound=StrEnum)

PATH = "/desk/campaigns"


@dataclass(frozen=True, slots=True)
class Row:
    """One campaign as the list shows it."""

    name: str
    title: str
    subject: str
    topic: str
    segment: str
    words: Words
    reason: str
    listed: Listed
    summary: Summary
    audience: int
    is_frozen: bool
    """Whether the audience is settled; before its start it is what the segment names today."""
    next_label: str
    next_href: str


@router.get("/campaigns")
def show(
    visit: Visit,
    *,
    q: str = "",
    state: str = "",
    topic: str = "",
    archived: str = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """The campaigns that were asked for, newest first."""
    found = listing.search(
        visit.session,
        text=q[:200],
        status=_word(CampaignStatus, state),
        topic=_word(Topic, topic),
        archived=bool(archived),
        page=page,
    )
    asked = {"q": q, "state": state, "topic": topic, "archived": archived}
    values: dict[str, Any] = {
        "rows": _rows(visit.session, found, visit.user),
        "listing": found,
        "form": forms.blank(**asked),
        "is_filtered": any(asked.values()),
        "is_first": not any(asked.values()) and not found.total and _is_first(visit.session),
        "states": [("", "Any state"), *campaign_words.STATES.items()],
        "topics": [("", "Both kinds"), *((t.value, w) for t, w in campaign_words.TOPICS.items())],
        "before": _address(asked, page - 1) if page > 1 else "",
        "after": _address(asked, page + 1) if found.has_more else "",
    }
    if visit.is_partial:
        return visit.part("desk/campaigns/_list.html", **values)
    return visit.page("desk/campaigns/list.html", **values)


@router.get("/campaigns/{name}")
def enter(session: InTransaction, user: SignedIn, name: str) -> Response:
    """Lead to its progress, its report, or the step on which this person was last."""
    return desk.moved(campaign_frame.home(session, queries.named(session, name), user))


def _is_first(session: Session) -> bool:
    return not listing.are_there_any(session)


def _word(kind: type[_E], text: str) -> _E | None:
    return kind(text) if text in set(kind) else None


def _address(asked: dict[str, str], page: int) -> str:
    kept = {name: value for name, value in asked.items() if value}
    return f"{PATH}?{urlencode(kept | {'page': page})}"


def _rows(session: Session, found: Listing, user: User) -> list[Row]:
    figures = summaries.of(session, [each.campaign.id for each in found.rows])
    before = [each.segment for each in found.rows if each.campaign.started_at is None]
    sizes = audience.segment_sizes(
        session,
        list({each.id: each for each in before}.values()),
        topic=Topic.EDUCATION,
        facts=FACTS,
    )
    clinic = accounts.organisation(session)
    known = {"clinic": clinic.name, "phone": clinic.phone}
    return [
        _row(
            each,
            figures.get(each.campaign.id, Summary()),
            sizes,
            subject=campaign_words.subject(each.subject, known),
            user=user,
        )
        for each in found.rows
    ]


def _row(
    each: Listed, summary: Summary, sizes: Mapping[int, int], *, subject: str, user: User
) -> Row:
    campaign = each.campaign
    is_frozen = campaign.started_at is not None
    label, step = campaign_words.next_step(
        campaign,
        may_edit=may(user, Verb.EDIT_CAMPAIGNS),
        may_sign=may(user, Verb.APPROVE),
    )
    return Row(
        name=campaign.name,
        title=campaign.title,
        subject=subject,
        topic=campaign_words.TOPICS[campaign.topic],
        segment=each.segment.title,
        words=campaign_words.of(campaign.status),
        reason=campaign_words.reason(campaign),
        listed=each,
        summary=summary,
        audience=summary.audience if is_frozen else sizes[each.segment.id],
        is_frozen=is_frozen,
        next_label=label,
        next_href=f"{PATH}/{campaign.name}{step}",
    )
