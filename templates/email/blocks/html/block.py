"""A whole message that was made with another tool, as it was pasted."""

from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block
from campaigns.planning.fields import OwnPage


class Html(Block):
    """A whole page of somebody's own: cleaned, completed and inlined when it is rendered."""

    name: ClassVar[str] = "Your own HTML"
    purpose: ClassVar[str] = "A whole message that you made with another tool."
    order: ClassVar[int] = 950
    group: ClassVar[str] = "Beginning and end"
    once: ClassVar[bool] = True
    stands: ClassVar[Literal["first", "anywhere", "last"]] = "first"
    why_there: ClassVar[str] = "It is the whole message; what the law asks for may follow it."
    why_it_stays: ClassVar[str] = "It is the whole message. Go back to blocks to build one here."
    stands_alone: ClassVar[bool] = True
    in_menu: ClassVar[bool] = False
    for_everyone: ClassVar[bool] = True

    type: Literal["html"] = "html"
    source: OwnPage = Field(
        title="HTML",
        description="The whole message, from <!DOCTYPE html> to </html>.",
    )
