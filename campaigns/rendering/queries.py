"""What other rooms ask about frozen content and its links."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ARRAY, Row, Text, cast, func, or_, select

from campaigns.database import Session
from campaigns.errors import NotFound
from campaigns.planning.models import Campaign, CampaignVersion
from campaigns.rendering.models import CampaignLink, Picture, Program

_PICTURE = r"[0-9a-f]{20}\.(?:png|jpg)"
_WORDS = ARRAY(Text)


def program_of(
    session: Session, version_id: int, *, variant: str = "", language: str = "en"
) -> Program | None:
    """The frozen content of a version (unique index), None before it was rendered."""
    return session.scalar(
        select(Program).where(
            Program.version_id == version_id,
            Program.variant == variant,
            Program.language == language,
        )
    )


def links(session: Session, campaign_id: int) -> list[CampaignLink]:
    """Every link of a campaign over all its versions, by number (primary key)."""
    query = select(CampaignLink).where(CampaignLink.campaign_id == campaign_id)
    return list(session.scalars(query.order_by(CampaignLink.index)))


def link(session: Session, *, campaign_id: int, index: int) -> CampaignLink:
    """Where link `index` of a campaign leads (primary key); raises NotFound."""
    found = session.get(CampaignLink, (campaign_id, index))
    if found is None:
        raise NotFound("This link is not part of that message.")
    return found


def picture_sizes(session: Session, names: set[str]) -> Sequence[Row[str, str | None, int, int]]:
    """Names and sizes of these pictures and of them made smaller (primary key, ix_picture_of)."""
    if not names:
        return []
    query = select(Picture.name, Picture.of, Picture.width, Picture.height)
    return session.execute(query.where(or_(Picture.name.in_(names), Picture.of.in_(names)))).all()


def shelf(
    session: Session, *, page: int, size: int
) -> Sequence[Row[str, str, int, int, bool, datetime, int]]:
    """Pictures without their content, newest first (ix_picture_newest); one more than a page."""
    query = (
        select(
            Picture.name,
            Picture.file_name,
            Picture.width,
            Picture.height,
            Picture.was_logo,
            Picture.made_at,
            func.octet_length(Picture.content).label("bytes"),
        )
        .where(Picture.of.is_(None))
        .order_by(Picture.made_at.desc(), Picture.name)
        .offset((page - 1) * size)
        .limit(size + 1)
    )
    return session.execute(query).all()


def shown_in(session: Session, names: set[str]) -> dict[str, list[str]]:
    """The titles of the campaigns that show these pictures now, by picture.

    Reads the newest version of every campaign (its unique constraint): for a page of the library.
    """
    found = func.regexp_matches(cast(CampaignVersion.blocks, Text), _PICTURE, "g", type_=_WORDS)
    each = (
        select(Campaign.title, found.label("names"))
        .join(CampaignVersion, CampaignVersion.campaign_id == Campaign.id)
        .where(CampaignVersion.revision == Campaign.revision)
        .subquery()
    )
    query = select(each.c.names[1].label("name"), each.c.title).distinct().order_by(each.c.title)
    shown: dict[str, list[str]] = {}
    for row in session.execute(query.where(each.c.names[1].in_(names))):
        shown.setdefault(row.name, []).append(row.title)
    return shown


def shows(session: Session, name: str) -> list[str]:
    """The titles of campaigns of which any version, or a frozen message, shows this picture.

    Reads every version and program: asked only where a picture is to be removed.
    """
    stem = name.partition(".")[0]
    written = select(CampaignVersion.campaign_id).where(
        cast(CampaignVersion.blocks, Text).contains(stem)
    )
    frozen = select(Program.campaign_id).where(cast(Program.content, Text).contains(stem))
    query = select(Campaign.title).where(or_(Campaign.id.in_(written), Campaign.id.in_(frozen)))
    return list(session.scalars(query.order_by(Campaign.title)))
