"""Start parts in order, keep each running, stop all in reverse; one thread, one event loop."""

import asyncio
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Self, TypeVar

from campaigns.errors import BedsideError, NotFound, Unavailable
from campaigns.local.parts import Part, end_group, tail

_LOOK_SECONDS = 0.05
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
_STEADY_SECONDS = 60.0

Answer = TypeVar("Answer")


class PartFailed(Unavailable):
    """A part did not start; the sentence says which, why, and what to do."""


class _Child:
    """A part as it runs: its process, its log, and the task that keeps it running."""

    def __init__(self, part: Part, log: Path) -> None:
        self.part = part
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.task: asyncio.Task[None] | None = None
        self.cleared = 0

    async def start(self) -> None:
        """Start the process and wait until others may use it."""
        try:
            await asyncio.to_thread(self.part.before)
            self.process = self.part.open(self.log)
        except OSError as error:
            raise PartFailed(f"{self.part.name} could not be started: {error}") from error
        until = time.monotonic() + self.part.start_seconds
        while not await asyncio.to_thread(self.part.ready):
            if self.process.poll() is not None:
                raise self._failed(f"it {_ending(self.process.returncode)}")
            if time.monotonic() > until:
                await self.stop()
                raise self._failed(f"it was not ready after {self.part.start_seconds:.0f} s")
            await asyncio.sleep(_LOOK_SECONDS)

    def _failed(self, why: str) -> PartFailed:
        lines = [f"{self.part.name} did not start: {why}. Its log ends:", tail(self.log)]
        return PartFailed("\n".join([*lines, f"Whole log: {self.log}", self.part.advice]).rstrip())

    async def ended(self) -> int:
        """Wait for the process to end; what it started and left is ended too."""
        assert self.process is not None
        while (code := self.process.poll()) is None:
            await asyncio.sleep(_LOOK_SECONDS)
        if self.cleared != self.process.pid:
            self.cleared = self.process.pid
            end_group(self.process.pid)
        return code

    async def stop(self) -> None:
        """Ask the process to end, and end it if it takes too long."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(self.part.stop_signal)
        try:
            await asyncio.wait_for(self.ended(), self.part.stop_seconds)
        except TimeoutError:
            self.process.kill()
            await self.ended()


class Supervisor:
    """The parts that run; use it in a `with`, whose end stops them in reverse."""

    def __init__(self, *, logs: Path, say: Callable[[str], None]) -> None:
        self._logs = logs
        self._say = say
        self._children: dict[str, _Child] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="supervisor")

    def __enter__(self) -> Self:
        self._logs.mkdir(mode=0o700, exist_ok=True)
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop all parts in reverse; a second call does nothing."""
        if self._loop.is_closed():
            return
        try:
            self._do(self._stop_all())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def start(self, part: Part) -> None:
        """Start a part, wait until it is ready and keep it running; raises PartFailed."""
        log = self._logs / part.log_name
        if part.name not in self._children and log.exists():
            log.replace(log.with_suffix(".log.1"))
        child = self._children[part.name] = _Child(part, log)
        self._do(self._start(child))

    def stop(self, name: str) -> None:
        """Stop one part, and leave it stopped until it is started again."""
        self._do(self._stop(self._child(name)))

    def restart(self, name: str) -> None:
        """Stop one part and start it again."""
        child = self._child(name)
        self._do(self._stop(child))
        self.start(child.part)

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send one part a signal, by default the one it cannot answer; returns its process id."""
        pid = self.pid(name)
        process = self._child(name).process
        assert process is not None
        process.send_signal(number)
        return pid

    def pid(self, name: str) -> int:
        """The process id of a part; a part that is started again has a new one."""
        process = self._child(name).process
        if process is None:
            raise NotFound(f"{name} has no process.")
        return process.pid

    def wait_ready(self, name: str, *, after: int, seconds: float = 60.0) -> int:
        """Wait until a part runs as another process than `after`; returns its process id."""
        part, until = self._child(name).part, time.monotonic() + seconds
        while self.pid(name) == after or not part.ready():
            if time.monotonic() > until:
                raise Unavailable(f"{name} did not come back within {seconds:.0f} s.")
            time.sleep(_LOOK_SECONDS)
        return self.pid(name)

    def names(self) -> tuple[str, ...]:
        """The parts, in the order in which they were started."""
        return tuple(self._children)

    def _child(self, name: str) -> _Child:
        if name not in self._children:
            raise NotFound(f"There is no part called {name}: {', '.join(self._children)}.")
        return self._children[name]

    def _do(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _start(self, child: _Child) -> None:
        child.task = asyncio.create_task(child.start())
        await child.task
        child.task = asyncio.create_task(self._keep(child))

    async def _keep(self, child: _Child) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            since = time.monotonic()
            code = await child.ended()
            if time.monotonic() - since > _STEADY_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            self._say(
                f"{child.part.name} {_ending(code)}; starting it again in {pause:.1f} s "
                f"(log: {child.log})"
            )
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            try:
                await child.start()
                self._say(f"{child.part.name} runs again")
            except BedsideError as error:
                self._say(str(error))

    async def _stop(self, child: _Child) -> None:
        if child.task:
            child.task.cancel()
            await asyncio.gather(child.task, return_exceptions=True)
        await child.stop()

    async def _stop_all(self) -> None:
        for child in self._children.values():
            if child.task:
                child.task.cancel()
        for child in reversed(self._children.values()):
            await self._stop(child)
        await self._loop.shutdown_default_executor()


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    return f"was ended by {signal.Signals(-code).name}"
