"""What a clinic decided about the look of its messages: one typed record, kept as one document.

Its postal address, phone, website and privacy notice are facts of the organisation and stand there.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from campaigns.accounts.organisation import Line
from campaigns.rendering.typescale import Face, ScaleName

PRIMARY = "#1d5c63"
ACCENT = "#e8c07d"
LOGO = "logo.png"
MOST_SOCIAL = 6

Page = Literal["sand", "mist", "sage", "rose", "white"]
Hex = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^#[0-9a-fA-F]{6}$")
]
_TO_FILL = re.compile(r"[{}]|\*\||\|\*|%%|<%|\[\[")


def _as_it_is_read(text: str) -> str:
    if _TO_FILL.search(text):
        raise ValueError(
            "write it as readers shall read it; nothing in braces or the like is filled in here"
        )
    return text


Sentence = Annotated[
    Line,
    StringConstraints(strip_whitespace=True, max_length=300),
    AfterValidator(_as_it_is_read),
]
SecureAddress = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https://[^\s<>\"]+$")]


def _width(given: object) -> object:
    """An earlier version kept the figure as text; a logo is 16 to 220 points wide."""
    number = int(given) if isinstance(given, str) and given.isdecimal() else given
    return min(max(number, 16), 220) if isinstance(number, int) and number else number


class SocialLink(BaseModel):
    """A page of the clinic elsewhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[
        Line,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=40),
        AfterValidator(_as_it_is_read),
    ]
    url: SecureAddress


class Footer(BaseModel):
    """What every message says at its end, beside the address and the links that must be there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: Sentence = ""
    """A line about the clinic."""
    licence: Sentence = ""
    """Who is licensed, where, under which number."""
    reason: Sentence = ""
    """Why a reader gets it; empty: our own sentence for the topic."""
    social: Annotated[tuple[SocialLink, ...], Field(max_length=MOST_SOCIAL)] = ()


class Measured(BaseModel):
    """Two colours that meet in a message, and how far apart they were when they were saved."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    where: str
    scheme: Literal["light", "dark"]
    ink: Hex
    ground: Hex
    needed: float
    ratio: float
    """Rounded down, so that it never says more than there is."""


class BrandRecord(BaseModel):
    """The record; what it does not say has its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    primary: Hex = PRIMARY
    accent: Hex = ACCENT
    page: Page = "sand"
    """The ground around the letter."""
    scale: ScaleName = "comfortable"
    headings: Face = "serif"
    logo: str = LOGO
    logo_width: Annotated[int, BeforeValidator(_width)] = 44
    footer: Footer = Footer()
    contrast: tuple[Measured, ...] = ()

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """The record as it is stored; what cannot be read of it counts as not said."""
        try:
            return cls.model_validate(stored)
        except ValidationError as error:
            wrong = {each["loc"][0] for each in error.errors()}
            return cls.model_validate({k: v for k, v in stored.items() if k not in wrong})

    def stored(self) -> dict[str, Any]:
        """The document: only what was decided, so that a better default reaches everybody else."""
        return self.model_dump(mode="json", exclude_unset=True)
