"""Words of someone, with who said them."""

from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block
from campaigns.planning.fields import Line, RichText


class Quote(Block):
    """Words of someone of the clinic, with who said them; a patient's are a testimonial."""

    name: ClassVar[str] = "Quote"
    purpose: ClassVar[str] = "Words of someone, with who said them."
    order: ClassVar[int] = 150

    type: Literal["quote"] = "quote"
    text: RichText = Field(
        title="What was said",
        description="Of somebody at the clinic. A patient's words belong into a Testimonial.",
    )
    source: Line = Field(title="Who said it")
