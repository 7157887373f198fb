"""What must always be true, counted over the whole database: nothing sent twice, nothing lost.

Each invariant is a query for its counter-examples; none may come back.
"""

from collections.abc import Callable
from dataclasses import dataclass

from campaigns.bookings import queries as bookings
from campaigns.database import Session
from campaigns.reporting import counter_examples as found


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant: what it says, how many counter-examples there are, and the first of them."""

    name: str
    sentence: str
    violations: int
    examples: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether there is no counter-example."""
        return self.violations == 0


@dataclass(frozen=True, slots=True)
class Invariant:
    """What must be true, by name, and the query for what contradicts it."""

    name: str
    sentence: str
    counter_examples: Callable[[Session], list[str]]


INVARIANTS = (
    Invariant(
        "audience", "Every audience has exactly one row for each of its contacts.", found.miscounted
    ),
    Invariant(
        "frozen", "Nothing goes out before everyone of the audience has a row.", found.unfrozen
    ),
    Invariant("once", "No contact has a campaign twice.", found.twice),
    Invariant(
        "doubt", "Nothing was tried again after an answer never came.", found.tried_after_doubt
    ),
    Invariant(
        "lost",
        "Every queued row is in a batch that will be sent, or waits for its time.",
        found.lost,
    ),
    Invariant(
        "finished",
        "A finished campaign has nothing queued or on its way, a cancelled one nothing queued.",
        found.left_open,
    ),
    Invariant("held", "Everything on its way is held by a worker.", found.unheld),
    Invariant(
        "reasons",
        "Each skipped or failed row has its reason; only accepted rows are sent.",
        found.without_reason,
    ),
    Invariant(
        "permission",
        "Nothing was sent to anyone who had not agreed, had withdrawn or was suppressed.",
        found.without_permission,
    ),
    Invariant(
        "approved", "What is sent was signed, by every role that was asked for.", found.unsigned
    ),
    Invariant(
        "as approved", "Every row sends exactly the content that was signed.", found.other_content
    ),
    Invariant(
        "counters", "Promotion and slot counters equal their bookings.", bookings.ledger_differences
    ),
    Invariant(
        "credit",
        "Only bookings that stand are credited, each to the message that led to it.",
        found.wrongly_credited,
    ),
    Invariant(
        "notices", "No letter has been waiting for more than an hour.", found.forgotten_letters
    ),
)
"""Every invariant that `bedside verify` counts, in the order of the road."""


def verify(session: Session) -> list[Check]:
    """Count every invariant (scans whole tables: minutes on millions of rows)."""
    return [_check(session, each) for each in INVARIANTS]


def _check(session: Session, invariant: Invariant) -> Check:
    examples = invariant.counter_examples(session)
    return Check(invariant.name, invariant.sentence, len(examples), tuple(examples[:5]))
