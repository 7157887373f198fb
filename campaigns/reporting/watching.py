"""One campaign as people watch it go out: its state, its figures, and what holds it up."""

from dataclasses import dataclass
from datetime import datetime

from campaigns.accounts import queries as accounts
from campaigns.database import Session
from campaigns.delivery import progress
from campaigns.delivery.models import DeliveryStatus, Reason
from campaigns.delivery.progress import Pulse
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.reporting.reasons import REASONS

D, C = DeliveryStatus, CampaignStatus


@dataclass(frozen=True, slots=True)
class Part:
    """Some of those who do not get it, and why in words."""

    reason: Reason
    sentence: str
    count: int


@dataclass(frozen=True, slots=True)
class Watched:
    """How a campaign stands at one moment; the same for everyone who looks."""

    status: CampaignStatus
    status_reason: str
    audience: int
    """Everyone the segment named; while it is being written down, those that are so far."""
    pulse: Pulse
    per_minute: int
    """The pace it was given; 0 for none."""
    starts_at: datetime | None
    started_at: datetime | None
    ends_at: datetime | None
    """Until when a message may still leave."""
    finished_at: datetime | None
    everything_paused_by: str
    server_away_until: datetime | None
    zone: str
    """The clinic's, in which its moments are told."""

    @property
    def accepted(self) -> int:
        """How many the mail server accepted."""
        return self.pulse.count(D.SENT)

    @property
    def waiting(self) -> int:
        """How many have not left yet."""
        return self.pulse.count(D.QUEUED)

    @property
    def leaving(self) -> int:
        """How many are on their way to the mail server at this moment."""
        return self.pulse.count(D.INFLIGHT)

    @property
    def uncertain(self) -> int:
        """How many were handed over without an answer."""
        return self.pulse.count(D.UNCERTAIN)

    @property
    def skipped(self) -> int:
        """How many it was decided not to write to."""
        return self.pulse.count(D.SKIPPED)

    @property
    def failed(self) -> int:
        """How many could not be sent."""
        return self.pulse.count(D.FAILED)

    @property
    def settled(self) -> int:
        """How many of the audience are done with, one way or the other."""
        return self.audience - self.waiting - self.leaving

    @property
    def is_moving(self) -> bool:
        """Whether figures may change from one moment to the next."""
        return self.status in (C.SCHEDULED, C.PREPARING, C.SENDING) or self.leaving > 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in (C.FINISHED, C.CANCELLED) and not self.leaving

    def why_not(self, status: DeliveryStatus) -> list[Part]:
        """Those of a status by reason, the most first."""
        return [
            Part(reason, REASONS[reason], count) for reason, count in self.pulse.by_reason(status)
        ]


def watched(session: Session, campaign: Campaign) -> Watched:
    """How it stands now: one pass over its rows, and three rows by their keys."""
    occurrence = planning.occurrence(session, campaign)
    clinic = accounts.organisation(session)
    return Watched(
        status=campaign.status,
        status_reason=campaign.status_reason,
        audience=(occurrence.audience_count or 0) if occurrence else 0,
        pulse=progress.pulse(session, campaign.id),
        per_minute=campaign.pace_per_minute,
        starts_at=campaign.scheduled_at,
        started_at=campaign.started_at,
        ends_at=campaign.send_not_after,
        finished_at=campaign.finished_at,
        everything_paused_by=clinic.sending_paused_by,
        server_away_until=progress.left_alone_until(session),
        zone=clinic.zone,
    )
