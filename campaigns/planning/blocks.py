"""What every block is: typed fields, words for the people who write, its place, its own checks.

A block is one folder, `templates/email/blocks/<type>/`; its `block.py` holds a record made of
`Block`. See docs/adding-a-block.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import Field, field_validator

from campaigns.accounts.models import Role
from campaigns.contacts.models import Topic
from campaigns.planning.fields import Choices, Part, SegmentName, Slug

_B = TypeVar("_B", bound="Block")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a block finds wrong with itself, and how it is mended."""

    field: str
    """The path within the block, such as `text` or `items.2.text`; empty: the whole block."""
    severity: Literal["block", "review", "warn"]
    """A block stops the campaign, a review needs a signature, a warning is only said."""
    message: str
    mend: str
    sentence: str = ""
    """The words it is about."""
    role: Role = Role.CLINICAL
    """Whose signature a review needs."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The message that a block is checked in, as it would be sent."""

    blocks: "tuple[Block, ...]"
    """All blocks in order, with named values such as `{clinic}` in place."""
    now: datetime
    """In the clinic's zone."""
    topic: Topic = Topic.EDUCATION
    language: str = "en"
    regions: frozenset[str] = frozenset()
    """Where the clinic and its locations are, such as `US-TX`."""

    def has(self, *kinds: str) -> bool:
        """Whether it has a block of any of these types."""
        return any(each.type in kinds for each in self.blocks)


class Block(Part):
    """What every block has: an id of its own in the message, how it stands, and who sees it."""

    name: ClassVar[str]
    """What people call it, in the menu and in the list."""
    purpose: ClassVar[str]
    """What it is for, in a sentence."""
    order: ClassVar[int] = 500
    """Its place in the menu: lower goes first."""
    group: ClassVar[str] = "Content"
    """The heading that it stands under in the menu."""
    titled_by: ClassVar[str] = "heading"
    """The field whose words tell one block of this kind from another."""
    takes_more: ClassVar[str] = ""
    """The rich text that may get one more paragraph of approved words; empty: none."""
    once: ClassVar[bool] = False
    """Whether a message has at most one."""
    stands: ClassVar[Literal["first", "anywhere", "last"]] = "anywhere"
    why_there: ClassVar[str] = ""
    """Said of a block that cannot be moved."""
    why_it_stays: ClassVar[str] = ""
    """Said to whoever would remove it; empty: it may go."""
    stands_alone: ClassVar[bool] = False
    """Whether it is the whole message, below which only what the law asks for may stand."""
    below_a_page: ClassVar[bool] = False
    """Whether it may stand below a block that is the whole message."""
    in_menu: ClassVar[bool] = True
    needs_offer: ClassVar[bool] = False
    """Whether only a campaign that carries a promotion can have it."""
    for_everyone: ClassVar[bool] = False
    """Whether every reader gets it: what the law asks for is kept from nobody."""

    type: str
    id: Slug | None = None
    background: Annotated[
        Literal["plain", "soft"], Choices({"plain": "Plain", "soft": "Soft tint"})
    ] = Field("plain", title="Background")
    spacing: Annotated[
        Literal["normal", "tight", "roomy"],
        Choices({"normal": "Normal", "tight": "Close together", "roomy": "With more room"}),
    ] = Field("normal", title="Room around it")
    visibility: SegmentName | None = Field(
        None,
        title="Who sees it",
        description="Everyone, or only the readers of one segment.",
    )

    @field_validator("visibility")
    @classmethod
    def _is_kept_from_nobody(cls, segment: str | None) -> str | None:
        if segment is not None and cls.for_everyone:
            raise ValueError("every reader is shown this; it cannot be for one segment")
        return segment

    def problems(self, letter: Letter) -> Iterator[Problem]:
        """What is wrong with this block in this message, beyond what its fields can hold."""
        yield from ()


EVERY_BLOCK = ("background", "spacing", "visibility")
"""The fields that come with `Block`; forms ask for them last."""
