"""Ports of this machine: refuse a taken one before anything starts, or find a free one."""

import errno
import socket
from contextlib import closing

from campaigns import settings
from campaigns.errors import Misconfigured

_LOOPBACKS = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


def require_free(port: int, *, field: str, use: str) -> None:
    """Raise Misconfigured, naming the setting to change, if something listens on this port."""
    if not is_free(port):
        name = settings.variable(field)
        raise Misconfigured(
            f"Port {port} is in use by another program, and {use} needs it. End that program, "
            f"or choose another port: {name}={free_port()} make demo"
        )


def is_free(port: int) -> bool:
    """Whether nothing listens on this port of the loopback addresses."""
    return all(_can_bind(family, host, port) for family, host in _LOOPBACKS)


def free_port() -> int:
    """A port on which nothing listens now."""
    while True:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if is_free(port):
            return port


def _can_bind(family: socket.AddressFamily, host: str, port: int) -> bool:
    """False only where the port is taken; a machine without IPv6 has nothing there to take."""
    try:
        with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except PermissionError as error:
        raise Misconfigured(
            f"Port {port} may not be used by this account: choose one above 1023."
        ) from error
    except OSError as error:
        return error.errno != errno.EADDRINUSE
    return True
