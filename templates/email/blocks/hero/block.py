"""The large heading that a message opens with."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block, Letter, Problem
from campaigns.planning.fields import Cta, Line, Picture, RichText


class Hero(Block):
    """The first thing read: one in a message, and its only heading of the first level."""

    name: ClassVar[str] = "Opening"
    purpose: ClassVar[str] = "The large heading a reader sees first. One in a message."
    order: ClassVar[int] = 20
    group: ClassVar[str] = "Beginning and end"
    once: ClassVar[bool] = True
    takes_more: ClassVar[str] = "text"

    type: Literal["hero"] = "hero"
    eyebrow: Line | None = Field(
        None,
        title="Small line above",
        description="Two or three words that say what kind of letter this is.",
    )
    heading: Line = Field(title="Heading", description="What this message is about, in one line.")
    text: RichText | None = Field(None, title="Text", description="A sentence or two that lead in.")
    image: Picture | None = Field(
        None, title="Picture", description="Shown above the heading, as wide as the message."
    )
    cta: Cta | None = Field(
        None, title="Button", description="Leave its words empty for no button."
    )

    def problems(self, letter: Letter) -> Iterator[Problem]:
        """Nobody's message begins without its heading."""
        if self.visibility:
            yield Problem(
                field="visibility",
                severity="warn",
                message="Readers outside this segment get a message without its large heading.",
                mend="Show the opening to everyone, and the parts below to the segment.",
            )
