"""What would happen if the workers were restarted now, told from what they hold."""

from dataclasses import dataclass
from datetime import datetime

from campaigns import settings
from campaigns.reporting.status import Status


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the workers hold at this moment, and what a restart would do to it."""

    workers: int
    batches: int
    queued: int
    inflight: int
    doubtful: int
    """The most messages that can become uncertain: one for each worker that holds something."""
    free_at: datetime | None
    """When the last batch is free for others, should its worker be killed."""


def forecast(now: Status) -> Forecast:
    """Computed from who holds what; holds for this moment."""
    workers = {each.worker for each in now.held}
    inflight = sum(each.inflight for each in now.held)
    return Forecast(
        workers=len(workers),
        batches=len(now.held),
        queued=sum(each.queued for each in now.held),
        inflight=inflight,
        doubtful=max(inflight, len(workers)),
        free_at=max((each.until for each in now.held if each.until), default=None),
    )


def told_to_stop(found: Forecast) -> str:
    """The usual way: a deploy, `systemctl restart`, Ctrl-C."""
    if not found.batches:
        return "No worker holds anything at this moment, so nothing would change hands."
    held = "batch goes" if found.batches == 1 else "batches go"
    return (
        f"Each worker finishes the message in its hand and gives the rest back: {found.batches} "
        f"{held} back with {found.queued} messages that have not left. Nothing becomes uncertain, "
        "nobody is left out and nobody is written to twice."
    )


def killed(found: Forecast) -> str:
    """The hard way: kill -9, a power cut, a machine that is gone."""
    if not found.batches:
        return "No message is in anyone's hand, so none can become uncertain."
    message = "message becomes" if found.doubtful == 1 else "messages become"
    return (
        f"At most {found.doubtful} {message} uncertain (one for each worker that was in the middle "
        f"of one). The {found.queued} others wait until the hold on them runs out, "
        f"{settings.current().lease_seconds} seconds after their worker last moved, and then go on."
    )


def meanwhile() -> str:
    """What comes due while nothing runs."""
    minutes = settings.current().missed_window_minutes
    return (
        f"A campaign that comes due meanwhile starts when the scheduler is back; if that is more "
        f"than {minutes} minutes late, it waits for a person. A letter in hand may be sent a "
        "second time, under the same number."
    )
