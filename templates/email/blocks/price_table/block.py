"""Regular and offer prices, computed from the promotion."""

from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block
from campaigns.planning.fields import Line, PromotionName, RichText


class PriceTable(Block):
    """Regular and offer prices of the day it is handed in, computed from the promotion."""

    name: ClassVar[str] = "Price table"
    purpose: ClassVar[str] = "Regular and offer prices side by side, worked out from the promotion."
    order: ClassVar[int] = 80
    group: ClassVar[str] = "Offer and booking"
    needs_offer: ClassVar[bool] = True
    below_a_page: ClassVar[bool] = True
    takes_more: ClassVar[str] = "note"

    type: Literal["price_table"] = "price_table"
    promotion: PromotionName | None = Field(
        None,
        title="Promotion",
        description="Leave it empty for the only promotion of this campaign.",
    )
    heading: Line = Field(title="Heading")
    note: RichText | None = Field(
        None,
        title="Text under the table",
        description="The day of the prices is said there by itself.",
    )
