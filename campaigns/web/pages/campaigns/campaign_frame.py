"""The frame around every page of one campaign: its title, where it stands, its five steps."""

from dataclasses import dataclass
from itertools import pairwise

from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb, may
from campaigns.compliance import foreseen
from campaigns.compliance import queries as compliance
from campaigns.compliance.models import Severity
from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.planning import archive, audience, places, presence, queries, timing
from campaigns.planning.lifecycle import EDITABLE, UNFINISHED
from campaigns.planning.models import Campaign, CampaignStatus, CampaignVersion
from campaigns.promotions import claims, standing
from campaigns.promotions import queries as promotions
from campaigns.promotions.standing import Standing
from campaigns.registry import FACTS, RULES
from campaigns.web.pages.campaigns import campaign_words

S = CampaignStatus

STEPS = ("content", "who", "offer", "check", "when")
LABELS = {
    "content": "Content",
    "who": "Who",
    "offer": "Offer",
    "check": "Check",
    "when": "When",
    "review": "Review",
    "live": "Progress",
    "report": "Report",
}
_UNDER_WAY = frozenset({S.PREPARING, S.SENDING})
_SUBMITTED = frozenset({S.IN_REVIEW, S.APPROVED, S.SCHEDULED, *_UNDER_WAY, S.FINISHED})
_FRAME_BLOCKS = frozenset({"header", "greeting", "divider", "footer"})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the five, or the review: `state` is done, current, todo or problem."""

    key: str
    label: str
    href: str
    state: str
    note: str = ""
    """What is left to do here, or why nothing is, in a few words."""
    wants: str = ""
    """The state, whether or not it is the one that is shown."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of one campaign shows around its own content."""

    name: str
    title: str
    topic: str
    status: CampaignStatus
    words: campaign_words.Words
    reason: str
    """Why it stands where it stands, a sentence or empty."""
    steps: tuple[Step, ...]
    review: Step
    current: str
    live_href: str
    """Where its progress is seen; empty before it begins to go out."""
    report_href: str
    """Where its report is read; empty before it began."""
    editing: tuple[str, ...]
    """Who else is editing it at this moment."""
    is_archived: bool
    is_editable: bool
    """Whether this person may change it as it stands."""
    voids_approval: bool
    """Whether a change of content, audience or offer takes signatures or a review back."""
    may_edit: bool
    may_cancel: bool
    may_archive: bool
    may_bring_back: bool

    @property
    def label(self) -> str:
        """What the page that is shown is called."""
        return LABELS[self.current]

    @property
    def left_to_do(self) -> tuple[Step, ...]:
        """The steps that need somebody and can say why, while it can still be changed."""
        left = tuple(each for each in self.steps if each.note and each.wants != "done")
        return left if self.is_editable else ()

    @property
    def reaches_nobody(self) -> bool:
        """Whether nobody would get it as things stand."""
        return any(each.key == "who" and each.wants == "problem" for each in self.steps)

    @property
    def next_step(self) -> Step:
        """The step after the one that is shown; after the last, the review."""
        following = (*self.steps, self.review)
        place = next((n for n, each in enumerate(following) if each.key == self.current), -1)
        return following[min(place + 1, len(following) - 1)]


def frame(
    session: Session,
    campaign: Campaign,
    user: User,
    *,
    step: str,
    editing: tuple[str, ...] | None = None,
) -> Frame:
    """The frame of a campaign's page; remembers for this person on which step they were.

    `editing` is who else is at work on it; asked here unless the page knows.
    """
    if step in (*STEPS, "review"):
        places.remember(session, campaign, actor=user, step=step)
    began = campaign.started_at is not None
    edits = may(user, Verb.EDIT_CAMPAIGNS)
    if editing is None:
        editing = presence.others(session, campaign, actor=user) if edits else ()
    base = f"/desk/campaigns/{campaign.name}"
    archived = campaign.archived_at is not None
    return Frame(
        name=campaign.name,
        title=campaign.title,
        topic=campaign_words.TOPICS[campaign.topic],
        status=campaign.status,
        words=campaign_words.of(campaign.status),
        reason=campaign_words.reason(campaign),
        steps=_steps(session, campaign, step, base),
        review=_review(campaign, step, base),
        current=step,
        live_href=f"{base}/live" if began and campaign.status in UNFINISHED else "",
        report_href=f"{base}/report" if began else "",
        editing=editing,
        is_archived=archived,
        is_editable=edits and campaign.status in EDITABLE and not archived,
        voids_approval=campaign.status in EDITABLE - {S.DRAFT},
        may_edit=edits,
        may_cancel=may(user, Verb.STOP) and campaign.status in UNFINISHED and not archived,
        may_archive=edits and not archived and campaign.status in archive.ARCHIVABLE,
        may_bring_back=edits and archived,
    )


