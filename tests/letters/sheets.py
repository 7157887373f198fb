"""Contact sheets: many small pictures on one, for the documentation (`make gallery`)."""

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Page

_COLOURS = 256
_STYLE = """
body { margin: 0; padding: 28px; background: #eceae6; font: 600 15px/20px system-ui, sans-serif;
  color: #2b3432; width: max-content; }
table { border-spacing: 18px 10px; margin: -10px -18px; }
th { text-align: left; font-weight: 600; padding: 0; }
thead th { color: #6b716f; font-weight: 500; }
td { vertical-align: top; padding: 0 0 16px 0; }
img { display: block; border-radius: 6px; box-shadow: 0 1px 4px rgba(0, 0, 0, .22); }
"""


class Shot(NamedTuple):
    """A picture, and how wide it is on its sheet."""

    png: bytes
    width: int


def rows(*, heads: Sequence[str], named: Sequence[tuple[str, Sequence[Shot]]]) -> str:
    """A sheet with a row for each name, and a column for each head."""
    top = "".join(f"<th>{each}</th>" for each in heads)
    body = "".join(
        f'<tr><th colspan="{len(shots)}">{name}</th></tr><tr>{_cells(shots)}</tr>'
        for name, shots in named
    )
    return _sheet(f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>")


def columns(named: Sequence[tuple[str, Shot]]) -> str:
    """A sheet with everything in one row, its name above it."""
    top = "".join(f"<th>{name}</th>" for name, _shot in named)
    return _sheet(f"<table><tr>{top}</tr><tr>{_cells([shot for _n, shot in named])}</tr></table>")


def keep(page: Page, sheet: str, file: Path) -> None:
    """Photograph a sheet into a small file."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 400, "height": 300})
    page.set_content(sheet)
    write(page.locator("body").screenshot(), file)


def write(png: bytes, file: Path, *, width: int = 0, height: int = 0) -> None:
    """Write a picture with few colours, at most so wide and so high."""
    with Image.open(io.BytesIO(png)) as taken:
        picture = taken.convert("RGB")
        if width:
            picture = picture.resize(
                (width, round(taken.height * width / taken.width)), Image.Resampling.LANCZOS
            )
        if height:
            picture = picture.crop((0, 0, picture.width, min(height, picture.height)))
        file.parent.mkdir(parents=True, exist_ok=True)
        picture.quantize(_COLOURS, dither=Image.Dither.FLOYDSTEINBERG).save(file, optimize=True)


def _cells(shots: Sequence[Shot]) -> str:
    return "".join(
        f'<td><img width="{each.width}" alt="" '
        f'src="data:image/png;base64,{base64.b64encode(each.png).decode()}"></td>'
        for each in shots
    )


def _sheet(inside: str) -> str:
    return f"<!DOCTYPE html><style>{_STYLE}</style>{inside}"
