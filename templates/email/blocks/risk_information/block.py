"""The approved risk statement."""

from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block
from campaigns.planning.fields import Line


class RiskInformation(Block):
    """The approved risk statement, in the size of all other text."""

    name: ClassVar[str] = "Safety information"
    purpose: ClassVar[str] = (
        "The approved statement of risks, in the size of all other text. Its words are fixed."
    )
    order: ClassVar[int] = 120
    group: ClassVar[str] = "Safety"
    for_everyone: ClassVar[bool] = True
    below_a_page: ClassVar[bool] = True

    type: Literal["risk_information"] = "risk_information"
    heading: Line = Field("Important safety information", title="Heading")
    statement: Literal["ketamine-1"] = Field(
        "ketamine-1",
        title="Statement",
        description="Approved words, which nobody can change here.",
    )
