"""Everything on one machine: start the servers and our processes in order, wait, stop them all."""

import importlib
import importlib.util
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from alembic.util import CommandError
from rich.console import Console

from campaigns import database, jobs
from campaigns import settings as knobs
from campaigns.errors import Misconfigured, Unavailable
from campaigns.local import greeting, ports, postgres, servers, valkey
from campaigns.local.processes import environment_of, is_there, processes, require_free_ports
from campaigns.local.supervisor import Supervisor
from campaigns.settings import Settings

_DATABASE = "bedside"
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_OURS = ("postgres", "valkey", "logs")
_OUR_FILES = ("inbox.sqlite3", "inbox.sqlite3-wal", "inbox.sqlite3-shm", "running.json", "lock")


@dataclass(frozen=True)
class Running:
    """A demo that runs: its settings as completed, its parts, and what was left out."""

    settings: Settings
    supervisor: Supervisor
    left_out: tuple[str, ...]

    @property
    def inbox_url(self) -> str:
        """Where the development inbox is read."""
        return f"http://localhost:{self.settings.inbox_web_port}"


def demo_settings(**overrides: Any) -> Settings:
    """The settings of a demo: in demo mode unless the environment says otherwise."""
    if not os.environ.get("BEDSIDE_MODE"):
        overrides = {"mode": "demo"} | overrides
    return knobs.load(**overrides)


def with_free_ports(settings: Settings) -> Settings:
    """The same settings on ports that are free now, so that it runs beside another demo."""
    web, smtp, inbox = ports.free_port(), ports.free_port(), ports.free_port()
    return settings.model_copy(
        update={
            "web_port": web,
            "inbox_smtp_port": smtp,
            "inbox_web_port": inbox,
            "public_url": f"http://localhost:{web}",
            "smtp_url": f"smtp://127.0.0.1:{smtp}",
        }
    )


def run(settings: Settings, *, with_sample: bool = True) -> None:
    """Run until Ctrl-C: what `make demo` does; without the sample it begins with the first run."""
    _stop_on(*_ENDING)
    console = Console(highlight=False, soft_wrap=True)
    with (
        suppress(KeyboardInterrupt),
        running(settings, console=console, with_sample=with_sample) as demo,
    ):
        _welcome(console, demo)
        threading.Event().wait()
    _print(console, "Stopped. The data is kept; `make demo-reset` starts over.")


@contextmanager
def running(
    settings: Settings,
    *,
    quiet: bool = False,
    console: Console | None = None,
    with_sample: bool = True,
) -> Iterator[Running]:
    """Start everything that is built, yield it, and stop it in reverse, leaving nothing behind.

    Loads the sample clinic where the database has none, unless `with_sample` is False.
    Raises Misconfigured or Unavailable in words for a person; then nothing is left running either.
    """
    if settings.mode == "production":
        raise Misconfigured("The demo does not run in production: BEDSIDE_MODE is production.")
    console = console or Console(highlight=False, soft_wrap=True, quiet=quiet)
    data_dir = servers.whole(settings.data_dir)
    with _tenancy(data_dir) as tenancy, _socket_dir() as socket_dir:
        completed = _completed(settings, data_dir=data_dir, socket_dir=socket_dir)
        environment = environment_of(completed)
        with_inbox = "smtp_url" not in settings.model_fields_set or _is_inbox(completed)
        require_free_ports(completed, with_inbox=with_inbox)
        supervisor = Supervisor(logs=data_dir / "logs", say=lambda line: _print(console, line))
        with _adopted(environment), _supervised(supervisor, console):
            _start_servers(settings, supervisor, console, data_dir, socket_dir)
            _step(console, "schema", lambda: _migrate(completed.database_url))
            if with_sample:
                _load_sample(console)
            left_out = []
            for part in processes(completed, with_inbox=with_inbox):
                if is_there(part):
                    _step(console, part.name, partial(supervisor.start, part))
                else:
                    left_out.append(part.name)
                    _print(console, f"  {part.name:<12} not built yet, left out")
            tenancy.announce(environment, socket_dir=socket_dir)
            yield Running(completed, supervisor, tuple(left_out))


