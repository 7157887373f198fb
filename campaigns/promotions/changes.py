"""What a file of packages or promotions changed, for people and for the audit."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from campaigns.accounts import audit
from campaigns.accounts.models import User
from campaigns.database import Session


@dataclass(slots=True)
class Report:
    """What a file changed, by code."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    slots: int = 0

    @property
    def has_changes(self) -> bool:
        """Whether anything is different now."""
        return bool(self.created or self.changed or self.slots)


def as_json(values: dict[str, Any]) -> dict[str, Any]:
    """Values as they can be kept in the audit."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def say(
    session: Session,
    actor: User,
    verb: str,
    subject: str,
    *,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
) -> None:
    """Note one change in the audit."""
    audit.record(
        session, actor=actor, verb=verb, subject=subject, before=before, after=as_json(after)
    )
