"""A part: one process of the embedded default, how it starts, when it is ready, how it stops."""

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_TETHER = Path(__file__).with_name("tether.py")
_TAIL_LINES = 12


@dataclass(frozen=True)
class Account:
    """An unprivileged account of this machine."""

    name: str
    uid: int
    gid: int


def unprivileged_account() -> Account | None:
    """Who runs what may not run as root; None where we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("nobody", "daemon", "bin"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid:
            return Account(name, entry.pw_uid, entry.pw_gid)
    return None


@dataclass(frozen=True)
class Part:
    """One process; `before` runs ahead of every start, `ready` says when others may use it."""

    name: str
    argv: tuple[str, ...]
    ready: Callable[[], bool]
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    directory: Path | None = None
    account: Account | None = None
    before: Callable[[], None] = lambda: None
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGTERM
    start_seconds: float = 60.0
    stop_seconds: float = 15.0
    advice: str = ""

    @property
    def log_name(self) -> str:
        """The file its output goes to, in the folder of logs."""
        return f"{self.name.lower()}.log"

    def command(self) -> list[str]:
        """The command line that starts it tied to the life of this process."""
        account = f"{self.account.uid}:{self.account.gid}" if self.account else "-:-"
        return [
            *(sys.executable, "-I", "-S", str(_TETHER)),
            *(str(os.getpid()), str(int(self.orphan_signal)), account),
            *self.argv,
        ]

    def open(self, log: Path) -> subprocess.Popen[bytes]:
        """Start it in a session of its own, its output added to the log; `before` has run."""
        with log.open("ab") as output:
            return subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.directory,
                env=os.environ | dict(self.env),
                start_new_session=True,
            )


def tail(log: Path) -> str:
    """The last lines of a log, set in, for a message to a person."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:]
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in lines)


def end_group(pid: int) -> None:
    """Kill whatever is left of a process and those it started."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
