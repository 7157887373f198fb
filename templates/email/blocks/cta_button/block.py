"""One button that leads somewhere."""

from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block
from campaigns.planning.fields import Cta, RichText


class CtaButton(Cta, Block):
    """One button that leads somewhere."""

    name: ClassVar[str] = "Button"
    purpose: ClassVar[str] = "One button that leads somewhere."
    order: ClassVar[int] = 100
    group: ClassVar[str] = "Offer and booking"
    titled_by: ClassVar[str] = "text"
    takes_more: ClassVar[str] = "note"

    type: Literal["cta_button"] = "cta_button"
    note: RichText | None = Field(None, title="Text under the button")
