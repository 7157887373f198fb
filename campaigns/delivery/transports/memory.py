"""A transport that keeps what it is given: for tests and for trying things out."""

from collections.abc import Callable
from dataclasses import dataclass, field

from campaigns.delivery.replies import Phase, Reply
from campaigns.delivery.transports import Envelope, RelayDown

ACCEPTED = Reply(Phase.DOT, 250, "2.0.0 kept in memory")


@dataclass(slots=True)
class Memory:
    """Keeps each accepted message in `sent`; `answer` may be replaced to refuse some."""

    sent: list[tuple[Envelope, bytes]] = field(default_factory=list)
    answer: Callable[[Envelope], Reply] = lambda _envelope: ACCEPTED
    is_down: bool = False

    def ready(self) -> None:
        """Refuse while `is_down`."""
        if self.is_down:
            raise RelayDown("The mail server memory is down.")

    def send(self, envelope: Envelope, message: bytes) -> Reply:
        """Keep the message if the answer is a 2xx."""
        reply = self.answer(envelope)
        if reply.code is not None and 200 <= reply.code < 300:
            self.sent.append((envelope, message))
        return reply

    def close(self) -> None:
        """Nothing to close."""
