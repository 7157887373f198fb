"""What a campaign is called: a title that people type, and the name in its address made from it."""

import re
import unicodedata

from sqlalchemy import select

from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.planning.models import Campaign

LONGEST_TITLE = 120
LONGEST_NAME = 80
RESERVED = frozenset({"new"})
"""Words that stand for something else in an address."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,79}")
_FALLBACK = "newsletter"


def tidy_title(title: str) -> str:
    """The title as it is kept; raises Invalid where it is empty, too long or not one line."""
    tidy = " ".join(title.split())
    if not tidy:
        raise Invalid("Give it a title: what you and your colleagues call it.")
    if len(tidy) > LONGEST_TITLE or not tidy.isprintable():
        raise Invalid(f"A title is one line of at most {LONGEST_TITLE} characters.")
    return tidy


def check_name(name: str) -> str:
    """The name itself; raises Invalid where no campaign can be called so."""
    if not _NAME.fullmatch(name):
        raise Invalid(f"{name!r} cannot name a campaign: use a-z, 0-9 and hyphens.")
    if name in RESERVED:
        raise Invalid(f"{name!r} cannot name a campaign: the word is taken. Choose another.")
    return name


def free_name(session: Session, title: str) -> str:
    """A name made from this title that no campaign has yet (unique index on name)."""
    stem = _slug(title)
    taken = set(
        session.scalars(
            select(Campaign.name).where(
                (Campaign.name == stem) | Campaign.name.startswith(f"{stem}-", autoescape=True)
            )
        )
    )
    tried = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 4))]
    return next(each for each in tried if each not in taken | RESERVED)


def copy_title(title: str) -> str:
    """What the duplicate of a campaign of this title is called at first."""
    return f"{title[: LONGEST_TITLE - 7]} (copy)"


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: LONGEST_NAME - 6].strip("-")
    return slug if len(slug) > 1 and not slug.isdecimal() else f"{_FALLBACK}-{slug}".strip("-")
