"""Steps of an explanation, and how good the evidence for it is."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning import lighttext, statements
from campaigns.planning.blocks import Block, Letter, Problem
from campaigns.planning.fields import Line, RichText, Source, Step

_KETAMINE = re.compile(r"\b(?:es)?ketamine\b", re.IGNORECASE)


class HowItWorks(Block):
    """Steps of an explanation, and how good the evidence for it is."""

    name: ClassVar[str] = "How it works"
    purpose: ClassVar[str] = "Numbered steps, with a note on how good the evidence is."
    order: ClassVar[int] = 60
    takes_more: ClassVar[str] = "evidence"

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

    def problems(self, letter: Letter) -> Iterator[Problem]:
        """Ketamine is explained only beside what it is approved for."""
        texts = [self.intro or "", *(each.text for each in self.steps), self.evidence]
        said = " ".join([self.heading, *(lighttext.plain(each) for each in texts)])
        titles = " ".join(each.title for each in self.steps)
        found = _KETAMINE.search(f"{said} {titles}")
        if found and not statements.says_off_label(said):
            yield Problem(
                field="evidence",
                severity="block",
                message=f"“{found.group()}” is explained without the off-label statement.",
                mend="Say under What the evidence says that the FDA has approved ketamine only as "
                "an anesthetic and that this use is off-label.",
            )
