"""Read a picture that somebody gives us, however it comes, as one that mail programs show.

What comes out has nothing of the file but its points: upright, in sRGB, without where and when it
was taken, and no wider than a message shows on a sharp screen.
"""

import io
import struct
import threading
import warnings
import zlib
from dataclasses import dataclass, replace
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from campaigns.errors import Invalid

MOST_BYTES = 10_000_000
WIDEST = 1200
"""Twice the 600 that a message is wide."""
_TALLEST = 3600
_SMALLEST = 16
_MOST_POINTS = 30_000_000
_FEW_COLOURS = 8192
"""A drawing has at most so many, a photograph more."""
_LARGE_DRAWING = 200_000
_QUALITY = 82
_ONE_AT_A_TIME = threading.Lock()
"""Thirty million points take some hundred megabytes while they are read."""
_KINDS = ("PNG", "JPEG", "WEBP", "GIF")

_ASKED = "Choose a PNG or JPEG picture."
_DAMAGED = f"This is no picture that can be read. {_ASKED}"
_TOO_MANY = "The picture has too many points, more than 30 million. Make it smaller first."
_TOO_SMALL = f"The picture is too small: at least {_SMALLEST} points wide and high."
_TOO_LONG = "The picture is more than twelve times as long as it is wide, or as wide as it is high."
_SVG = f"This is an SVG drawing, which mail programs do not show. Save it as PNG. {_ASKED}"
_HEIC = (
    "This is a photograph as iPhones keep it (HEIC), which mail programs do not show. Save it as "
    "JPEG first: on the telephone, sharing it by mail does that."
)
_STILL = "It moves, and a message shows it standing still: its first picture was taken."

_BROKEN = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, TypeError, LookupError,
    OverflowError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow raises over files that are damaged or made to harm."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A picture written anew; `said` is what its person should know of it."""

    content: bytes
    kind: str
    """`image/jpeg` or `image/png`."""
    width: int
    height: int
    said: str = ""

    @property
    def ending(self) -> str:
        """How the name of its file ends."""
        return "jpg" if self.kind == "image/jpeg" else "png"


def read(content: bytes) -> Fresh:
    """This file as a picture for messages; raises Invalid saying why it cannot be one."""
    with _ONE_AT_A_TIME:
        upright, moves = _upright(content)
        _require_shape(upright)
        upright.thumbnail((WIDEST, _TALLEST), Image.Resampling.LANCZOS)
    fresh = _written(upright)
    return replace(fresh, said=_STILL) if moves else fresh


def smaller(picture: Fresh, *, width: int) -> Fresh:
    """The same picture, so wide."""
    opened = Image.open(io.BytesIO(picture.content), formats=_KINDS)
    see_through = "transparency" in opened.info or "A" in opened.getbands()
    plain = opened.convert("RGBA" if see_through else "RGB")
    height = max(1, round(picture.height * width / picture.width))
    return _written(plain.resize((width, height), Image.Resampling.LANCZOS))


def _upright(content: bytes) -> tuple[Image.Image, bool]:
    """The picture as it is meant to be seen, in RGB or RGBA, and whether it moves."""
    _require_readable(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(content), formats=_KINDS)
            picture.draft(None, (2 * WIDEST, 2 * WIDEST))
            if picture.width * picture.height > _MOST_POINTS:
                raise Invalid(_TOO_MANY)
            moves = picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1
            picture.seek(0)
            profile = picture.info.get("icc_profile")
            if picture.mode in {"RGB", "RGBA", "L", "CMYK"}:
                picture.thumbnail((_TALLEST, _TALLEST))
            ImageOps.exif_transpose(picture, in_place=True)
            return _in_srgb(_eight_bits(picture), profile), moves
    except Image.DecompressionBombError as error:
        raise Invalid(_TOO_MANY) from error
    except _BROKEN as error:
        raise Invalid(_DAMAGED) from error


def _require_readable(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise Invalid(f"The file is too large: at most {MOST_BYTES // 1_000_000} MB.")
    start = content[:1000].lstrip().lower()
    if start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in content[:5000]):
        raise Invalid(_SVG)
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"hevc"}:
        raise Invalid(_HEIC)


def _require_shape(picture: Image.Image) -> None:
    if min(picture.size) < _SMALLEST:
        raise Invalid(_TOO_SMALL)
    if max(picture.size) > 12 * min(picture.size):
        raise Invalid(_TOO_LONG)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Colours of eight bits each, with what is see-through where the picture has it."""
    if picture.mode.startswith(("I", "F")):
        return picture.point(lambda value: value * (1 / 257)).convert("L")
    if "transparency" in picture.info or picture.mode in {"LA", "PA", "La", "RGBa"}:
        return picture.convert("RGBA")
    return picture.convert("RGB") if picture.mode in {"1", "P", "YCbCr", "HSV"} else picture


def _in_srgb(picture: Image.Image, profile: Any) -> Image.Image:
    """The colours as every screen shows them; a profile that is broken counts as none."""
    wanted = "RGBA" if "A" in picture.getbands() else "RGB"
    if profile:
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            made = ImageCms.profileToProfile(
                picture, given, ImageCms.createProfile("sRGB"), outputMode=wanted
            )
        except (ImageCms.PyCMSError, OSError):
            made = None
        if made is not None:
            return _bare(made)
    return _bare(picture.convert(wanted))


def _bare(picture: Image.Image) -> Image.Image:
    picture.info.clear()
    picture.getexif().clear()
    return picture


def _written(picture: Image.Image) -> Fresh:
    """As JPEG, or as PNG where it is see-through or a drawing that is smaller so."""
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    if picture.mode == "RGBA":
        return _fresh(picture, _see_through(picture), "PNG")
    jpeg = _saved(
        picture, "JPEG", quality=_QUALITY, progressive=True, optimize=True, subsampling="4:2:0"
    )
    if picture.getcolors(_FEW_COLOURS) is not None:
        drawing = _drawing(picture)
        if len(drawing) <= len(jpeg):
            return _fresh(picture, drawing, "PNG")
    return _fresh(picture, jpeg, "JPEG")


def _see_through(picture: Image.Image) -> bytes:
    whole = _saved(picture, "PNG", optimize=True)
    if len(whole) <= _LARGE_DRAWING:
        return whole
    fewer = picture.quantize(256, Image.Quantize.FASTOCTREE)
    return min(whole, _saved(fewer, "PNG", optimize=True), key=len)


def _drawing(picture: Image.Image) -> bytes:
    colours = picture.getcolors(256)
    fewer = picture.quantize(256) if colours is not None else picture
    return _saved(fewer, "PNG", optimize=True)


def _saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    made = io.BytesIO()
    picture.save(made, kind, **how)
    return made.getvalue()


def _fresh(picture: Image.Image, content: bytes, kind: str) -> Fresh:
    return Fresh(content, f"image/{kind.lower()}", picture.width, picture.height)
