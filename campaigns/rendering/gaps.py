"""A message as bytes with gaps: everything that is the same for many readers is put together once.

What differs between readers is little: two tokens, and the values of fields. An address that holds
a token is ready before and after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from campaigns.rendering import quoted
from campaigns.rendering.conditions import Twin
from campaigns.rendering.merge import Recipient, Values
from campaigns.rendering.places import Kind, Place
from campaigns.tokens import Family

Asked = Family | tuple[Place, Twin]
"""What is written once for a reader: a token, or what a place says in one of the twins."""
_SAMPLE = Values(
    Recipient(
        address="",
        first_name="",
        campaign_id=0,
        delivery_id=0,
        at=datetime(2000, 1, 1, tzinfo=UTC),
    )
)
_OF_READERS = frozenset({Kind.FIELD, Kind.BANNER})
_SOFT = "=\r\n"


class Canonical(bytes):
    """A message whose body is its own relaxed form (RFC 6376, 3.4.4): a signer hashes it as is."""


def steps(place: Place, twin: Twin) -> list[str | Asked]:
    """What stands in a place: words that are ready for the wire, and what each reader fills.

    A sample reader is asked what the place says; where the sample's token stands in it, there
    goes the reader's own.
    """
    if place.kind in _OF_READERS:
        return [(place, twin)]
    said = _SAMPLE.html(place) if twin == "html" else _SAMPLE.text(place)
    for family, token in ((Family.TRACK, _SAMPLE.track), (Family.ACT, _SAMPLE.act)):
        before, found, after = said.partition(token)
        if found:
            rest = quoted.encoded(after) or _SOFT
            return _around(family, quoted.encoded(before), rest, size=len(token))
    return [quoted.encoded(said)]


def _around(family: Family, before: str, after: str, *, size: int) -> list[str | Asked]:
    """A token between encoded words, on their line as far as it has room."""
    open_ = before.removesuffix(_SOFT)
    room = quoted.WIDTH - size - len(after.partition(_SOFT)[0])
    if len(open_.rpartition("\n")[2]) <= room:
        return [open_, family, after]
    return [before, family, after if room >= 0 else f"{_SOFT}{after}"]


@dataclass(frozen=True, slots=True)
class Gapped:
    """A message for readers of the same segments; every literal between two gaps is one run."""

    runs: tuple[bytes, ...]
    asked: tuple[Asked, ...]
    gaps: tuple[tuple[int, int], ...]
    """Where each of the runs is empty, and which of `asked` goes there."""
    shows_code: bool

    @classmethod
    def of(cls, steps: Sequence[str | Asked]) -> Self:
        """Steps in order."""
        runs: list[bytes] = []
        asked: dict[Asked, int] = {}
        gaps: list[tuple[int, int]] = []
        literal: list[str] = []
        for step in steps:
            if isinstance(step, str):
                literal.append(step)
                continue
            runs += ["".join(literal).encode("ascii"), b""]
            literal = []
            gaps.append((len(runs) - 1, asked.setdefault(step, len(asked))))
        runs.append("".join(literal).encode("ascii"))
        shows_code = any(isinstance(each, tuple) and each[0].name == "code" for each in asked)
        return cls(tuple(runs), tuple(asked), tuple(gaps), shows_code)

    def filled(self, head: str, values: Values) -> Canonical:
        """The whole message of one reader, under these headers."""
        written = self._written(values)
        runs = [head.encode("ascii"), *self.runs]
        for at, which in self.gaps:
            runs[at + 1] = written[which]
        return Canonical(b"".join(runs))

    def _written(self, values: Values) -> list[bytes]:
        """What the reader fills; the same words are encoded once."""
        done: dict[str, bytes] = {}
        written: list[bytes] = []
        for each in self.asked:
            if isinstance(each, Family):
                written.append((values.track if each is Family.TRACK else values.act).encode())
                continue
            place, twin = each
            said = values.html(place) if twin == "html" else values.text(place)
            if said not in done:
                done[said] = quoted.encoded(said).encode()
            written.append(done[said])
        return written
