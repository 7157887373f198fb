"""A thin line between two parts."""

from typing import ClassVar, Literal

from campaigns.planning.blocks import Block


class Divider(Block):
    """A thin line."""

    name: ClassVar[str] = "Divider"
    purpose: ClassVar[str] = "A thin line between two parts."
    order: ClassVar[int] = 140

    type: Literal["divider"] = "divider"
