"""The supervisor: in order, again when one dies, in reverse at the end, and clear when it fails."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.errors import NotFound, Unavailable
from campaigns.local.parts import Part
from campaigns.local.supervisor import PartFailed, Supervisor

SLEEP = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
WITH_CHILD = (
    "import subprocess, sys, time;"
    " child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    " open(sys.argv[1], 'w').write(str(child.pid)); time.sleep(60)"
)


class Stage:
    """A supervisor, what it said, and parts that note when they start and stop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.supervisor = Supervisor(logs=folder / "logs", say=self.said.append)

    def part(self, name: str, code: str = SLEEP) -> Part:
        up = self.folder / f"{name} is up"
        noting = f"open({str(up)!r}, 'w').close(); {code}"
        return Part(
            name=name,
            argv=(sys.executable, "-c", noting, str(self.folder / f"{name} child")),
            ready=up.exists,
            before=lambda: up.unlink(missing_ok=True),
            start_seconds=10,
            stop_seconds=5,
            advice="Look under the bed.",
        )


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    with made.supervisor:
        yield made


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until_gone(pid: int) -> None:
    until = time.monotonic() + 10
    while is_alive(pid):
        assert time.monotonic() < until, f"process {pid} is still there"
        time.sleep(0.02)


def test_a_part_that_dies_is_started_again_and_that_is_said(stage: Stage) -> None:
    stage.supervisor.start(stage.part("web"))
    killed = stage.supervisor.kill("web")
    assert stage.supervisor.wait_ready("web", after=killed) != killed
    assert stage.said[0].startswith("web was ended by SIGKILL; starting it again in 0.5 s")


def test_what_a_killed_part_had_started_is_ended_with_it(stage: Stage) -> None:
    stage.supervisor.start(stage.part("worker", WITH_CHILD))
    note = stage.folder / "worker child"
    while not (note.exists() and note.read_text()):
        time.sleep(0.02)
    child = int(note.read_text())
    stage.supervisor.kill("worker")
    wait_until_gone(child)


def test_a_part_that_keeps_failing_is_tried_at_longer_intervals(stage: Stage) -> None:
    stage.supervisor.start(stage.part("web"))
    broken = stage.folder / "web is up"
    broken.unlink()
    broken.mkdir()
    stage.supervisor.kill("web")
    until = time.monotonic() + 20
    while not any("starting it again in 1.0 s" in line for line in stage.said):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert any("web could not be started" in line for line in stage.said)


def test_all_are_stopped_in_reverse(tmp_path: Path) -> None:
    ends = tmp_path / "ends"
    told = (
        "import signal, sys, time;"
        "signal.signal(signal.SIGTERM, lambda *_: (open({0!r}, 'a').write({1!r}), sys.exit()));"
        "open({2!r}, 'w').close(); time.sleep(60)"
    )
    stage = Stage(tmp_path)
    with stage.supervisor:
        for name in ("first ", "second ", "third "):
            up = tmp_path / name
            code = told.format(str(ends), name, str(up))
            part = Part(name=name, argv=(sys.executable, "-c", code), ready=up.exists)
            stage.supervisor.start(part)
    assert ends.read_text() == "third second first "


def test_a_part_that_will_not_stop_is_ended(stage: Stage) -> None:
    stubborn = replace(stage.part("web", STUBBORN), stop_seconds=0.3)
    stage.supervisor.start(stubborn)
    pid = stage.supervisor.pid("web")
    time.sleep(0.2)
    stage.supervisor.stop("web")
    assert not is_alive(pid)
    assert stage.said == []


def test_a_stopped_part_stays_stopped_until_it_is_started(stage: Stage) -> None:
    stage.supervisor.start(stage.part("web"))
    before = stage.supervisor.pid("web")
    stage.supervisor.stop("web")
    assert not is_alive(before)
    stage.supervisor.restart("web")
    assert stage.supervisor.pid("web") != before
    assert stage.supervisor.names() == ("web",)


def test_a_failure_says_which_part_why_and_what_to_do(stage: Stage) -> None:
    dying = replace(stage.part("web", "raise SystemExit('no disk')"), ready=lambda: False)
    with pytest.raises(PartFailed) as failed:
        stage.supervisor.start(dying)
    sentence = str(failed.value)
    assert "web did not start: it ended with code 1" in sentence
    assert "no disk" in sentence
    assert str(stage.folder / "logs" / "web.log") in sentence
    assert "Look under the bed." in sentence


def test_a_part_that_is_never_ready_is_given_up(stage: Stage) -> None:
    slow = replace(stage.part("web"), ready=lambda: False, start_seconds=0.2)
    with pytest.raises(PartFailed, match="it was not ready after 0 s"):
        stage.supervisor.start(slow)
    assert not is_alive(stage.supervisor.pid("web"))


def test_a_part_without_a_process_or_a_name_is_refused(stage: Stage) -> None:
    nowhere = replace(stage.part("web"), directory=stage.folder / "missing")
    with pytest.raises(PartFailed, match="web could not be started"):
        stage.supervisor.start(nowhere)
    with pytest.raises(NotFound, match="web has no process"):
        stage.supervisor.pid("web")
    with pytest.raises(NotFound, match="no part called mail"):
        stage.supervisor.stop("mail")


def test_a_part_that_does_not_come_back_is_reported(stage: Stage) -> None:
    stage.supervisor.start(stage.part("web"))
    with pytest.raises(Unavailable, match="did not come back"):
        stage.supervisor.wait_ready("web", after=stage.supervisor.pid("web"), seconds=0.1)


def test_the_log_of_the_run_before_is_kept(stage: Stage) -> None:
    logs = stage.folder / "logs"
    (logs / "web.log").write_text("yesterday")
    stage.supervisor.start(stage.part("web"))
    assert (logs / "web.log.1").read_text() == "yesterday"


def test_a_signal_other_than_kill_can_be_sent(stage: Stage) -> None:
    stage.supervisor.start(stage.part("web"))
    pid = stage.supervisor.kill("web", signal.SIGTERM)
    stage.supervisor.wait_ready("web", after=pid)
    assert "SIGTERM" in stage.said[0]
    assert os.getpid() != pid
