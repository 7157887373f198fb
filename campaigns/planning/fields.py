"""What a field of a block can hold: lines, rich text, links, pictures, moments, and small parts.

Each type carries how a form asks for it (`As`), so that a field is written once: its type, its
label and its help stand in one line of the block's record.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, ClassVar, Literal, Self
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)

from campaigns.planning import placeholders, richtext
from campaigns.planning.richtext import sanitise

Kind = Literal[
    "line", "lines", "long", "rich", "url", "choice", "group", "rows", "fixed",
    "picture", "moment", "zone", "segment", "promotion",
]  # fmt: skip
"""The controls that a form has."""

NOT_WORDS = frozenset(
    {
        "id", "type", "version", "background", "spacing", "visibility", "network",
        "promotion", "statement", "action", "url", "link", "file", "starts", "ends", "zone",
        "consent",
    }
)  # fmt: skip
"""Fields of blocks, by name, that hold no words for readers: no text in them is ever rewritten."""

_VAGUE = re.compile(r"(?:click|tap|press)(?: (?:here|now|this))?", re.IGNORECASE)
_MOMENT = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class As:
    """Which control a form asks for a value with."""

    kind: Kind


class Choices:
    """What the choices of a field are called, by what is stored; `""` is said of none of them."""

    def __init__(self, named: Mapping[str, str]) -> None:
        self.named = named


def _one_line(text: str) -> str:
    if any(not each.isprintable() for each in text):
        raise ValueError("must be a single line of text")
    return placeholders.check(text)


def _says_something(text: str) -> str:
    words = text.split()
    if len(words) < 2 or _VAGUE.fullmatch(text):
        raise ValueError("say where it leads in two words or more, such as 'Book a visit'")
    return text


def _on_the_wall(moment: datetime) -> datetime:
    if moment.tzinfo is not None:
        raise ValueError("write date and time as a clock on the wall shows them, without a zone")
    return moment.replace(second=0, microsecond=0)


@cache
def zones() -> tuple[str, ...]:
    """Every time zone that can be named, by continent and city."""
    return tuple(
        sorted(each for each in available_timezones() if "/" in each and each[:3] != "Etc")
    )


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"there is no time zone {name[:60]!r}; write one like America/Chicago")
    return name


def _as_segments_are_named(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise ValueError(f"no segment is named {name!r}: choose one of those there are")
    return name


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=250),
    AfterValidator(_one_line),
    As("line"),
]
"""One line of plain text; may carry named values such as `{clinic}`."""
RichText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=12_000),
    AfterValidator(placeholders.check),
    AfterValidator(sanitise),
    As("rich"),
]
"""Paragraphs and lists with bold, italic and links; everything else is taken out."""
MOST_PAGE_BYTES = 200_000
"""The longest page of somebody's own; what is sent of it is held to the limits of mail programs."""


def _page(text: str) -> placeholders.Verbatim:
    size = len(text.encode(errors="replace"))
    if size > MOST_PAGE_BYTES:
        raise ValueError(
            f"this has {size // 1000} kB; a page may have {MOST_PAGE_BYTES // 1000} kB, and mail "
            "programs cut off messages of more than 100 kB"
        )
    return placeholders.Verbatim(text)


OwnPage = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(_page),
    As("long"),
]
"""A whole page that was written elsewhere, as it was pasted."""
Link = Annotated[richtext.Link, As("url")]
"""A whole web address."""
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
"""A short name for programs and addresses."""
ButtonText = Annotated[Line, AfterValidator(_says_something)]
"""Words that say where a button leads: two or more, and not "click here"."""
PictureName = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{20}\.(?:png|jpg)$")]
"""A picture that was uploaded, by the name that is made of its content."""
Moment = Annotated[
    datetime,
    AfterValidator(_on_the_wall),
    PlainSerializer(lambda moment: moment.strftime(_MOMENT), return_type=str),
    As("moment"),
]
"""Date and time as a clock on the wall shows them; the zone is a field beside it."""
Zone = Annotated[str, AfterValidator(_known_zone), As("zone")]
"""A time zone by its name, such as America/Chicago."""
SegmentName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(_as_segments_are_named),
    As("segment"),
]
"""A segment by its short name."""
PromotionName = Annotated[Line, As("promotion")]
"""A promotion of this campaign by its short name."""
ACTIONS: Mapping[str, str] = {
    "book": "The booking page",
    "call": "A call to the clinic",
    "reply": "A reply by email",
    "": "A web address",
}
Action = Annotated[Literal["book", "call", "reply"], Choices(ACTIONS)]
"""Where a button leads without an address of its own."""


class Part(BaseModel):
    """A few fields that belong together; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    asks: ClassVar[str] = "Add a row"
    """What the button says that adds one more of it to a list."""


class Cta(Part):
    """A button: its words, and where it leads."""

    asks: ClassVar[str] = "Add a button"

    text: ButtonText = Field(
        title="Words on the button",
        description="Say where it leads in two words or more, such as Book a visit.",
    )
    action: Action | None = Field(None, title="Where it leads")
    url: Link | None = Field(
        None, title="Web address", description="Only when it leads to a web address."
    )

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if (self.url is None) == (self.action is None):
            raise ValueError("needs either a url or an action (book, call, reply), not both")
        return self


class Source(Part):
    """Where a statement can be checked."""

    asks: ClassVar[str] = "Add a source"

    title: Line = Field(title="Title", description="Who published it, and what it is called.")
    url: Link | None = Field(
        None, title="Web address", description="Leave it empty if there is none."
    )
    date: Line = Field(
        title="Date", description="When it was published or last reviewed, such as July 2024."
    )


class Item(Part):
    """A name and what is to be said about it."""

    asks: ClassVar[str] = "Add a card"

    name: Line = Field(title="Name")
    text: Line = Field(title="What is said about it")


class Step(Part):
    """One step of an explanation."""

    asks: ClassVar[str] = "Add a step"

    title: Line = Field(title="Title")
    text: RichText = Field(title="Text")


class Question(Part):
    """A question and its answer."""

    asks: ClassVar[str] = "Add a question"

    question: Line = Field(title="Question", description="As a reader would ask it.")
    answer: RichText = Field(title="Answer")


class Picture(Part):
    """A picture, and what is said to readers who do not see it."""

    asks: ClassVar[str] = "Add a picture"

    file: PictureName = Field(title="Picture")
    alt: Line = Field(
        title="What it shows",
        description="Read aloud to readers who cannot see it, and shown where pictures are off.",
    )
