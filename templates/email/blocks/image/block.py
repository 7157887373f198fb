"""A picture of its own."""

from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block
from campaigns.planning.fields import Line, Link, Picture


class Image(Block):
    """A picture with what it shows in words; it may lead somewhere."""

    name: ClassVar[str] = "Picture"
    purpose: ClassVar[str] = "A picture, with a line under it if you like."
    order: ClassVar[int] = 45
    titled_by: ClassVar[str] = "caption"

    type: Literal["image"] = "image"
    image: Picture = Field(title="Picture")
    caption: Line | None = Field(
        None, title="Line under it", description="Such as who took it, or where."
    )
    link: Link | None = Field(
        None, title="Where it leads", description="A web address. Leave it empty for no link."
    )
