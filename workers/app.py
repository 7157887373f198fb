"""The Celery application: settings that lose nothing when a part dies, and lazily made parts.

A message is only a doorbell, so it is acknowledged early; the row in PostgreSQL is the truth.
"""

import os
import sys
from typing import Any

from celery import Celery, signals
from kombu import Exchange, Queue

from campaigns import database, logs, settings
from campaigns.errors import BedsideError
from campaigns.jobs import QUEUES, broker_settings
from campaigns.local import servers

ALL_QUEUES = tuple(sorted(set(QUEUES.values())))

app = Celery("bedside", set_as_current=True)


def configure() -> Celery:
    """Read the settings (finding the running demo where nothing is set) and apply them."""
    app.conf.update(_configuration())
    return app


def _configuration() -> dict[str, Any]:
    servers.join_running(os.environ)
    configured = settings.current()
    return broker_settings(timeout_seconds=10) | {
        "imports": [
            "workers.rendering",
            "workers.delivery",
            "workers.bookings",
            "workers.contacts",
            "workers.promotions",
        ],
        "task_queues": [Queue(each, Exchange(each), routing_key=each) for each in ALL_QUEUES],
        "task_default_queue": "housekeeping",
        "task_acks_late": False,
        "worker_prefetch_multiplier": 1,
        "worker_concurrency": configured.worker_concurrency,
        "worker_max_tasks_per_child": 500,
        "worker_max_memory_per_child": 300_000,
        "task_soft_time_limit": 45,
        "task_time_limit": 60,
        "worker_proc_alive_timeout": 30,
        "broker_connection_retry_on_startup": True,
        "worker_soft_shutdown_timeout": 15,
        "worker_enable_remote_control": False,
        "worker_hijack_root_logger": False,
    }


@app.on_configure.connect
def _configure_when_asked(sender: Celery, **_signal: Any) -> None:
    """`celery -A workers worker` does not call `configure`; a wrong setting stops it as well."""
    try:
        sender.config_from_object(_configuration())
    except BedsideError as error:
        sys.exit(str(error))


@signals.setup_logging.connect
def _logs(**_signal: Any) -> None:
    configured = settings.current()
    logs.configure(log_format=configured.log_format, level=configured.log_level)


@signals.worker_process_init.connect
def _fresh_connections(**_signal: Any) -> None:
    """A forked child must not share its parent's connections."""
    if database.engine.cache_info().currsize:
        database.engine().dispose(close=False)
