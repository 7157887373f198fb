"""Who writes, from where, why, and how to stop it."""

from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block
from campaigns.planning.fields import Line


class Footer(Block):
    """Who writes, from where, why, and how to stop it: always last."""

    name: ClassVar[str] = "Footer"
    purpose: ClassVar[str] = (
        "Who writes, from where, why, and how to stop it. It always comes last."
    )
    order: ClassVar[int] = 900
    group: ClassVar[str] = "Beginning and end"
    once: ClassVar[bool] = True
    stands: ClassVar[Literal["first", "anywhere", "last"]] = "last"
    why_there: ClassVar[str] = (
        "Stays last: it carries the postal address and the link to unsubscribe."
    )
    why_it_stays: ClassVar[str] = (
        "The footer stays: it carries the postal address and the link to unsubscribe, "
        "which the law asks for."
    )
    for_everyone: ClassVar[bool] = True
    below_a_page: ClassVar[bool] = True

    type: Literal["footer"] = "footer"
    reason: Line | None = Field(
        None,
        title="Why readers get this",
        description="Leave it empty for the usual sentence.",
    )
