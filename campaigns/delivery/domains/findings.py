"""One thing found about a domain's record: its state in words, and the record to add or change."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self


class Standing(StrEnum):
    """How a record stands."""

    FOUND = "found"
    WRONG = "wrong"
    MISSING = "missing"
    UNSURE = "unsure"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is there, what that means, and what to put there where something is to be done."""

    what: str
    """SPF, DKIM or DMARC."""
    standing: Standing
    sentence: str
    name: str
    there: str = ""
    value: str = ""
    """The exact record to have; empty where nothing is to be done."""
    advice: str = ""

    def stored(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self) | {"standing": self.standing.value}

    @classmethod
    def restored(cls, kept: dict[str, Any]) -> Self:
        """As it was kept."""
        return cls(**(kept | {"standing": Standing(kept["standing"])}))

    @property
    def parts(self) -> list[str]:
        """The value in pieces of at most 255 characters, as some providers want it (RFC 1035)."""
        return [self.value[start : start + 255] for start in range(0, len(self.value), 255)]


def unanswered(what: str, name: str, sentence: str) -> Finding:
    """No name server answered."""
    return Finding(what, Standing.UNANSWERED, sentence, name)
