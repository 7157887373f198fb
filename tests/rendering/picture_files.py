"""Files of pictures, made here: of telephones, of scanners, moving, damaged, and made to harm."""

import io
from typing import Any

from PIL import Image, ImageCms

SECRET = b"12 Secret Street"


def picture(
    size: tuple[int, int] = (320, 200),
    kind: str = "PNG",
    *,
    mode: str = "RGB",
    colour: Any = "teal",
    **more: Any,
) -> bytes:
    """A picture of one colour."""
    made = io.BytesIO()
    Image.new(mode, size, colour).save(made, kind, **more)
    return made.getvalue()


def photograph(size: tuple[int, int] = (1600, 1200), **more: Any) -> bytes:
    """A JPEG of many colours."""
    made = io.BytesIO()
    red, green, blue = (Image.effect_noise(size, each) for each in (80, 60, 40))
    Image.merge("RGB", (red, green, blue)).save(made, "JPEG", quality=90, **more)
    return made.getvalue()


def telephone(size: tuple[int, int] = (1600, 1200), *, orientation: int = 1) -> bytes:
    """A photograph as a telephone takes it: where, when, with what, held sideways perhaps."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "A telephone"
    exif[0x010E] = SECRET.decode()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (41.0, 52.0, 55.0)
    gps[3], gps[4] = "W", (87.0, 37.0, 40.0)
    exif[0x8825] = gps
    return photograph(size, exif=exif.tobytes(), comment=SECRET)


def moving() -> bytes:
    """A GIF of three pictures."""
    frames = [Image.new("RGB", (120, 90), each) for each in ("red", "green", "blue")]
    made = io.BytesIO()
    frames[0].save(made, "GIF", save_all=True, append_images=frames[1:], duration=100)
    return made.getvalue()


def swapped_profile() -> bytes:
    """A profile in which the numbers of red mean blue, and those of blue red."""
    known = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return known.replace(b"rXYZ", b"    ").replace(b"bXYZ", b"rXYZ").replace(b"    ", b"bXYZ", 1)


def grey_of_sixteen_bits() -> bytes:
    """A PNG of sixteen bits, a little brighter than the middle."""
    made = io.BytesIO()
    Image.new("I;16", (64, 64), 40_000).save(made, "PNG")
    return made.getvalue()


def opened(content: bytes) -> Image.Image:
    """A picture as a mail program reads it."""
    found = Image.open(io.BytesIO(content))
    found.load()
    return found
