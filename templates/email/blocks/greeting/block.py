"""A hello by first name."""

from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block
from campaigns.planning.fields import Line, RichText


class Greeting(Block):
    """A hello by first name; the fallback stands where none is known."""

    name: ClassVar[str] = "Greeting"
    purpose: ClassVar[str] = "A hello with the reader's first name."
    order: ClassVar[int] = 30
    group: ClassVar[str] = "Beginning and end"
    once: ClassVar[bool] = True
    takes_more: ClassVar[str] = "text"

    type: Literal["greeting"] = "greeting"
    hello: Line = Field("Hello", title="Hello", description="The word before the name.")
    fallback: Line = Field(
        title="When no name is known",
        description="Stands in place of the name: Hello there.",
    )
    text: RichText | None = Field(None, title="Text after the hello")
