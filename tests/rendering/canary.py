"""A web server that must not be called, and the doors of this process that would lead to it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import pytest
import yaml

HOST, FILE = "CANARY", "SECRET-FILE"
"""What a trick says instead of the server's address, and instead of a file on this machine."""
SECRET = "what-only-the-file-says"
_TRICKS = Path(__file__).parent / "tricks.yaml"


@dataclass(frozen=True)
class Trick:
    """One way of asking for something from elsewhere, as it would stand in a page."""

    name: str
    head: str = ""
    body: str = ""
    page: str = ""

    def html(self, canary: "Canary") -> str:
        """The whole page, its addresses those of this server."""
        page = self.page or (
            f"<!DOCTYPE html><html><head><title>A</title>{self.head}</head>"
            f'<body><p class="a">Hello</p>{self.body}</body></html>'
        )
        return canary.aimed(page)

    def piece(self, canary: "Canary") -> str:
        """What stands in the page beside its frame."""
        return canary.aimed(self.page or self.head + self.body)


def tricks() -> list[Trick]:
    """The whole corpus."""
    rows = yaml.safe_load(_TRICKS.read_text(encoding="utf-8"))
    return [Trick(**each) for each in rows]


class Canary:
    """Counts who calls, whatever they ask for."""

    def __init__(self, secret: Path) -> None:
        self.calls: list[str] = []
        self.attempts: list[str] = []
        self.secret = secret
        secret.write_text(SECRET, encoding="utf-8")
        canary = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                canary.calls.append(f"{self.command} {self.path}")
                self.send_response(200)
                self.send_header("Content-Type", "text/css")
                self.end_headers()
                self.wfile.write(b".a { color: red }")

            do_GET = do_HEAD = do_POST = do_OPTIONS = answer  # noqa: N815 - http.server's names

            def log_message(self, *words: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}"

    def aimed(self, text: str) -> str:
        """A trick with this server's address and this file's."""
        return text.replace(HOST, self.host).replace(FILE, self.secret.as_uri())

    @classmethod
    @contextmanager
    def singing(cls, secret: Path) -> Iterator[Self]:
        """A server that answers meanwhile."""
        made = cls(secret)
        thread = threading.Thread(target=made.server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield made
        finally:
            made.server.shutdown()
            made.server.server_close()
            thread.join()

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Every way out of this process notes who tried and leads nowhere."""
        with pytest.MonkeyPatch.context() as patch:
            for owner, name in (
                (socket.socket, "connect"),
                (socket.socket, "connect_ex"),
                (socket.socket, "sendto"),
                (socket, "getaddrinfo"),
                (socket, "gethostbyname"),
            ):
                patch.setattr(owner, name, self._refusing(name))
            yield

    def _refusing(self, name: str) -> Any:
        def refuse(*words: object, **more: object) -> None:
            self.attempts.append(f"{name} {words}")
            raise OSError("A message that is frozen has no reason to go anywhere.")

        return refuse

    def is_silent(self) -> bool:
        """Whether nobody called and nobody tried."""
        return not self.calls and not self.attempts


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    """A server that must not be called, and a file that must not be read."""
    with Canary.singing(tmp_path / "secret.txt") as made:
        yield made
