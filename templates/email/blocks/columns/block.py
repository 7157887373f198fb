"""Two short texts beside each other."""

from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block
from campaigns.planning.fields import Cta, Line, Part, Picture, RichText


class Column(Part):
    """One of the texts that stand beside each other."""

    asks: ClassVar[str] = "Add a column"

    image: Picture | None = Field(None, title="Picture", description="Shown above the heading.")
    heading: Line = Field(title="Heading")
    text: RichText | None = Field(None, title="Text")
    cta: Cta | None = Field(
        None, title="Button", description="Leave its words empty for no button."
    )


class Columns(Block):
    """Two or three short texts beside each other; on a phone one below the other."""

    name: ClassVar[str] = "Columns"
    purpose: ClassVar[str] = "Two or three short texts beside each other, each with a button."
    order: ClassVar[int] = 48

    type: Literal["columns"] = "columns"
    heading: Line | None = Field(None, title="Heading over them")
    columns: list[Column] = Field(
        title="Columns",
        description="Two or three. They stand below each other on a phone.",
        min_length=2,
        max_length=3,
    )