def reset(settings: Settings) -> list[Path]:
    """Delete the data of the embedded servers and nothing else; returns what was deleted.

    Raises Unavailable while a demo runs on it.
    """
    data_dir = servers.whole(settings.data_dir)
    if not data_dir.exists():
        Console(highlight=False).print("There is no demo's data to delete.")
        return []
    with _tenancy(data_dir):
        folders = [data_dir / name for name in _OURS]
        if os.geteuid() == 0:
            folders.append(postgres.state_dir(data_dir))
        deleted = [each for each in folders if each.exists()]
        for folder in deleted:
            shutil.rmtree(folder)
        for name in _OUR_FILES:
            (data_dir / name).unlink(missing_ok=True)
    with suppress(OSError):
        data_dir.rmdir()
    Console(highlight=False).print("The demo's data is deleted.")
    return deleted


def _start_servers(
    given: Settings, supervisor: Supervisor, console: Console, data_dir: Path, socket_dir: Path
) -> None:
    """Start the embedded servers that no setting replaces."""
    if not given.database_url:
        _step(
            console,
            "PostgreSQL",
            lambda: supervisor.start(postgres.postgres(data_dir, socket_dir)),
        )
        postgres.create_database(socket_dir, _DATABASE)
    if not given.redis_url:
        _step(console, "Valkey", lambda: supervisor.start(valkey.valkey(data_dir, socket_dir)))


def _completed(settings: Settings, *, data_dir: Path, socket_dir: Path) -> Settings:
    """The settings with every address that the demo itself decides."""
    update: dict[str, object] = {"mode": settings.mode, "data_dir": data_dir}
    if not settings.database_url:
        update["database_url"] = postgres.url(socket_dir, _DATABASE)
    if not settings.redis_url:
        update["redis_url"] = valkey.url(socket_dir)
    if "public_url" not in settings.model_fields_set:
        update["public_url"] = f"http://localhost:{settings.web_port}"
    if "smtp_url" not in settings.model_fields_set:
        update["smtp_url"] = f"smtp://127.0.0.1:{settings.inbox_smtp_port}"
    return settings.model_copy(update=update)


def _is_inbox(settings: Settings) -> bool:
    return settings.smtp_url == f"smtp://127.0.0.1:{settings.inbox_smtp_port}"


def _migrate(url: str) -> None:
    try:
        database.migrate(url)
    except CommandError as error:
        raise Unavailable(
            f"The data was made by another version of Bedside ({error}). "
            "`make demo-reset` starts over with fresh data."
        ) from error


def _load_sample(console: Console) -> None:
    """Load the demo clinic where the database has none."""
    spec = importlib.util.find_spec("campaigns.local.sample")
    if spec is None or spec.origin is None:
        return
    sample = importlib.import_module("campaigns.local.sample")
    _step(console, "demo clinic", lambda: sample.load(database.sessions()))


@contextmanager
def _tenancy(data_dir: Path) -> Iterator[servers.Tenancy]:
    tenancy = servers.Tenancy(data_dir)
    try:
        yield tenancy
    finally:
        tenancy.leave()


@contextmanager
def _socket_dir() -> Iterator[Path]:
    folder = servers.make_socket_dir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _adopted(environment: Mapping[str, str]) -> Iterator[None]:
    """Have this process, too, see the settings of the demo while it runs."""
    before = dict(os.environ)
    os.environ.update(environment)
    _forget_settings()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        _forget_settings()


def _forget_settings() -> None:
    if database.engine.cache_info().currsize:
        database.engine().dispose()
    for cached in (knobs.current, database.engine, database.sessions, jobs.publisher):
        cached.cache_clear()


@contextmanager
def _supervised(supervisor: Supervisor, console: Console) -> Iterator[None]:
    """Stop every part at the end, and let a second Ctrl-C not disturb that."""
    with supervisor:
        try:
            yield
        finally:
            _print(console, "Stopping ...")
            with _undisturbed():
                supervisor.close()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold off the signals that would end us; only the main thread may say so."""
    held = _ENDING if threading.current_thread() is threading.main_thread() else ()
    before = {number: signal.signal(number, signal.SIG_IGN) for number in held}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _step(console: Console, name: str, work: Callable[[], object]) -> None:
    begun = time.monotonic()
    with console.status(f"Starting {name} ..."):
        work()
    _print(console, f"  {name:<12} ready ({time.monotonic() - begun:.1f} s)")


def _print(console: Console, line: str) -> None:
    with suppress(OSError):  # the terminal may be gone, and stopping must go on
        console.print(line, markup=False)


def _stop_on(*numbers: signal.Signals) -> None:
    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    for number in numbers:
        signal.signal(number, stop)


def _welcome(console: Console, demo: Running) -> None:
    has_desk = "web" not in demo.left_out
    for line in greeting.lines(demo.settings, inbox_url=demo.inbox_url, has_desk=has_desk):
        _print(console, line)
