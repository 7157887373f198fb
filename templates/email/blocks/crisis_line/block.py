"""The 988 Lifeline."""

from typing import ClassVar, Literal

from campaigns.planning.blocks import Block


class CrisisLine(Block):
    """The 988 Lifeline; its links are never tracked."""

    name: ClassVar[str] = "Crisis line"
    purpose: ClassVar[str] = (
        "Where to turn in a crisis. Its words and links are fixed, "
        "and its links are never followed."
    )
    order: ClassVar[int] = 130
    group: ClassVar[str] = "Safety"
    for_everyone: ClassVar[bool] = True
    below_a_page: ClassVar[bool] = True

    type: Literal["crisis_line"] = "crisis_line"