def home(session: Session, campaign: Campaign, user: User) -> str:
    """Where a campaign's own address leads this person: its progress, its report, or their step."""
    base = f"/desk/campaigns/{campaign.name}"
    if campaign.started_at is not None:
        return f"{base}/live" if campaign.status in UNFINISHED else f"{base}/report"
    return f"{base}/{places.last(session, campaign, actor=user) or STEPS[0]}"


def planned(session: Session, campaign: Campaign, user: User, *, step: str) -> Frame:
    """The frame of a step on which this person plans; says to others that they are here."""
    framed = frame(session, campaign, user, step=step)
    if framed.is_editable:
        presence.arrive(session, campaign, actor=user)
    return framed


def onwards(campaign: Campaign, step: str, then: str) -> str:
    """Where saving a step leads: to the next one where that was pressed, else back to the same.

    An education newsletter has nothing to do on the step Offer.
    """
    skipped = {"offer"} if campaign.topic is Topic.EDUCATION else set()
    following = dict(pairwise([each for each in (*STEPS, "review") if each not in skipped]))
    return f"/desk/campaigns/{campaign.name}/{following[step] if then == 'next' else step}"


def _steps(session: Session, campaign: Campaign, current: str, base: str) -> tuple[Step, ...]:
    version = queries.newest_version(session, campaign)
    states = {
        "content": _content(version),
        "who": _who(session, campaign),
        "offer": _offer(session, campaign),
        "check": _check(session, campaign, version),
        "when": _when(session, campaign),
    }
    return tuple(
        Step(key, LABELS[key], f"{base}/{key}", "current" if key == current else state, note, state)
        for key, (state, note) in states.items()
    )


def _content(version: CampaignVersion) -> tuple[str, str]:
    if not version.subject.strip():
        return "todo", "a subject is missing"
    if all(each.get("type") in _FRAME_BLOCKS for each in version.blocks):
        return "todo", "nothing is said yet"
    return "done", ""


def _who(session: Session, campaign: Campaign) -> tuple[str, str]:
    if campaign.started_at is not None or campaign.status not in UNFINISHED:
        return "done", ""
    if audience.reaches_anyone(session, campaign, rules=RULES, facts=FACTS):
        return "done", ""
    return "problem", "nobody would get it"


def _offer(session: Session, campaign: Campaign) -> tuple[str, str]:
    if campaign.topic is Topic.EDUCATION:
        return "done", "none needed"
    ids = queries.promotion_ids(session, campaign)
    if not ids:
        return "todo", "no offer chosen"
    if campaign.started_at is not None:
        return "done", ""
    at = claims.first_moment(session, ids)
    for promotion in promotions.by_ids(session, ids):
        if standing.standing(session, promotion, at=at) is not Standing.OPEN:
            return "problem", "the offer cannot be had"
    return "done", ""


def _check(session: Session, campaign: Campaign, version: CampaignVersion) -> tuple[str, str]:
    if campaign.status is S.SCHEDULED:
        against = len(foreseen.at_its_start(session, campaign, rules=RULES, facts=FACTS))
    elif campaign.status in _SUBMITTED:
        return "done", ""
    else:
        stored = compliance.of_version(session, version)
        against = sum(each.severity is Severity.BLOCK for each in stored)
    if against:
        return "problem", "1 finding stops it" if against == 1 else f"{against} findings stop it"
    return ("done" if campaign.status is S.SCHEDULED else "todo"), ""


def _when(session: Session, campaign: Campaign) -> tuple[str, str]:
    if campaign.scheduled_at is not None or campaign.status not in UNFINISHED:
        return "done", ""
    if timing.is_too_late(session, campaign):
        return "problem", "the moment has passed"
    return ("done", "") if timing.is_wished(campaign) else ("todo", "")


def _review(campaign: Campaign, current: str, base: str) -> Step:
    state = "done" if campaign.status in _SUBMITTED - {S.IN_REVIEW} else "todo"
    return Step(
        "review",
        LABELS["review"],
        f"{base}/review",
        "current" if current == "review" else state,
        "waits for approval" if campaign.status is S.IN_REVIEW else "",
    )
