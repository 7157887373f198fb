"""A heading and text, with the sources of what it says."""

from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block
from campaigns.planning.fields import Cta, Line, Picture, RichText, Source


class Article(Block):
    """A heading and text, with the sources of what it says."""

    name: ClassVar[str] = "Article"
    purpose: ClassVar[str] = "A heading and text, with the sources of what it says."
    order: ClassVar[int] = 40
    takes_more: ClassVar[str] = "text"

    type: Literal["article"] = "article"
    eyebrow: Line | None = Field(
        None, title="Small line above", description="Such as The basics, or Questions we hear."
    )
    heading: Line = Field(title="Heading")
    text: RichText = Field(title="Text")
    image: Picture | None = Field(
        None, title="Picture", description="Shown between the heading and the text."
    )
    sources: list[Source] = Field(
        [],
        title="Sources",
        description="Where a reader can check what the text says. Health statements need one.",
    )
    cta: Cta | None = Field(
        None, title="Button", description="Leave its words empty for no button."
    )
