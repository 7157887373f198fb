"""How to book: online, or by phone at these hours."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block, Letter, Problem
from campaigns.planning.fields import Cta, Line, RichText


class BookingCard(Block):
    """How to book: online, or by phone at these hours."""

    name: ClassVar[str] = "How to book"
    purpose: ClassVar[str] = "Book online, or by phone at these hours."
    order: ClassVar[int] = 90
    group: ClassVar[str] = "Offer and booking"
    below_a_page: ClassVar[bool] = True
    takes_more: ClassVar[str] = "text"

    type: Literal["booking_card"] = "booking_card"
    heading: Line = Field(title="Heading")
    text: RichText | None = Field(None, title="Text")
    hours: list[Line] = Field(
        [],
        title="Phone hours",
        description="One line each, such as Monday to Friday, 9 am to 5 pm.",
    )
    cta: Cta = Field(Cta(text="Book online", action="book"), title="Button")

    def problems(self, letter: Letter) -> Iterator[Problem]:
        """Who is asked to call knows when somebody answers."""
        if self.cta.action == "call" and not self.hours:
            yield Problem(
                field="hours",
                severity="warn",
                message="Readers are asked to call, and are not told when somebody answers.",
                mend="Write the hours of the phone, one line each.",
            )
