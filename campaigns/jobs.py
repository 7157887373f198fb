"""What is to be done later, as one list of words; published by name once the transaction commits.

The queue is only a doorbell: the row is the truth, and the scheduler's tick finds whatever a lost
message left. So a broker that does not answer is logged and otherwise ignored.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError
from sqlalchemy import event

from campaigns import logs, settings
from campaigns.database import Session

log = logs.get(__name__)

_PENDING = "bedside.jobs"


class Job(StrEnum):
    """Every job; its value is the name under which exactly one task is registered."""

    RENDER = "rendering.render"
    RENDER_LEFT = "rendering.render_left"
    START_DUE = "delivery.start_due"
    FREEZE_AUDIENCE = "delivery.freeze_audience"
    SEND_BATCH = "delivery.send_batch"
    REAP = "delivery.reap"
    SEND_NOTICES = "delivery.send_notices"
    RELEASE_HOLDS = "bookings.release_holds"
    END_PROMOTIONS = "promotions.end"


QUEUES: Mapping[Job, str] = {
    Job.RENDER: "housekeeping",
    Job.RENDER_LEFT: "housekeeping",
    Job.START_DUE: "housekeeping",
    Job.FREEZE_AUDIENCE: "housekeeping",
    Job.SEND_BATCH: "send.bulk",
    Job.REAP: "housekeeping",
    Job.SEND_NOTICES: "send.notice",
    Job.RELEASE_HOLDS: "housekeeping",
    Job.END_PROMOTIONS: "housekeeping",
}


def broker_settings(*, timeout_seconds: int) -> dict[str, Any]:
    """How to reach Redis: every wait on a socket is bounded."""
    configured = settings.current()
    return {
        "broker_url": configured.redis_url,
        "broker_transport_options": {
            "visibility_timeout": 3600,
            "socket_timeout": timeout_seconds,
            "socket_connect_timeout": min(timeout_seconds, 5),
            "socket_keepalive": not configured.redis_url.startswith(("redis+socket", "unix")),
            "health_check_interval": 25,
            "global_keyprefix": configured.redis_prefix,
        },
        "task_publish_retry": False,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "timezone": "UTC",
        "enable_utc": True,
    }


@cache
def publisher() -> Celery:
    """The application that only publishes; it waits three seconds at the most."""
    app = Celery("bedside-publisher", set_as_current=False)
    app.conf.update(broker_settings(timeout_seconds=3))
    return app


def publish(job: Job, **arguments: int) -> bool:
    """Ring for a job now; False where the broker did not answer (the tick will find the row)."""
    try:
        publisher().send_task(job.value, kwargs=arguments, queue=QUEUES[job], retry=False)
    except (OperationalError, OSError) as error:
        log.warning(
            "the broker did not answer; the next tick finds the work",
            job=job.value,
            error=str(error),
        )
        return False
    return True


def enqueue(session: Session, job: Job, **ids: int) -> None:
    """Have this job rung for once the session's transaction commits; ids only, never data."""
    # A session that has not begun emits no event on rollback: the job would leak into the next
    # commit. So the transaction begins here.
    session.connection()
    session.info.setdefault(_PENDING, {})[job, tuple(sorted(ids.items()))] = None


@event.listens_for(Session, "after_commit")
def _publish_pending(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for job, ids in session.info.pop(_PENDING, {}):
        publish(job, **dict(ids))


@event.listens_for(Session, "after_rollback")
def _forget_pending(session: Session) -> None:
    session.info.pop(_PENDING, None)
