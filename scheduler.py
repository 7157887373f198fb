"""When things happen: one table of job and interval; `celery -A scheduler beat`.

Beat only rings. Due times live in PostgreSQL, every job may run twice, and so two beats are
harmless. A bell that nobody heard in time expires; the next one follows.
"""

import sys
from collections.abc import Mapping

from celery import Celery

from campaigns import settings
from campaigns.errors import BedsideError
from campaigns.jobs import QUEUES, Job
from workers.app import configure


def intervals() -> Mapping[Job, float]:
    """How often each job is rung for, in seconds."""
    tick = settings.current().tick_seconds
    return {
        Job.START_DUE: tick,
        Job.REAP: tick,
        Job.RENDER_LEFT: 5 * tick,
        Job.SEND_NOTICES: 5 * tick,
        Job.TAKE_UPLOADS: 5 * tick,
        Job.END_PROMOTIONS: 5 * tick,
        Job.RELEASE_HOLDS: 10 * tick,
        Job.LOOK_AT_RECORDS: 10 * tick,
    }


def beat_app() -> Celery:
    """The application with its table of ticks, kept in memory."""
    app = configure()
    app.conf.beat_scheduler = "celery.beat:Scheduler"
    app.conf.beat_max_loop_interval = settings.current().tick_seconds
    app.conf.beat_schedule = {
        job.value: {
            "task": job.value,
            "schedule": seconds,
            "options": {"queue": QUEUES[job], "expires": max(seconds * 5, 10)},
        }
        for job, seconds in intervals().items()
    }
    return app


def __getattr__(name: str) -> Celery:
    """`celery -A scheduler` looks for `app`; it is made when it is asked for."""
    if name == "app":
        return _app_or_stop()
    raise AttributeError(name)


def _app_or_stop() -> Celery:
    """The application; a wrong setting stops this process with one clear line."""
    try:
        return beat_app()
    except BedsideError as error:
        sys.exit(str(error))


def main() -> None:
    """`bedside-beat`: ring until stopped."""
    _app_or_stop().start(["beat", "--loglevel", "INFO"])


if __name__ == "__main__":
    main()
