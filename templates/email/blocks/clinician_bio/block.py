"""Who cares for readers: a clinician of the clinic."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from campaigns.planning import lighttext
from campaigns.planning.blocks import Block, Letter, Problem
from campaigns.planning.fields import Cta, Line, Picture, RichText

_CERTIFIED = re.compile(r"\bboard[- ](?:certified|eligible|qualified)\b", re.IGNORECASE)


class ClinicianBio(Block):
    """A clinician with credentials and role, in words that can be held against a register."""

    name: ClassVar[str] = "About a clinician"
    purpose: ClassVar[str] = "Who works at the clinic: name, credentials, role, and a few words."
    order: ClassVar[int] = 155
    titled_by: ClassVar[str] = "person"
    takes_more: ClassVar[str] = "text"

    type: Literal["clinician_bio"] = "clinician_bio"
    photo: Picture | None = Field(
        None, title="Photo", description="Of this person, not of a model."
    )
    person: Line = Field(title="Name")
    credentials: Line | None = Field(
        None,
        title="Credentials",
        description="As the licence has them, such as MD, or APRN, FNP-C.",
    )
    role: Line = Field(title="Role", description="What this person does at the clinic.")
    text: RichText = Field(title="Text", description="Training, and what readers can ask about.")
    cta: Cta | None = Field(
        None, title="Button", description="Leave its words empty for no button."
    )

    def problems(self, letter: Letter) -> Iterator[Problem]:
        """A certification is named with its board, and eligible is no certification."""
        said = {
            "credentials": self.credentials or "",
            "role": self.role,
            "text": lighttext.plain(self.text),
        }
        for field, words in said.items():
            for found in _CERTIFIED.finditer(words):
                if found.group().lower().endswith("certified"):
                    yield Problem(
                        field=field,
                        severity="review",
                        message=f"“{found.group()}” may be said of listed boards only.",
                        mend="Name the board in full; the clinical approver looks it up.",
                        sentence=words,
                    )
                else:
                    yield Problem(
                        field=field,
                        severity="block",
                        message=f"“{found.group()}” may not be said: it is no certification.",
                        mend="Take it out.",
                        sentence=words,
                    )
