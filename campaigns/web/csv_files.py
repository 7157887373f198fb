"""Tables to take along: CSV that a spreadsheet shows and never runs."""

import csv
import io
from collections.abc import Iterable, Sequence

from fastapi import Response

_ACTIVE = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: object) -> str:
    """A cell that no spreadsheet takes for a formula: a quote goes before what would begin one."""
    text = str(value)
    return f"'{text}" if text.startswith(_ACTIVE) else text


def download(name: str, titles: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV in UTF-8 with a mark that Excel reads it by, as a file of this name."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(titles)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return Response(
        text.getvalue().encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
