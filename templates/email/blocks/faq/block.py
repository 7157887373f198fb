"""Questions that readers ask, with their answers."""

from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block
from campaigns.planning.fields import Line, Question


class Faq(Block):
    """Up to six questions with their answers."""

    name: ClassVar[str] = "Questions and answers"
    purpose: ClassVar[str] = "Up to six questions readers ask, with their answers."
    order: ClassVar[int] = 110

    type: Literal["faq"] = "faq"
    heading: Line = Field(title="Heading")
    items: list[Question] = Field(
        title="Questions", description="One to six.", min_length=1, max_length=6
    )
