"""Words of someone, with who said them."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block, Letter, Problem
from campaigns.planning.fields import Line, RichText

_PATIENT = re.compile(r"\b(?:patients?|clients?|recovered|treated)\b", re.IGNORECASE)


class Quote(Block):
    """Words of someone of the clinic, with who said them; a patient's are a testimonial."""

    name: ClassVar[str] = "Quote"
    purpose: ClassVar[str] = "Words of someone, with who said them."
    order: ClassVar[int] = 150
    takes_more: ClassVar[str] = "text"

    type: Literal["quote"] = "quote"
    text: RichText = Field(
        title="What was said",
        description="Of somebody at the clinic. A patient's words belong into a Testimonial.",
    )
    source: Line = Field(title="Who said it")

    def problems(self, letter: Letter) -> Iterator[Problem]:
        """A patient's words are a testimonial, which has rules of its own."""
        found = _PATIENT.search(self.source)
        if found:
            yield Problem(
                field="source",
                severity="block",
                message=f"“{found.group()}”: a patient's words are a testimonial.",
                mend="Quote somebody of the clinic, or use the block Testimonial, which asks for "
                "the consent.",
                sentence=self.source,
            )
