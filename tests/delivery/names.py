"""A real name server on loopback that answers from a table."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


@dataclass
class Names:
    """Records by (name, kind), such as `("example.com", "TXT")`; `delay` holds answers back."""

    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    delay: float = 0.0
    port: int = 0

    def text(self, name: str, *records: str) -> None:
        """Have these TXT records at this name, each in parts of 255 characters."""
        self.records[name, "TXT"] = [
            " ".join(f'"{record[at : at + 255]}"' for at in range(0, len(record), 255))
            for record in records
        ]

    @property
    def setting(self) -> str:
        """The value of BEDSIDE_DNS_SERVER that asks here."""
        return f"127.0.0.1@{self.port}"


class _Handler(socketserver.BaseRequestHandler):
    names: Names

    def handle(self) -> None:
        data, sock = self.request
        time.sleep(self.names.delay)
        query = dns.message.from_wire(data)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.names.asked.append(f"{name} {kind}")
        answer = dns.message.make_response(query, recursion_available=True)
        found = self.names.records.get((name, kind))
        if found:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
        elif not any(known == name for known, _ in self.names.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        answer.flags &= ~dns.flags.TC
        with suppress(OSError):  # an answer that was held back may come after the end
            sock.sendto(answer.to_wire(), self.client_address)


class _Server(socketserver.ThreadingUDPServer):
    daemon_threads = True


@contextmanager
def name_server() -> Iterator[Names]:
    """A running name server; what it answers can be changed while it runs."""
    names = Names()
    handler = type("Handler", (_Handler,), {"names": names})
    with _Server(("127.0.0.1", 0), handler) as server:
        names.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield names
        finally:
            server.shutdown()
            thread.join()
