"""The embedded servers by name: start them for tests, and find those that a demo is running."""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaigns.errors import Misconfigured, Unavailable
from campaigns.local import postgres, valkey
from campaigns.local.parts import Part, end_group, tail

_STATE = "running.json"
_LOCK = "lock"
_LONGEST_SOCKET = 107 - len("/.s.PGSQL.5432.lock")

NOTHING_RUNS = (
    "No database is configured and the demo is not running: start `make demo`, or set DATABASE_URL."
)


@dataclass(frozen=True)
class RunningServer:
    """A server started outside the supervisor."""

    url: str
    process: subprocess.Popen[bytes]
    part: Part

    def stop(self) -> None:
        """Stop it in order, by force if it takes too long."""
        self.process.send_signal(self.part.stop_signal)
        try:
            self.process.wait(self.part.stop_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        end_group(self.process.pid)


def start_postgres(data_dir: Path, socket_dir: Path, *, durable: bool = True) -> RunningServer:
    """Start PostgreSQL and wait until it answers; raises Unavailable with the tail of its log."""
    make_data_dir(data_dir)
    part = postgres.postgres(data_dir, socket_dir, durable=durable)
    return _start(part, data_dir / part.log_name, url=postgres.url(socket_dir))


def start_valkey(data_dir: Path, socket_dir: Path) -> RunningServer:
    """Start Valkey and wait until it answers; raises Unavailable with the tail of its log."""
    make_data_dir(data_dir)
    part = valkey.valkey(data_dir, socket_dir)
    return _start(part, data_dir / part.log_name, url=valkey.url(socket_dir))


def _start(part: Part, log: Path, *, url: str) -> RunningServer:
    part.before()
    server = RunningServer(url, part.open(log), part)
    until = time.monotonic() + part.start_seconds
    while not part.ready():
        if server.process.poll() is not None or time.monotonic() > until:
            server.stop()
            raise Unavailable(f"{part.name} did not start. Its log ends:\n{tail(log)}")
        time.sleep(0.05)
    return server


def make_data_dir(data_dir: Path) -> None:
    """Make the data folder: our own, but passable for the account PostgreSQL runs as under root."""
    mode = 0o711 if os.geteuid() == 0 else 0o700
    try:
        data_dir.mkdir(mode=mode, parents=True, exist_ok=True)
        data_dir.chmod(mode)
    except OSError as error:
        raise Misconfigured(
            f"The data folder {data_dir} cannot be used: {error.strerror}. "
            "Set BEDSIDE_DATA_DIR to a folder of your own."
        ) from error


def make_socket_dir() -> Path:
    """A private folder with a name short enough for a unix socket."""
    for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 - mkdtemp is private
        if len(os.fsencode(parent)) + len("/bedside-12345678") <= _LONGEST_SOCKET:
            return Path(tempfile.mkdtemp(prefix="bedside-", dir=parent))
    raise Misconfigured("TMPDIR is too long for a unix socket: set it to a shorter folder.")


def whole(data_dir: Path) -> Path:
    """The data folder as a whole path; a relative one lies beside the clone."""
    clone = Path(__file__).resolve().parents[2]
    home = clone if (clone / "pyproject.toml").exists() else Path.cwd()
    return home / data_dir


class Tenancy:
    """The right to run on a data folder; held by one process and gone with it."""

    def __init__(self, data_dir: Path) -> None:
        make_data_dir(data_dir)
        self._state = data_dir / _STATE
        self._lock = os.open(data_dir / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        if not self._taken():
            os.close(self._lock)
            holder = _read(self._state).get("pid", "unknown")
            raise Unavailable(
                f"The demo is already running on {data_dir} (process {holder}). "
                "Use it, or stop it with Ctrl-C first."
            )
        _forget_sockets(_read(self._state).get("socket_dir"))
        self._state.unlink(missing_ok=True)

    def _taken(self) -> bool:
        """Take the lock; tried for a moment, as a shell that looks holds it for an instant."""
        for pause in (0.05, 0.1, 0.2, 0.0):
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(pause)
            else:
                return True
        return False

    def announce(self, environment: Mapping[str, str], *, socket_dir: Path) -> None:
        """Write down how another shell reaches what runs here; readable by us alone."""
        state = {
            "pid": os.getpid(),
            "socket_dir": str(socket_dir),
            "environment": dict(environment),
        }
        draft = self._state.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(state, file, indent=2)
        draft.replace(self._state)

    def leave(self) -> None:
        """Give the folder up."""
        self._state.unlink(missing_ok=True)
        os.close(self._lock)


def running_environment(data_dir: Path) -> dict[str, str]:
    """What a demo running on this data folder set for its processes; empty if none runs."""
    try:
        lock = os.open(data_dir / _LOCK, os.O_RDONLY)
    except OSError:
        return {}
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return dict(_read(data_dir / _STATE).get("environment", {}))
    else:
        return {}
    finally:
        os.close(lock)


def join_running(environ: MutableMapping[str, str]) -> None:
    """Fill what is not set from the demo that runs here, so that any shell works on it.

    For the edges, before they read the settings; raises Misconfigured if there is no database.
    """
    if environ.get("DATABASE_URL") or environ.get("DATABASE_URL_FILE"):
        return
    running = running_environment(whole(Path(environ.get("BEDSIDE_DATA_DIR") or ".bedside")))
    if not running.get("DATABASE_URL"):
        raise Misconfigured(NOTHING_RUNS)
    postgres.forget_libpq_variables()
    for name, value in running.items():
        if not environ.get(name):
            environ[name] = value


def _forget_sockets(folder: object) -> None:
    """Remove the socket folder that a killed demo left."""
    if isinstance(folder, str) and Path(folder).name.startswith("bedside-"):
        shutil.rmtree(folder, ignore_errors=True)


def _read(state: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(state.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
