"""The clinic's own look, taken only where every reader can read it; each change is noted."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from campaigns.accounts import audit, permissions, queries
from campaigns.accounts.models import Organisation, User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.rendering import palette, picture_reading, pictures, showing
from campaigns.rendering.brand_record import BrandRecord, Footer, Page
from campaigns.rendering.typescale import Face, ScaleName

_SHOWN_HEIGHT = 44
_HEX = re.compile(r"#[0-9a-f]{6}")


class HardToRead(Invalid):
    """Two colours that cannot be read together; `field` is the one to change, `nearest` to what."""

    def __init__(self, sentence: str, *, field: str = "", nearest: str = "") -> None:
        super().__init__(sentence)
        self.field, self.nearest = field, nearest


def paint(
    session: Session,
    *,
    actor: User,
    primary: str,
    accent: str,
    page: Page | None = None,
    scale: ScaleName | None = None,
    headings: Face | None = None,
) -> Organisation:
    """Take these colours and this type; what is None stays as it is.

    Raises HardToRead naming the pair of colours that fails and what would do.
    """
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    given = {"page": page, "scale": scale, "headings": headings}
    values = {"primary": _colour("primary", primary), "accent": _colour("accent", accent)}
    values |= {name: each for name, each in given.items() if each is not None}
    organisation = queries.organisation(session)
    require_readable(BrandRecord.model_validate(organisation.brand | values))
    return _change(session, actor, "change colours", values)


def write_footer(session: Session, *, actor: User, footer: Footer) -> Organisation:
    """Say this at the end of every message from now on."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    kept = footer.model_dump(mode="json", exclude_defaults=True)
    return _change(session, actor, "change footer", {"footer": kept})


def settle(session: Session) -> None:
    """Hold a brand that came with a file to what a typed one is held to, and measure it.

    Raises Invalid naming what is wrong with it, HardToRead for colours that cannot be read.
    """
    organisation = queries.organisation(session)
    try:
        record = BrandRecord.model_validate(organisation.brand)
    except ValidationError as error:
        [first, *_] = error.errors()
        where = ".".join(str(each) for each in ("brand", *first["loc"]))
        raise Invalid(f"{where}: {first['msg']}.") from error
    require_readable(record)
    organisation.brand = _measured(record).stored()
    session.flush()


def put_logo(session: Session, *, actor: User, content: bytes) -> str:
    """Take a picture as the logo, written anew without what else was in it; its name."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    fresh = picture_reading.read(content)
    if fresh.height < 32 or max(fresh.width, fresh.height) > 8 * min(fresh.width, fresh.height):
        raise Invalid("The logo must be at least 32 points high and at most eight times as wide.")
    name = pictures.keep(session, fresh, actor=actor, is_logo=True)
    width = round(fresh.width * _SHOWN_HEIGHT / fresh.height)
    _change(session, actor, "change logo", {"logo": showing.FOLDER + name, "logo_width": width})
    return name


def drop_logo(session: Session, *, actor: User) -> None:
    """Show the mark that came with the installation; messages already sent keep their picture."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    _change(session, actor, "remove logo", {"logo": "", "logo_width": ""})


def _colour(field: str, text: str) -> str:
    plain = text.strip().lower()
    if not _HEX.fullmatch(plain):
        raise HardToRead(
            "A colour is written like #1d5c63: six figures from 0 to f.", field=field, nearest=""
        )
    return plain


def require_readable(record: BrandRecord) -> None:
    """Raise HardToRead where two colours of this brand that meet in a message are too close."""
    failing = [each for each in palette.pairs(record) if not each.is_enough]
    if not failing:
        return
    field = "primary" if any(each.field == "primary" for each in failing) else "accent"
    worst = min(
        (each for each in failing if each.field == field),
        key=lambda each: each.ratio / each.needed,
    )
    would_do = palette.nearest(record, worst.field)
    raise HardToRead(
        f"{worst.where} ({worst.scheme}): {worst.ink} on {worst.ground} is {worst.said}, and "
        f"{worst.needed} is needed. The nearest colour that would do is {would_do}.",
        field=field,
        nearest=would_do,
    )


def _change(session: Session, actor: User, verb: str, values: Mapping[str, Any]) -> Organisation:
    """Keep these values of the record, without those that are empty; noted where any differs."""
    organisation = queries.organisation(session)
    before = BrandRecord.of(organisation.brand).stored()
    after = {name: each for name, each in {**before, **values}.items() if each not in ("", {})}
    changed = sorted(name for name in values if before.get(name) != after.get(name))
    if not changed:
        return organisation
    organisation.brand = _measured(BrandRecord.model_validate(after)).stored()
    session.flush()
    audit.record(
        session,
        actor=actor,
        verb=verb,
        subject="organisation",
        before={name: before[name] for name in changed if name in before},
        after={name: after[name] for name in changed if name in after},
    )
    return organisation


def _measured(record: BrandRecord) -> BrandRecord:
    return record.model_copy(update={"contrast": palette.measured(record)})
