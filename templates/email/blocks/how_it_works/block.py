"""Steps of an explanation, and how good the evidence for it is."""

from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block
from campaigns.planning.fields import Line, RichText, Source, Step


class HowItWorks(Block):
    """Steps of an explanation, and how good the evidence for it is."""

    name: ClassVar[str] = "How it works"
    purpose: ClassVar[str] = "Numbered steps, with a note on how good the evidence is."
    order: ClassVar[int] = 60

    type: Literal["how_it_works"] = "how_it_works"
    heading: Line = Field(title="Heading")
    intro: RichText | None = Field(None, title="Text before the steps")
    steps: list[Step] = Field(
        title="Steps", description="One to eight, in order.", min_length=1, max_length=8
    )
    evidence: RichText = Field(
        title="What the evidence says",
        description="How sure is it, and for whom? Readers see this in a box of its own.",
    )
    sources: list[Source] = Field([], title="Sources", description="Where a reader can check it.")
