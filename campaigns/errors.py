"""Every refusal of the product, as one tree; each says in plain words what is wrong and what to do.

BedsideError                 what a person is told; `status` is its HTTP status
├── NotFound          404    there is no such thing
│   └── NotSetUp             the clinic itself is not described yet
├── NoKey             401    a program came without a key that holds
├── NotAllowed        403    this person's role may not do this
├── Invalid           422    what was given cannot be taken
│   ├── BadFile              a file's content, with the line where known
│   ├── BadAddress           not an email address
│   └── BadToken      404    a link that is forged, damaged or too old
├── Conflict          409    the state of the world does not allow it (any more)
│   ├── NotInState           the thing moved on, or has not come so far
│   ├── Blocked              findings stand against it; `findings` lists them
│   ├── OfferEnded    410    the promotion is over, paused or used up
│   └── SlotFull             someone was faster
├── TooMany           429    too many attempts; says when to try again
├── Misconfigured     500    a setting is wrong; names the setting
└── Unavailable       503    a part does not answer; trying again can help
"""

from collections.abc import Sequence
from typing import ClassVar


class BedsideError(Exception):
    """A refusal that a person can read; `args[0]` is the whole sentence."""

    status: ClassVar[int] = 500
    may_retry: ClassVar[bool] = False

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else self.__class__.__doc__ or "refused"


class NotFound(BedsideError):
    """There is no such thing; `what` names its kind, for whoever can say where it is listed."""

    status = 404

    def __init__(self, sentence: str, *, what: str = "") -> None:
        super().__init__(sentence)
        self.what = what


class NoKey(BedsideError):
    """A program came without a key, or with one that does not hold."""

    status = 401


class NotSetUp(NotFound):
    """The clinic is not set up yet."""


class NotAllowed(BedsideError):
    """This person's role may not do this."""

    status = 403


class Invalid(BedsideError):
    """What was given cannot be taken."""

    status = 422


class BadFile(Invalid):
    """A file cannot be taken; `line` counts from 1 where it is known, `field` names what is wrong.

    Forms give the same entries as files do: theirs have no lines.
    """

    def __init__(self, sentence: str, *, line: int | None = None, field: str = "") -> None:
        super().__init__(f"line {line}: {sentence}" if line else sentence)
        self.line = line
        self.field = field


class BadAddress(Invalid):
    """This is not an email address we can write to."""


class BadToken(Invalid):
    """This link is damaged, forged or too old."""

    status = 404


class Conflict(BedsideError):
    """The state of the world does not allow this (any more)."""

    status = 409


class NotInState(Conflict):
    """The thing is not in a state from which this is possible."""


class Blocked(Conflict):
    """Findings stand against this; `findings` holds a sentence each."""

    def __init__(self, sentence: str, *, findings: Sequence[str] = ()) -> None:
        super().__init__("\n".join([sentence, *(f"  - {each}" for each in findings)]))
        self.findings = tuple(findings)


class OfferEnded(Conflict):
    """The offer behind this link is over; `reason` is one word for it."""

    status = 410

    def __init__(self, sentence: str = "This offer is over.", *, reason: str = "ended") -> None:
        super().__init__(sentence)
        self.reason = reason


class SlotFull(Conflict):
    """This time was taken by someone else."""


class TooMany(BedsideError):
    """Too many attempts in a short time; `seconds` says when the next one is looked at."""

    status = 429

    def __init__(self, sentence: str, *, seconds: int = 60) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class Misconfigured(BedsideError):
    """A setting is wrong; the sentence names it."""


class Unavailable(BedsideError):
    """A part that is needed does not answer; try again."""

    status = 503
    may_retry = True
