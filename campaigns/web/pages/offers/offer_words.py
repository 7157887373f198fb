"""How the desk speaks of packages and promotions: states, deeds and what they do to whom."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.promotions.models import CodeMode, PromotionStatus

S = PromotionStatus

STATUS: Mapping[PromotionStatus, tuple[str, str]] = {
    S.DRAFT: ("Draft", "plain"),
    S.IN_REVIEW: ("In review", "info"),
    S.APPROVED: ("Approved", "info"),
    S.SCHEDULED: ("Coming", "info"),
    S.ACTIVE: ("Running", "good"),
    S.PAUSED: ("Paused", "warn"),
    S.EXHAUSTED: ("Used up", "warn"),
    S.ENDED: ("Over", "plain"),
    S.ARCHIVED: ("Over", "plain"),
}
GROUPS: tuple[tuple[str, tuple[PromotionStatus, ...]], ...] = (
    ("Running", (S.ACTIVE, S.PAUSED, S.EXHAUSTED)),
    ("Coming", (S.SCHEDULED, S.APPROVED)),
    ("Drafts", (S.DRAFT, S.IN_REVIEW)),
    ("Over", (S.ENDED, S.ARCHIVED)),
)
CODES: Mapping[CodeMode, str] = {
    CodeMode.NONE: "No code: the link in the message is enough.",
    CodeMode.SHARED: "One word that everybody types.",
    CodeMode.UNIQUE: "A code of one's own for each contact, made when a campaign goes out.",
}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,39}")


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that can be done to a promotion, and what happens if you press."""

    label: str
    done: str
    kind: str
    out_of: frozenset[PromotionStatus]
    effects: tuple[tuple[str, str], ...]


_STAYS = (
    "Bookings",
    "Stay as they are, at the price that was promised; held ones can be answered.",
)

DEEDS: Mapping[str, Deed] = {
    "publish": Deed(
        "Publish",
        "is published",
        "primary",
        frozenset({S.DRAFT}),
        (
            ("Readers", "Can use it within its days, through messages that carry it."),
            ("Campaigns", "Those that carry it can be scheduled; they check its prices again."),
            ("Bookings", "There are none yet."),
        ),
    ),
    "pause": Deed(
        "Pause",
        "is paused",
        "plain",
        frozenset({S.ACTIVE}),
        (
            ("Messages already out", "Their booking page says that the offer is paused."),
            (
                "Campaigns that carry it",
                "One that is sending pauses itself before its next message and waits for you; "
                "the others cannot start.",
            ),
            _STAYS,
        ),
    ),
    "resume": Deed(
        "Resume",
        "is given again",
        "primary",
        frozenset({S.PAUSED}),
        (
            ("Messages already out", "Their booking page gives the offer again."),
            ("Campaigns that carry it", "Stay paused until you resume each one."),
            _STAYS,
        ),
    ),
    "withdraw": Deed(
        "Make it a draft again",
        "is a draft again",
        "plain",
        frozenset({S.SCHEDULED}),
        (
            ("Readers", "Nobody could use it yet."),
            ("Campaigns that carry it", "Cannot start until it is published again."),
            ("Bookings", "There are none yet."),
        ),
    ),
    "end": Deed(
        "End it now",
        "has ended",
        "danger",
        frozenset({S.ACTIVE, S.PAUSED, S.EXHAUSTED}),
        (
            ("Messages already out", "Their booking page says that the offer ended today."),
            ("Campaigns that carry it", "Skip whoever was not written to yet, with that reason."),
            _STAYS,
            ("This cannot be undone", "A new promotion needs a code of its own."),
        ),
    ),
}


def deeds_of(status: PromotionStatus) -> dict[str, Deed]:
    """What can be done to a promotion in this state."""
    return {name: each for name, each in DEEDS.items() if status in each.out_of}


def checked_code(text: str) -> str:
    """A code that fits files, addresses and reports; raises ValueError with an example."""
    if not _CODE.fullmatch(text):
        raise ValueError("Use 2 to 40 letters, digits and hyphens, such as SER-6.")
    return text


def typed(cents: int) -> str:
    """Cents as a person types them, and as files and forms take them."""
    whole, rest = divmod(cents, 100)
    return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"
