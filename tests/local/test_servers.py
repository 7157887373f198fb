"""The embedded servers: they start from nothing, survive a kill, and are found by another shell."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from campaigns.errors import Misconfigured, Unavailable
from campaigns.local import postgres, servers

KEEP_RUNNING = """
import sys, time
from pathlib import Path
from campaigns.local import servers
server = servers.start_postgres(Path(sys.argv[1]), Path(sys.argv[2]))
print(server.process.pid, flush=True)
time.sleep(60)
"""


def conninfo(url: str) -> str:
    return url.replace("+psycopg", "")


def test_postgresql_keeps_its_rows_over_a_kill_and_a_second_start(
    home: Path, sockets: Path
) -> None:
    first = servers.start_postgres(home, sockets)
    with psycopg.connect(conninfo(first.url)) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")
    os.kill(first.process.pid, signal.SIGKILL)
    first.process.wait()
    first.stop()

    second = servers.start_postgres(home, sockets)
    with psycopg.connect(conninfo(second.url)) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("still here",)
        assert connection.execute("SHOW data_checksums").fetchone() == ("on",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        locale = "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'postgres'"
        assert connection.execute(locale).fetchone() == ("b", "C.UTF-8")
    second.stop()
    assert second.process.returncode == 0


def test_a_pid_file_that_names_some_other_process_does_not_keep_postgresql_from_starting(
    home: Path, sockets: Path
) -> None:
    servers.start_postgres(home, sockets).stop()
    [version] = home.glob("postgres/PG_VERSION")
    (version.parent / "postmaster.pid").write_text(f"{os.getpid()}\n{version.parent}\n")
    again = servers.start_postgres(home, sockets)
    again.stop()
    assert again.process.returncode == 0


def test_data_of_another_major_version_is_refused_with_the_way_out(
    home: Path, sockets: Path
) -> None:
    servers.start_postgres(home, sockets).stop()
    (home / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(Misconfigured, match=r"made by PostgreSQL 15.*make demo-reset"):
        servers.start_postgres(home, sockets)


def test_a_server_that_cannot_start_shows_the_end_of_its_log(home: Path, sockets: Path) -> None:
    servers.start_postgres(home, sockets).stop()
    (home / "postgres" / "postgresql.conf").write_text("nonsense\n")
    with pytest.raises(Unavailable, match="syntax error"):
        servers.start_postgres(home, sockets)


def test_the_variables_of_another_postgresql_lead_nowhere(
    home: Path, sockets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGSERVICE", "elsewhere")
    server = servers.start_postgres(home, sockets)
    server.stop()
    assert "PGPORT" not in os.environ


def test_valkey_keeps_every_write_and_refuses_rather_than_forgets(
    home: Path, sockets: Path
) -> None:
    first = servers.start_valkey(home, sockets)
    address = first.url.replace("redis+socket", "unix")
    with redis.Redis.from_url(address) as client:
        client.set("word", "kept")
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("port") == {"port": "0"}
    first.stop()
    second = servers.start_valkey(home, sockets)
    with redis.Redis.from_url(address) as client:
        assert client.get("word") == b"kept"
    second.stop()


def test_a_killed_parent_takes_its_server_along(home: Path, sockets: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KEEP_RUNNING, str(home), str(sockets)], stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline().strip().isdigit()
        parent.kill()
    again = servers.start_postgres(home, sockets)
    again.stop()
    assert again.process.returncode == 0


def test_another_shell_finds_what_a_demo_runs_and_nothing_once_it_is_gone(
    home: Path, sockets: Path
) -> None:
    shell = {"BEDSIDE_DATA_DIR": str(home), "BEDSIDE_USER": "desk@example.com"}
    demo = {"DATABASE_URL": "postgresql://x", "BEDSIDE_MODE": "demo", "BEDSIDE_USER": "other"}
    tenancy = servers.Tenancy(home)
    tenancy.announce(demo, socket_dir=sockets)
    servers.join_running(shell)
    assert shell["DATABASE_URL"] == "postgresql://x"
    assert shell["BEDSIDE_MODE"] == "demo"
    assert shell["BEDSIDE_USER"] == "desk@example.com"
    assert (home / "running.json").stat().st_mode & 0o777 == 0o600
    tenancy.leave()
    with pytest.raises(Misconfigured, match="start `make demo`, or set DATABASE_URL"):
        servers.join_running({"BEDSIDE_DATA_DIR": str(home)})


def test_a_relative_data_folder_lies_beside_the_clone_wherever_one_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = servers.whole(Path(".bedside"))
    monkeypatch.chdir(tmp_path)
    assert servers.whole(Path(".bedside")) == before
    assert (before.parent / "pyproject.toml").exists()
    assert servers.whole(tmp_path) == tmp_path


def test_a_shell_with_a_database_of_its_own_is_left_alone(home: Path) -> None:
    shell = {"DATABASE_URL": "postgresql://mine", "BEDSIDE_DATA_DIR": str(home)}
    servers.join_running(shell)
    assert shell["DATABASE_URL"] == "postgresql://mine"


def test_a_data_folder_serves_one_demo_at_a_time(home: Path, sockets: Path) -> None:
    first = servers.Tenancy(home)
    first.announce({}, socket_dir=sockets)
    with pytest.raises(Unavailable, match=rf"already running.*process {os.getpid()}"):
        servers.Tenancy(home)
    first.leave()
    servers.Tenancy(home).leave()


def test_what_a_killed_demo_left_is_cleared_away(home: Path) -> None:
    left = servers.make_socket_dir()
    servers.make_data_dir(home)
    (home / "running.json").write_text(json.dumps({"socket_dir": str(left)}))
    assert servers.running_environment(home) == {}
    servers.Tenancy(home).leave()
    assert not left.exists()


def test_a_damaged_note_of_a_demo_is_as_good_as_none(home: Path) -> None:
    servers.make_data_dir(home)
    (home / "running.json").write_text("{damaged")
    tenancy = servers.Tenancy(home)
    assert servers.running_environment(home) == {}
    tenancy.leave()


def test_sockets_get_a_short_folder_even_where_the_temporary_one_is_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    short = servers.make_socket_dir()
    short.rmdir()
    assert len(os.fsencode(short / ".s.PGSQL.5432.lock")) <= 107


def test_a_data_folder_that_cannot_be_made_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Misconfigured, match="BEDSIDE_DATA_DIR"):
        servers.make_data_dir(tmp_path / "file" / "data")


def test_root_keeps_the_data_of_each_clone_apart() -> None:
    one = postgres.state_dir(Path("/root/a b/.bedside"))
    two = postgres.state_dir(Path("/root/c/a b/.bedside"))
    assert one.name.startswith("a-b-")
    assert one != two


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand the server to another account")
def test_root_serves_a_clone_that_no_other_account_can_reach(sockets: Path, home: Path) -> None:
    import shutil

    home.parent.parent.chmod(0o700)
    server = servers.start_postgres(home, sockets)
    elsewhere = postgres.state_dir(home)
    try:
        assert not (home / "postgres").exists()
        assert (elsewhere / "postgres").stat().st_uid != 0
    finally:
        server.stop()
        shutil.rmtree(elsewhere)
