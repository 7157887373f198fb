"""A patient's words, with the consent they were given under."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from campaigns import settings
from campaigns.accounts.models import Role
from campaigns.planning.blocks import Block, Letter, Problem
from campaigns.planning.fields import Line, RichText

TEXAS = "US-TX"


class Testimonial(Block):
    """A patient's words: never without consent on file and what readers are told beside it.

    Tex. Occ. Code 101.201(b)(4) bans testimonials of any kind (its constitutionality is open, AG
    Op. JC-0342), so a clinic in Texas has none unless the installation allows them; elsewhere the
    legal approver signs (16 CFR 255.2, what is typical; 16 CFR 465, no invented ones).
    """

    name: ClassVar[str] = "Testimonial"
    purpose: ClassVar[str] = "A patient's words. Not allowed to clinics in Texas by default."
    order: ClassVar[int] = 158
    titled_by: ClassVar[str] = "attribution"

    type: Literal["testimonial"] = "testimonial"
    text: RichText = Field(
        title="What was said", description="As the person wrote it, shortened at most."
    )
    attribution: Line = Field(
        title="Who said it", description="As the person agreed to be named, such as first name."
    )
    consent: Line = Field(
        title="Where the signed consent is",
        description="Its number or place in your files. Readers do not see this.",
    )
    disclaimer: Line = Field(
        "One person's experience. Yours may differ.",
        title="What readers are told beside it",
        description="That it is not typical, and whether the person was paid.",
    )

    def problems(self, letter: Letter) -> Iterator[Problem]:
        """Not for clinics in Texas by default; elsewhere signed by the legal approver."""
        if TEXAS in letter.regions and not settings.current().texas_testimonials:
            yield Problem(
                field="",
                severity="block",
                message="Texas does not let a clinic advertise with testimonials "
                "(Tex. Occ. Code 101.201(b)(4)).",
                mend="Take this block out. Only on your lawyer's advice, whoever runs this "
                "installation can allow them: BEDSIDE_TEXAS_TESTIMONIALS.",
            )
        else:
            yield Problem(
                field="",
                severity="review",
                role=Role.LEGAL,
                message=f"A patient is quoted (consent: {self.consent}).",
                mend="The legal approver reads the consent and signs, or this block goes.",
            )
