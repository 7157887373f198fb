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
from sqlalchemy.orm import SessionTransaction

from campaigns import logs, settings
from campaigns.database import Session

log = logs.get(__name__)

_PENDING = "bedside.jobs"


class Job(StrEnum):
    """Every job; its value is the name under which exactly one task is registered."""

    RENDER = "rendering.render"
    RENDER_LEFT = "rendering.render_left"
    TAKE_UPLOADS = "contacts.take_uploads"
    START_DUE = "delivery.start_due"
    FREEZE_AUDIENCE = "delivery.freeze_audience"
    SEND_BATCH = "delivery.send_batch"
    REAP = "delivery.reap"
    SEND_NOTICES = "delivery.send_notices"
    LOOK_AT_RECORDS = "delivery.look_at_records"
    RELEASE_HOLDS = "bookings.release_holds"
    END_PROMOTIONS = "promotions.end"


QUEUES: Mapping[Job, str] = {
    Job.RENDER: "housekeeping",
    Job.RENDER_LEFT: "housekeeping",
    Job.TAKE_UPLOADS: "housekeeping",
    Job.START_DUE: "housekeeping",
    Job.FREEZE_AUDIENCE: "housekeeping",
    Job.SEND_BATCH: "send.bulk",
    Job.REAP: "housekeeping",
    Job.SEND_NOTICES: "send.notice",
    Job.LOOK_AT_RECORDS: "housekeeping",
    Job.RELEASE_HOLDS: "housekeeping",
    Job.END_PROMOTIONS: "housekeeping",
}

_Pending = dict[tuple[Job, tuple[tuple[str, int], ...]], SessionTransaction | None]
"""What is to be rung for, with the transaction or savepoint in which it was asked."""


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
    configured = broker_settings(timeout_seconds=3)
    configured["broker_transport_options"]["max_retries"] = 0  # kombu would go on for twice as long
    app.conf.update(configured)
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
    pending: _Pending = session.info.setdefault(_PENDING, {})
    pending.setdefault((job, tuple(sorted(ids.items()))), _innermost(session))


def _innermost(session: Session) -> SessionTransaction | None:
    return session.get_nested_transaction() or session.get_transaction()


@event.listens_for(Session, "after_commit")
def _publish_pending(session: Session) -> None:
    """Publish at the true commit; a released savepoint only hands its jobs to what is around it."""
    savepoint = session.get_nested_transaction()
    if savepoint is None:
        for job, ids in session.info.pop(_PENDING, {}):
            if not publish(job, **dict(ids)):
                break  # wait for a broker that is away once, not once a job
        return
    pending: _Pending = session.info.get(_PENDING, {})
    for each, asked_in in pending.items():
        if asked_in is savepoint:
            pending[each] = savepoint.parent


@event.listens_for(Session, "after_transaction_end")
def _forget_pending(session: Session, ended: SessionTransaction) -> None:
    """What was rolled back, or closed without a commit, never rings."""
    pending: _Pending = session.info.get(_PENDING, {})
    for each in [each for each, asked_in in pending.items() if asked_in is ended]:
        del pending[each]
