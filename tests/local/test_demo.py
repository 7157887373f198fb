"""The whole house on one machine: it starts, heals, stops, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from campaigns import settings
from campaigns.errors import Misconfigured, Unavailable
from campaigns.local import demo, processes, servers
from campaigns.local.parts import Part
from campaigns.settings import Settings

RUN = "from campaigns.local import demo; demo.run(demo.demo_settings())"


@contextmanager
def demo_process(alone: Settings) -> Iterator["subprocess.Popen[str]"]:
    """`bedside demo` as a process of its own, up to the moment when all is ready."""
    environment = os.environ | processes.environment_of(alone)
    with subprocess.Popen(
        [sys.executable, "-c", RUN],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C stops everything" in line:
                break
        else:
            pytest.fail("".join(lines))
        try:
            yield process
        finally:
            process.kill()


def mentioning(word: str) -> set[int]:
    """Processes whose command line or environment names this folder."""
    found = set()
    for each in Path("/proc").glob("[0-9]*"):
        try:
            known = (each / "cmdline").read_bytes() + (each / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(word) in known and int(each.name) != os.getpid():
            found.add(int(each.name))
    return found


def wait_until_none(word: str) -> None:
    until = time.monotonic() + 20
    while left := mentioning(word):
        assert time.monotonic() < until, f"left behind: {left}"
        time.sleep(0.05)


@pytest.mark.processes
def test_every_part_runs_is_found_by_a_shell_and_heals(alone: Settings) -> None:
    with demo.running(alone, quiet=True) as running:
        assert running.left_out == ()
        assert running.supervisor.names() == (
            *("PostgreSQL", "Valkey", "inbox", "web", "worker", "beat"),
        )
        assert httpx.get(running.inbox_url).status_code == 200
        assert httpx.get(f"{running.settings.public_url}/readyz").json()["ready"] is True

        shell = {"BEDSIDE_DATA_DIR": str(alone.data_dir)}
        servers.join_running(shell)
        assert shell["REDIS_URL"].startswith("redis+socket://")
        assert shell["DATABASE_URL"] == running.settings.database_url
        assert shell["BEDSIDE_PUBLIC_URL"] == running.settings.public_url

        with pytest.raises(Unavailable, match="already running"), demo.running(alone, quiet=True):
            pass
        with pytest.raises(Unavailable, match="already running"):
            demo.reset(alone)

        for name in ("worker", "PostgreSQL", "Valkey", "web"):
            killed = running.supervisor.kill(name)
            running.supervisor.wait_ready(name, after=killed)
        assert httpx.get(f"{running.settings.public_url}/readyz").json()["ready"] is True
    wait_until_none(str(alone.data_dir))
    assert not sockets_of(running.settings).exists()
    assert servers.running_environment(alone.data_dir) == {}


def sockets_of(running: Settings) -> Path:
    return Path(running.redis_url.removeprefix("redis+socket://")).parent


@pytest.mark.processes
def test_ctrl_c_and_even_kill_9_leave_nothing_running_and_the_data_can_be_thrown_away(
    alone: Settings,
) -> None:
    with demo_process(alone) as process:
        sockets = Path(
            servers.running_environment(alone.data_dir)["REDIS_URL"].partition(":/")[2]
        ).parent
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        assert "Stopped. The data is kept" in process.stdout.read()
        assert process.wait(30) == 0
    wait_until_none(str(alone.data_dir))
    assert not sockets.exists()

    with demo_process(alone) as process:
        sockets = Path(
            servers.running_environment(alone.data_dir)["REDIS_URL"].partition(":/")[2]
        ).parent
        process.kill()
    wait_until_none(str(alone.data_dir))
    assert sockets.exists()
    assert demo.reset(alone)
    assert not sockets.exists()
    assert not alone.data_dir.exists()
    assert demo.reset(alone) == []


def test_a_taken_port_is_named_before_anything_starts(
    alone: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", alone.inbox_web_port))
        listener.listen()
        with (
            pytest.raises(Misconfigured, match="BEDSIDE_INBOX_WEB_PORT="),
            demo.running(alone),
        ):
            pass
    assert "PostgreSQL" not in capsys.readouterr().out


def test_it_does_not_run_in_production(alone: Settings) -> None:
    production = alone.model_copy(update={"mode": "production"})
    with pytest.raises(Misconfigured, match="BEDSIDE_MODE"), demo.running(production):
        pass


def test_data_of_another_version_asks_for_a_reset_and_stops_what_had_started(
    alone: Settings, database_url: str
) -> None:
    elsewhere = alone.model_copy(update={"database_url": database_url})
    address = database_url.replace("+psycopg", "")
    version = "UPDATE alembic_version SET version_num = %s RETURNING (SELECT old FROM was)"
    was = "WITH was AS (SELECT version_num AS old FROM alembic_version) "
    with psycopg.connect(address, autocommit=True) as connection:
        [known] = connection.execute(was + version, ("from the future",)).fetchone() or [""]
        with pytest.raises(Unavailable, match="make demo-reset"), demo.running(elsewhere):
            pass
        connection.execute("UPDATE alembic_version SET version_num = %s", (known,))
    wait_until_none(str(alone.data_dir))


def test_a_part_that_is_not_built_is_known() -> None:
    there = Part(name="x", argv=("python", "-m", "campaigns.local.inbox"), ready=bool)
    assert processes.is_there(there)
    for module in ("campaigns.nowhere", "campaigns.local", "nowhere"):
        missing = Part(name="x", argv=("python", "-m", module), ready=bool)
        assert not processes.is_there(missing)


def test_the_settings_reach_another_process_unchanged(
    alone: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in processes.environment_of(alone).items():
        monkeypatch.setenv(name, value)
    assert settings.load() == alone


def test_demo_mode_holds_unless_the_environment_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BEDSIDE_MODE", "test")
    assert demo.demo_settings().mode == "test"
    monkeypatch.delenv("BEDSIDE_MODE")
    assert demo.demo_settings().mode == "demo"
