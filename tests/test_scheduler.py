"""What beat rings for, how often, and how long a bell is heard."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import scheduler
from campaigns.jobs import QUEUES, Job
from tests.ground.conftest import read_afresh
from workers.app import ALL_QUEUES

CELERY = Path(sys.executable).with_name("celery")
RUNG_BY_A_DEED = {Job.RENDER, Job.FREEZE_AUDIENCE, Job.SEND_BATCH}


def test_whatever_may_be_left_behind_is_ticked_for() -> None:
    assert set(scheduler.intervals()) == set(Job) - RUNG_BY_A_DEED


@pytest.fixture
def slow_tick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A tick every three seconds."""
    with monkeypatch.context() as patch:
        patch.setenv("BEDSIDE_TICK_SECONDS", "3")
        read_afresh()
        yield
    read_afresh()


@pytest.mark.usefixtures("slow_tick")
def test_campaigns_start_at_the_tick_and_the_rest_now_and_then() -> None:
    found = scheduler.intervals()
    assert found[Job.START_DUE] == found[Job.REAP] == 3
    assert all(3 <= seconds <= 30 for seconds in found.values())


def test_each_bell_goes_to_its_queue_and_expires() -> None:
    table = scheduler.beat_app().conf.beat_schedule
    for job, seconds in scheduler.intervals().items():
        entry = table[job.value]
        assert (entry["task"], entry["schedule"]) == (job.value, seconds)
        assert "args" not in entry
        assert entry["options"]["queue"] == QUEUES[job]
        assert entry["options"]["queue"] in ALL_QUEUES
        assert entry["options"]["expires"] >= max(5 * seconds, 10)


def test_beat_keeps_its_table_in_memory_and_looks_often_enough() -> None:
    configured = scheduler.beat_app().conf
    assert configured.beat_scheduler == "celery.beat:Scheduler"
    assert configured.beat_max_loop_interval <= min(scheduler.intervals().values())


def celery(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(CELERY), *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.processes
@pytest.mark.parametrize("program", ["scheduler", "workers"])
def test_celery_finds_the_application_with_our_settings(program: str) -> None:
    done = celery("-A", program, "report")
    assert done.returncode == 0, done.stderr
    assert "transport:redis results:disabled" in done.stdout
    assert ("beat_schedule" in done.stdout) is (program == "scheduler")


@pytest.mark.processes
@pytest.mark.parametrize(("program", "command"), [("scheduler", "beat"), ("workers", "worker")])
def test_celery_stops_at_a_wrong_setting_with_one_line(program: str, command: str) -> None:
    done = celery("-A", program, command, BEDSIDE_LEASE_SECONDS="soon")
    assert done.returncode == 1
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("BEDSIDE_LEASE_SECONDS is wrong: ")
