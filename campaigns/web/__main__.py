"""`python -m campaigns.web`: serve the pages on the configured address."""

import errno
import socket
import sys
from types import FrameType

import uvicorn
from fastapi import FastAPI

from campaigns import database, logs, settings
from campaigns.errors import BedsideError, Misconfigured
from campaigns.settings import Settings
from campaigns.web import welcome
from campaigns.web.app import create_app
from campaigns.web.pages.campaigns import live_board

_SECONDS_TO_FINISH = 10


def main() -> int:
    """Serve until told to stop; 1 with a sentence where that cannot begin."""
    try:
        configured = settings.current()
        logs.configure(log_format=configured.log_format, level=configured.log_level)
        database.engine()
        listening = listen(configured)
    except BedsideError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.write(welcome.invitation(database.sessions()))
    app = create_app()
    server = StreamEnding(
        app,
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            loop="uvloop",
            http="httptools",
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=configured.trusted_proxies,
            timeout_graceful_shutdown=_SECONDS_TO_FINISH,
        ),
    )
    server.run(sockets=[listening])
    return 0


class StreamEnding(uvicorn.Server):
    """A server that, told to stop, ends what it streams instead of waiting for it."""

    def __init__(self, app: FastAPI, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """What a signal to stop does."""
        live_board.close(self._app)
        super().handle_exit(sig, frame)


def listen(configured: Settings) -> socket.socket:
    """A socket on the configured address; raises Misconfigured naming the setting."""
    host, port = configured.web_host, configured.web_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise Misconfigured(_sentence(error, host, port)) from error
    return listening


def _sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is in use by another program. Stop that one, or set "
            "BEDSIDE_WEB_PORT to a free port."
        )
    return f"Cannot listen on {host} port {port} (BEDSIDE_WEB_HOST, BEDSIDE_WEB_PORT): {error}."


if __name__ == "__main__":
    sys.exit(main())
