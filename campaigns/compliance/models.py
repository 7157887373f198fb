"""Finding."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.database import Base, WithId, words


class Severity(StrEnum):
    """How bad a finding is: a block stops, a review needs a named approver's signature."""

    BLOCK = "block"
    REVIEW = "review"
    WARN = "warn"


class StoredFinding(WithId, Base):
    """One thing wrong with a version as it was submitted, and its mend."""

    __tablename__ = "finding"

    version_id: Mapped[int] = mapped_column(ForeignKey("campaign_version.id"), index=True)
    rule: Mapped[str]
    severity: Mapped[Severity] = mapped_column(words(Severity, "severity"))
    role: Mapped[str] = mapped_column(default="")
    place: Mapped[str]
    field: Mapped[str] = mapped_column(default="", server_default="")
    sentence: Mapped[str]
    message: Mapped[str]
    mend: Mapped[str]
    source: Mapped[str]
    found_at: Mapped[datetime]
