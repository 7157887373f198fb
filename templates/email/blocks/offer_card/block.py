"""A promotion's best saving with its dates and conditions."""

from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block
from campaigns.planning.fields import Cta, Line, PromotionName, RichText


class OfferCard(Block):
    """A promotion's best saving, its dates and conditions: values come from the promotion only.

    Whether it shows a code, and whether each reader has one of their own, is the promotion's too.
    """

    name: ClassVar[str] = "Offer"
    purpose: ClassVar[str] = (
        "The best saving of a promotion with its dates and conditions. "
        "The figures come from the promotion itself."
    )
    order: ClassVar[int] = 70
    group: ClassVar[str] = "Offer and booking"
    needs_offer: ClassVar[bool] = True
    below_a_page: ClassVar[bool] = True
    takes_more: ClassVar[str] = "text"

    type: Literal["offer_card"] = "offer_card"
    promotion: PromotionName | None = Field(
        None,
        title="Promotion",
        description="Leave it empty for the only promotion of this campaign.",
    )
    eyebrow: Line | None = Field(None, title="Small line above")
    heading: Line | None = Field(
        None,
        title="Heading",
        description="Leave it empty to use what the promotion truly gives.",
    )
    text: RichText | None = Field(
        None,
        title="Text",
        description="Never type a price or a percentage: they are filled in.",
    )
    cta: Cta = Field(Cta(text="Choose a time", action="book"), title="Button")
