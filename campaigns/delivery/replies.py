"""What a mail server's answer means (RFC 5321, RFC 3463) and what is to be done about it."""

import random
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_NO_SUCH_USER = re.compile(
    r"no such (user|mailbox|recipient|person)|user unknown|unknown (user|recipient|mailbox)"
    r"|mailbox (unavailable|not found|does not exist)|does not exist|recipient.{0,20}not found",
    re.IGNORECASE,
)
_HARD = {(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)}
_OUR_SENDER = {(1, 7), (1, 8)}
_BACK_OFF = tuple(timedelta(minutes=each) for each in (5, 15, 30, 60, 120, 240))


class Phase(StrEnum):
    """How far the conversation had come."""

    CONNECT = "connect"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"


class Verdict(StrEnum):
    """What an answer means for this delivery, this address, or us."""

    ACCEPTED = "accepted"
    LATER = "later"
    NO_SUCH_ADDRESS = "no_such_address"
    MAILBOX_FULL = "mailbox_full"
    POLICY = "policy"
    OUR_SENDER = "our_sender"
    RELAY = "relay"
    TOO_LARGE = "too_large"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; `code` is None where the server never answered."""

    phase: Phase
    code: int | None
    text: str

    @property
    def verdict(self) -> Verdict:
        """What it means."""
        if self.code is None:
            return Verdict.UNKNOWN if self.phase is Phase.DOT else Verdict.RELAY
        if 200 <= self.code < 300:
            return Verdict.ACCEPTED
        if self.code == 421:
            return Verdict.RELAY
        if self.code < 500:
            return Verdict.LATER
        return self._refusal()

    def _refusal(self) -> Verdict:
        detail = self._enhanced()
        nobody = detail in _HARD or (
            self.phase is Phase.RCPT and bool(_NO_SUCH_USER.search(self.text))
        )
        meanings = (
            (self.phase is Phase.MAIL or detail in _OUR_SENDER, Verdict.OUR_SENDER),
            (self.code in {530, 535}, Verdict.RELAY),
            (detail == (2, 2), Verdict.MAILBOX_FULL),
            (self.code == 552, Verdict.TOO_LARGE),
            (nobody, Verdict.NO_SUCH_ADDRESS),
            ((detail is not None and detail[0] == 7) or self.code == 554, Verdict.POLICY),
        )
        return next((verdict for holds, verdict in meanings if holds), Verdict.REFUSED)

    def _enhanced(self) -> tuple[int, int] | None:
        found = _ENHANCED.search(self.text)
        return (int(found[2]), int(found[3])) if found else None


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 5 minutes to 4 hours, 20 % up or down."""
    step = _BACK_OFF[min(max(attempts, 1), len(_BACK_OFF)) - 1]
    return step * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, keeps no secret
