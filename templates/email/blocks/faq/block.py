"""Questions that readers ask, with their answers."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block, Letter, Problem
from campaigns.planning.fields import Line, Question


class Faq(Block):
    """Up to six questions with their answers."""

    name: ClassVar[str] = "Questions and answers"
    purpose: ClassVar[str] = "Up to six questions readers ask, with their answers."
    order: ClassVar[int] = 110

    type: Literal["faq"] = "faq"
    heading: Line = Field(title="Heading")
    items: list[Question] = Field(
        title="Questions", description="One to six.", min_length=1, max_length=6
    )

    def problems(self, letter: Letter) -> Iterator[Problem]:
        """Each question is one, and is asked once."""
        asked: set[str] = set()
        for number, each in enumerate(self.items):
            if not each.question.endswith(("?", "？", "؟")):
                yield Problem(
                    field=f"items.{number}.question",
                    severity="warn",
                    message="This does not end with a question mark.",
                    mend="Ask it as a reader would.",
                    sentence=each.question,
                )
            if each.question.casefold() in asked:
                yield Problem(
                    field=f"items.{number}.question",
                    severity="warn",
                    message="This question is asked twice.",
                    mend="Take one of them out.",
                    sentence=each.question,
                )
            asked.add(each.question.casefold())
