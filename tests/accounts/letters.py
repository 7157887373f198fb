"""The links that letters to the people of the clinic carry."""

from typing import Any

from sqlalchemy import select

from campaigns.database import Session
from campaigns.notices import Notice


def letters(session: Session, kind: str) -> list[Notice]:
    """The letters of this kind that were left, oldest first."""
    return list(session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)))


def token(session: Session, kind: str) -> str:
    """The token of the link in the newest letter of this kind."""
    context: dict[str, Any] = letters(session, kind)[-1].context
    (url,) = (str(value) for name, value in context.items() if name.endswith("_url"))
    return url.rpartition("/")[2]
