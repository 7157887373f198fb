"""The clinic's own colours and logo, taken only where every reader can see what is there."""

import hashlib
import io
import re
import warnings
from collections.abc import Iterable

from PIL import Image, ImageOps, UnidentifiedImageError

from campaigns import clock
from campaigns.accounts import audit, permissions, queries
from campaigns.accounts.models import Organisation, User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.errors import Invalid, NotFound
from campaigns.rendering import palette
from campaigns.rendering.models import BrandFile
from campaigns.rendering.palette import Pair

MOST_BYTES = 900_000
LARGEST = 1200
_SHOWN_HEIGHT = 44
_HEX = re.compile(r"#[0-9a-f]{6}")
_MOST_PIXELS = 40_000_000
_TOO_MANY = "The picture has too many points. Make it smaller first."
_FOLDER = "clinic/"


class HardToRead(Invalid):
    """Two colours that cannot be read together; `field` is the one to change, `nearest` to what."""

    def __init__(self, sentence: str, *, field: str = "", nearest: str = "") -> None:
        super().__init__(sentence)
        self.field, self.nearest = field, nearest


def paint(session: Session, *, actor: User, primary: str, accent: str) -> Organisation:
    """Take these two colours; raises HardToRead naming the pair that fails and what would do."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    colours = {"primary": _colour("primary", primary), "accent": _colour("accent", accent)}
    main = colours["primary"]
    _require_readable("primary", palette.of_primary(main), palette.nearest_primary(main))
    _require_readable("accent", palette.of_accent(**colours), palette.nearest_accent(**colours))
    return _change(session, actor, "change colours", colours)


def put_logo(session: Session, *, actor: User, content: bytes) -> str:
    """Take a picture as the logo, written anew without what else was in it; its name."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    picture, kind = _opened(content)
    made = io.BytesIO()
    picture.save(made, kind, optimize=True, quality=90)
    fresh = made.getvalue()
    name = f"{hashlib.sha256(fresh).hexdigest()[:20]}.{'jpg' if kind == 'JPEG' else 'png'}"
    if session.get(BrandFile, name) is None:
        media = f"image/{kind.lower()}"
        session.add(BrandFile(name=name, kind=media, content=fresh, made_at=clock.now(session)))
    width = round(picture.width * _SHOWN_HEIGHT / picture.height)
    _change(session, actor, "change logo", {"logo": _FOLDER + name, "logo_width": str(width)})
    return name


def drop_logo(session: Session, *, actor: User) -> None:
    """Show the mark that came with the installation; messages already sent keep their picture."""
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    _change(session, actor, "remove logo", {"logo": "", "logo_width": ""})


def file(session: Session, name: str) -> BrandFile:
    """A picture by its name (primary key); raises NotFound."""
    found = session.get(BrandFile, name)
    if found is None:
        raise NotFound("There is no such picture.")
    return found


def _colour(field: str, text: str) -> str:
    plain = text.strip().lower()
    if not _HEX.fullmatch(plain):
        raise HardToRead(
            "A colour is written like #1d5c63: six figures from 0 to f.", field=field, nearest=""
        )
    return plain


def _require_readable(field: str, pairs: Iterable[Pair], nearest: str) -> None:
    failing = [each for each in pairs if not each.is_enough]
    if not failing:
        return
    worst = min(failing, key=lambda each: each.ratio / each.needed)
    raise HardToRead(
        f"{worst.where} ({worst.scheme}): {worst.ink} on {worst.ground} is {worst.said}, and "
        f"{worst.needed} is needed. The nearest colour that would do is {nearest}.",
        field=field,
        nearest=nearest,
    )


def _opened(content: bytes) -> tuple[Image.Image, str]:
    """The picture upright, small enough and bare, and its format; raises Invalid."""
    if len(content) > MOST_BYTES:
        raise Invalid(f"The file is too large: at most {MOST_BYTES // 1000} KB.")
    if content.lstrip()[:5].lower().startswith((b"<?xml", b"<svg")):
        raise Invalid("This is an SVG, which mail programs do not show. Save it as PNG.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
            if picture.width * picture.height > _MOST_PIXELS:
                raise Invalid(_TOO_MANY)
            kind = str(picture.format)
            upright = ImageOps.exif_transpose(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid(_TOO_MANY) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning) as error:
        raise Invalid("This is no PNG or JPEG picture that can be read.") from error
    if min(upright.size) < 32 or max(upright.size) > 8 * min(upright.size):
        raise Invalid("The logo must be at least 32 points high and at most eight times as wide.")
    is_see_through = "A" in upright.getbands() or "transparency" in upright.info
    fresh = upright.convert("RGBA" if is_see_through else "RGB")
    fresh.thumbnail((LARGEST, LARGEST))
    fresh.info.clear()
    return fresh, kind


def _change(session: Session, actor: User, verb: str, values: dict[str, str]) -> Organisation:
    organisation = queries.organisation(session)
    before = dict(organisation.brand)
    after = {name: each for name, each in (before | values).items() if each != ""}
    changed = {name for name in values if before.get(name, "") != values[name]}
    if not changed:
        return organisation
    organisation.brand = after
    session.flush()
    audit.record(
        session,
        actor=actor,
        verb=verb,
        subject="organisation",
        before={name: before[name] for name in sorted(changed) if name in before},
        after={name: after[name] for name in sorted(changed) if name in after},
    )
    return organisation
