"""The clinic's mark and name, at the top of every message."""

from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block
from campaigns.planning.fields import Line, Link


class Header(Block):
    """The clinic's mark and name; the logo and the words for it come from the brand."""

    name: ClassVar[str] = "Header"
    purpose: ClassVar[str] = "The clinic's mark and name. It always comes first."
    order: ClassVar[int] = 10
    group: ClassVar[str] = "Beginning and end"
    once: ClassVar[bool] = True
    stands: ClassVar[Literal["first", "anywhere", "last"]] = "first"
    why_there: ClassVar[str] = "Stays first."
    for_everyone: ClassVar[bool] = True

    type: Literal["header"] = "header"
    tagline: Line | None = Field(
        None,
        title="Line under the name",
        description="For example the town, or what the clinic does.",
    )
    link: Link | None = Field(
        None,
        title="Where the mark leads",
        description="A web address. Leave it empty for no link.",
    )
