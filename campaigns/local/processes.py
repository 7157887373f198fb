"""Our own processes as parts: inbox, web, worker, beat; one whose code is missing is left out."""

import http.client
import importlib.util
import signal
import smtplib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import redis

from campaigns.local import ports
from campaigns.local.parts import Part
from campaigns.settings import Settings, variable

_SETTLED_SECONDS = 1.0


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment variables that give another process these very settings."""
    values: dict[str, str] = {}
    for field in sorted(settings.model_fields_set):
        value = getattr(settings, field)
        if value is None:
            continue
        if isinstance(value, tuple):
            value = ",".join(value)
        elif hasattr(value, "get_secret_value"):
            value = value.get_secret_value()
        values[variable(field)] = str(value)
    return values


def processes(settings: Settings, *, with_inbox: bool) -> Iterator[Part]:
    """Our processes in the order in which they start."""
    if with_inbox:
        yield inbox(settings)
    yield web(settings)
    yield worker(settings)
    yield beat(settings)


def is_there(part: Part) -> bool:
    """Whether the module that a part runs exists."""
    module = part.argv[-1]
    spec = importlib.util.find_spec(module)
    if spec is None or spec.submodule_search_locations is None:
        return spec is not None
    return importlib.util.find_spec(f"{module}.__main__") is not None


def require_free_ports(settings: Settings, *, with_inbox: bool) -> None:
    """Refuse before anything starts if another program holds one of our ports."""
    ports.require_free(settings.web_port, field="web_port", use="the web server")
    if with_inbox:
        ports.require_free(settings.inbox_smtp_port, field="inbox_smtp_port", use="the inbox")
        ports.require_free(settings.inbox_web_port, field="inbox_web_port", use="the inbox")


def inbox(settings: Settings) -> Part:
    """The development inbox; ready when it greets over SMTP and shows its list."""

    def ready() -> bool:
        return _greets(settings.inbox_smtp_port) and _serves(settings.inbox_web_port, "/")

    return _python("inbox", "campaigns.local.inbox", settings, ready=ready)


def web(settings: Settings) -> Part:
    """The web server; ready when it says that it is well."""
    return _python(
        "web", "campaigns.web", settings, ready=lambda: _serves(settings.web_port, "/healthz")
    )


def worker(settings: Settings) -> Part:
    """The Celery worker; ready when it waits at the queue. It may finish what it is sending."""
    return _python(
        "worker",
        "workers",
        settings,
        ready=lambda: _someone_waits(settings.redis_url),
        stop_seconds=30.0,
    )


def beat(settings: Settings) -> Part:
    """The Celery beat; it has nothing to ask, so it is ready when it has lived for a moment."""
    begun = [0.0]

    def begin() -> None:
        begun[0] = time.monotonic()

    return _python(
        "beat",
        "scheduler",
        settings,
        before=begin,
        ready=lambda: time.monotonic() - begun[0] > _SETTLED_SECONDS,
    )


def _python(
    name: str,
    module: str,
    settings: Settings,
    *,
    ready: Callable[[], bool],
    before: Callable[[], None] = lambda: None,
    stop_seconds: float = 15.0,
) -> Part:
    return Part(
        name=name,
        argv=(sys.executable, "-P", "-m", module),
        env=environment_of(settings) | {"PYTHONUNBUFFERED": "1"},
        directory=Path.cwd(),
        ready=ready,
        before=before,
        orphan_signal=signal.SIGKILL,
        stop_seconds=stop_seconds,
    )


def _greets(port: int) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=3) as client:
            return client.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _serves(port: int, path: str) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=3)) as connection:
        try:
            connection.request("GET", path)
            return connection.getresponse().status < 400
        except (OSError, http.client.HTTPException):
            return False


def _someone_waits(redis_url: str) -> bool:
    """Whether a client waits for the next entry of a list, as a worker does at its queues."""
    try:
        with redis.Redis.from_url(redis_url.replace("redis+socket://", "unix://")) as client:
            return any(each["cmd"] == "brpop" for each in client.client_list())
    except redis.RedisError:
        return False
