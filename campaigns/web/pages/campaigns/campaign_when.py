"""The step When: now or at a moment, what that is elsewhere, how fast, and the last day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, model_validator

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb, may
from campaigns.clock import Moment
from campaigns.database import Session
from campaigns.delivery import ways
from campaigns.errors import BedsideError
from campaigns.planning import audience, overlaps, queries, timing, zones
from campaigns.planning.models import Campaign
from campaigns.planning.overlaps import Overlap
from campaigns.planning.zones import Clocks
from campaigns.registry import FACTS, RULES
from campaigns.web import desk, forms, wording
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.campaigns import campaign_frame
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk")


class Wish(BaseModel):
    """When it shall go out, how fast, and until when."""

    how: Literal["now", "at"]
    day: date | None = None
    hour: time | None = None
    pace: int = Field(0, ge=0, le=timing.MOST_PER_MINUTE)
    last_day: date | None = None
    seen: str | None = None
    """What was wished for when the page was shown."""
    then: str = ""

    @model_validator(mode="after")
    def _has_a_moment(self) -> "Wish":
        if self.how == "at" and (self.day is None or self.hour is None):
            raise ValueError("Choose the day and the time, or let it go out as soon as it may.")
        return self

    @property
    def local(self) -> datetime | None:
        """What the clinic's clock shows then; None: as soon as it is let go."""
        if self.how == "now" or self.day is None or self.hour is None:
            return None
        return datetime.combine(self.day, self.hour.replace(tzinfo=None))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What follows from the wish as it is saved."""

    moment: Moment
    is_now: bool
    jump: str
    clocks: Clocks
    to_send: int
    takes: str
    """About how long it takes, in words; empty where the pace is not limited."""
    fits: int
    """How many of those can leave before the last moment at this pace."""
    latest: datetime
    """The latest end that may be chosen."""
    ends: datetime
    ends_with_offer: bool
    within: str
    """For how long after its start a message may leave, in words."""
    overlaps: tuple[Overlap, ...]


@router.get("/campaigns/{name}/when")
def show(visit: Visit, name: str) -> Response:
    """The wish as it is, and what follows from it."""
    campaign = queries.named(visit.session, name)
    return _page(visit, campaign, form=_as_saved(visit.session, campaign))


@router.post("/campaigns/{name}/when")
def wish(visit: Visit, name: str, posted: Posted) -> Response:
    """Keep the wish; it comes true on the review, once it is approved."""
    campaign = queries.named(visit.session, name)
    form = forms.read(Wish, posted)
    if "form" in form.errors:
        form.errors["day"] = form.errors.pop("form")
    if form.model is not None:
        _refuse(visit.session, campaign, form, form.model)
    if form.model is not None:
        wanted = form.model
        try:
            timing.wish(
                visit.session,
                campaign,
                actor=visit.user,
                local=wanted.local,
                not_after=wanted.last_day,
                pace_per_minute=wanted.pace,
                seen=wanted.seen,
            )
        except BedsideError as error:
            form.refuse("form", str(error))
        else:
            said = _saved_words(visit.session, campaign)
            return desk.moved(campaign_frame.onwards(campaign, "when", wanted.then), say=said)
    return _page(visit, campaign, form=form, status=422)


def _refuse(session: Session, campaign: Campaign, form: Form[Wish], wanted: Wish) -> None:
    """Say beside a field what cannot be wished for."""
    not_then = timing.why_not_moment(session, wanted.local)
    if not_then:
        form.refuse("day", not_then)
        return
    not_until = timing.why_not_last_day(session, wanted.last_day, local=wanted.local)
    if not not_until and wanted.last_day is not None:
        not_until = _too_long(session, campaign, wanted.local, wanted.last_day)
    if not_until:
        form.refuse("last_day", not_until)


def _too_long(session: Session, campaign: Campaign, local: datetime | None, last: date) -> str:
    zone = accounts.organisation(session).zone
    starts = clock.moment(local, zone).instant if local else clock.now(session)
    latest = timing.latest_end(session, campaign, starts)
    if last <= latest.astimezone(clock.zone(zone)).date():
        return ""
    return f"It may go out until {clock.local_text(latest, zone)} at the latest."


def _saved_words(session: Session, campaign: Campaign) -> str:
    if not timing.is_held_before_start(campaign):
        return "Saved. It is scheduled on the review, once it is approved."
    if campaign.wished_local is None:
        return "Saved. It begins as soon as somebody resumes it."
    said = clock.local_text(timing.goes_on_at(session, campaign), campaign.zone)
    return f"Saved. It begins on {said} if somebody resumes it by then."


def _as_saved(session: Session, campaign: Campaign) -> Form[Any]:
    local, last = campaign.wished_local, campaign.wished_not_after
    if timing.is_held_before_start(campaign):
        starts_later = timing.goes_on_at(session, campaign) > clock.now(session)
        local = campaign.local_time if starts_later else None
    return forms.blank(
        how="at" if local else "now",
        day=local.date().isoformat() if local else "",
        hour=local.strftime("%H:%M") if local else "",
        pace=campaign.pace_per_minute or "",
        last_day=last.isoformat() if last else "",
    )


def _page(
    visit: Visit,
    campaign: Campaign,
    *,
    form: Form[Any],
    status: int = 200,
) -> Response:
    zone = accounts.organisation(visit.session).zone
    today = clock.now(visit.session).astimezone(clock.zone(zone)).date()
    return visit.page(
        "desk/campaigns/when.html",
        status=status,
        frame=campaign_frame.planned(visit.session, campaign, visit.user, step="when"),
        campaign=campaign,
        form=form,
        seen=timing.mark(campaign),
        today=today.isoformat(),
        is_changeable=_is_changeable(campaign, visit.user),
        is_wished=timing.is_wished(campaign),
        is_too_late=timing.is_too_late(visit.session, campaign),
        is_held=timing.is_held_before_start(campaign),
        outlook=None if campaign.started_at is not None else _outlook(visit.session, campaign),
    )


def _is_changeable(campaign: Campaign, user: User) -> bool:
    is_open = campaign.status in timing.CHANGEABLE and campaign.archived_at is None
    return is_open and may(user, Verb.EDIT_CAMPAIGNS)


def _outlook(session: Session, campaign: Campaign) -> Outlook:
    moment = timing.moment(session, campaign)
    starts_later = _has_start(session, campaign)
    if campaign.scheduled_at is not None and starts_later:
        moment = Moment(campaign.local_time or moment.local, moment.zone, campaign.scheduled_at, "")
    pace = _pace(session, campaign)
    falls = audience.waterfall(session, campaign, rules=RULES, facts=FACTS)
    latest = timing.latest_end(session, campaign, moment.instant)
    ends = min(latest, timing.last_moment(campaign) or latest)
    within = timedelta(hours=timing.hours_to_send())
    return Outlook(
        moment=moment,
        is_now=campaign.wished_local is None and not starts_later,
        jump=timing.jump_text(moment),
        clocks=zones.elsewhere(session, campaign, moment.instant, facts=FACTS),
        to_send=falls.to_send,
        takes=_takes(falls.to_send, pace),
        fits=_fits(falls.to_send, pace, ends - moment.instant),
        latest=latest,
        ends=ends,
        ends_with_offer=latest < moment.instant + within,
        within=wording.span(within),
        overlaps=overlaps.same_day(session, campaign, moment.instant, facts=FACTS),
    )


def _has_start(session: Session, campaign: Campaign) -> bool:
    """Whether its start is set: it is scheduled, or paused and its start is still to come."""
    if timing.is_held_before_start(campaign):
        return timing.goes_on_at(session, campaign) > clock.now(session)
    return campaign.scheduled_at is not None


def _pace(session: Session, campaign: Campaign) -> int:
    """Messages a minute, the slower of its own and of all campaigns together; 0: no limit."""
    paces = (campaign.pace_per_minute, ways.pace_per_minute(session))
    return min((each for each in paces if each), default=0)


def _takes(people: int, pace: int) -> str:
    return wording.span(timedelta(minutes=-(-people // pace))) if pace and people else ""


def _fits(people: int, pace: int, length: timedelta) -> int:
    if length <= timedelta(0):
        return 0
    return min(people, int(length.total_seconds() // 60) * pace) if pace else people
