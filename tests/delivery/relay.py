"""A mail server that keeps a ledger of what it accepted, and misbehaves where it is told to."""

import socketserver
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

CLOSE = "close"
CLOSE_AFTER = "close after"


@dataclass
class Ledger:
    """What the server accepted: message ids in order, and how often each phase is to misbehave.

    `says` maps a phase (greeting, ehlo, mail, rcpt, data, dot) to a reply line, CLOSE, or
    CLOSE_AFTER (accept, then close without an answer); the phase `peek` closes after the body's
    first bytes.
    """

    says: dict[str, str] = field(default_factory=dict)
    accepted: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    delay: float = 0.0
    connections: int = 0
    port: int = 0


class _Handler(socketserver.StreamRequestHandler):
    ledger: Ledger

    def handle(self) -> None:
        self.ledger.connections += 1
        if not self._answer("greeting", "220 relay.example.com"):
            return
        for raw in self.rfile:
            line = raw.decode("utf-8", "replace").strip()
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb == "QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            if not self._step(verb, line):
                return

    def _step(self, verb: str, line: str) -> bool:
        if verb == "EHLO":
            return self._answer("ehlo", "250-relay.example.com\r\n250 8BITMIME")
        if verb == "MAIL":
            return self._answer("mail", "250 2.1.0 ok")
        if verb == "RCPT":
            return self._answer("rcpt", "250 2.1.5 ok")
        if verb == "DATA":
            return self._data()
        return self._answer("rset", "250 2.0.0 ok")

    def _data(self) -> bool:
        before = self.ledger.says.get("data", "")
        if not self._answer("data", "354 go on") or before:
            return before != CLOSE
        if self.ledger.says.get("peek") == CLOSE:
            self.rfile.readline()
            return False
        message_id, body = "", b""
        for raw in self.rfile:
            if raw == b".\r\n":
                break
            if raw.lower().startswith(b"message-id:"):
                message_id = raw.split(b":", 1)[1].strip().decode()
            else:
                body += raw
        else:
            return False
        self.ledger.bodies.append(body)
        return self._dot(message_id)

    def _dot(self, message_id: str) -> bool:
        says = self.ledger.says.get("dot", "")
        if says == CLOSE:
            return False
        if not says or says == CLOSE_AFTER or says.startswith("2"):
            self.ledger.accepted.append(message_id)
        return self._answer("dot", "250 2.0.0 queued as 4XYZ") if says != CLOSE_AFTER else False

    def _answer(self, phase: str, usual: str) -> bool:
        time.sleep(self.ledger.delay)
        says = self.ledger.says.get(phase, usual)
        if says == CLOSE:
            return False
        self.wfile.write(says.encode() + b"\r\n")
        return True


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that left in mid-conversation is what some tests are about."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def relay(says: Mapping[str, str] | None = None) -> Iterator[Ledger]:
    """A running mail server on a free port of loopback."""
    ledger = Ledger(says=dict(says or {}))
    handler = type("Handler", (_Handler,), {"ledger": ledger})
    with _Server(("127.0.0.1", 0), handler) as server:
        ledger.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield ledger
        finally:
            server.shutdown()
            thread.join()
