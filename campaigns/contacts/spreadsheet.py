"""Read the file that somebody uploads, however their program saved it, into titles and rows.

What looks clinical or identifying never gets further: its cells are emptied here.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.contacts import csv_reading
from campaigns.contacts.csv_reading import CsvRow
from campaigns.errors import BadFile

MOST_BYTES = 10_000_000
MOST_ROWS = 200_000
_MOST_COLUMNS = 100
_MOST_CELL = 500

_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SAVE_AS = "In Excel choose File, Save As, and the type “CSV UTF-8”."
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it was uploaded: its titles, its rows by line, and the columns emptied."""

    titles: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    dropped: tuple[str, ...] = ()


def read(raw: bytes) -> Sheet:
    """The uploaded file as a table; raises BadFile with a sentence that says what to do."""
    if len(raw) > MOST_BYTES:
        raise BadFile(
            "This file is larger than 10 MB. Split it in two and import one after another."
        )
    if raw.startswith(_WORKBOOK):
        raise BadFile(f"This is a spreadsheet, not a CSV file. {_SAVE_AS}")
    text = _text(raw)
    if not text.strip():
        raise BadFile("This file is empty. Choose the file that has your contacts in it.")
    titles, rows = _table(text)
    if not rows:
        raise BadFile("This file has a header and no contacts below it.")
    if len(rows) > MOST_ROWS:
        raise BadFile(f"This file has more than {MOST_ROWS:,} rows. Split it in two.")
    return _without_clinical(titles, rows)


def guessed(titles: Sequence[str]) -> dict[str, int]:
    """Which of our columns seems to stand at which position; the first of two alike is taken."""
    found: dict[str, int] = {}
    for position, title in enumerate(titles):
        name = csv_reading.known_as(title)
        if name is not None and name not in found:
            found[name] = position
    return found


def packed(sheet: Sheet) -> bytes:
    """The table as it is kept between the steps: CSV in UTF-8, the line in front of each row."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows((line, *cells) for line, cells in sheet.rows)
    return text.getvalue().encode()


def unpacked(
    content: bytes, *, titles: Sequence[str], mapping: Mapping[str, int], most: int | None = None
) -> list[CsvRow]:
    """Rows of a kept table by our column names; no more than `most` of them."""
    rows: list[CsvRow] = []
    at = mapping.get("region")
    if at is not None and csv_reading.is_of_states(titles[at]):
        mapping = {**mapping, "state": at}
    for kept in csv.reader(io.StringIO(content.decode(), newline="")):
        if most is not None and len(rows) >= most:
            break
        line, cells = int(kept[0]), kept[1:]
        values = {name: _cell(cells, position) for name, position in mapping.items()}
        rows.append(CsvRow(line, values, csv_reading.fault(cells, len(titles))))
    return rows


def first_cells(content: bytes, *, most: int) -> list[list[str]]:
    """The first rows of a kept table as they stood in the file."""
    kept = csv.reader(io.StringIO(content.decode(), newline=""))
    return [cells[1:] for cells, _ in zip(kept, range(most), strict=False)]


def _cell(cells: Sequence[str], position: int) -> str:
    return cells[position].strip() if position < len(cells) else ""


def _text(raw: bytes) -> str:
    if raw.startswith(_UTF_16) or _looks_like_utf_16(raw):
        try:
            encoding = "utf-16" if raw.startswith(_UTF_16) else "utf-16-le"
            return _plain(raw.decode(encoding))
        except UnicodeDecodeError as error:
            raise BadFile(f"The text of this file is damaged. {_SAVE_AS}") from error
    try:
        return _plain(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadFile(
            f"A letter in line {line} cannot be read: the file was saved in an old format. "
            f"{_SAVE_AS}"
        ) from error


def _looks_like_utf_16(raw: bytes) -> bool:
    start = raw[:200]
    return len(start) > 3 and start[1::2].count(0) * 2 > len(start[1::2])


def _plain(text: str) -> str:
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise BadFile(f"Line {line} has a character that no CSV file has. {_SAVE_AS}")
    return text


def _table(text: str) -> tuple[tuple[str, ...], list[tuple[int, list[str]]]]:
    header = text.lstrip().splitlines()[0]
    delimiter = max(",;\t|", key=header.count)
    if re.fullmatch(r"sep=.", header):
        delimiter, text = header[-1], text.replace(header, "", 1)
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter, strict=True)
    try:
        titles = next((row for row in reader if any(cell.strip() for cell in row)), [])
        rows: list[tuple[int, list[str]]] = []
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, [cell[:_MOST_CELL] for cell in cells]))
            line = reader.line_num + 1
    except csv.Error as error:
        if "field larger" in str(error):
            raise BadFile(
                f"In line {reader.line_num} a cell is far too long. Is a quotation mark missing?"
            ) from error
        raise BadFile(f"In line {reader.line_num} a quotation mark does not end.") from error
    if len(titles) > _MOST_COLUMNS:
        raise BadFile(f"This file has {len(titles)} columns. Keep the few that Bedside takes.")
    return tuple(title.strip()[:_MOST_CELL] for title in titles), rows


def _without_clinical(titles: tuple[str, ...], rows: list[tuple[int, list[str]]]) -> Sheet:
    clinical = {at for at, title in enumerate(titles) if csv_reading.is_clinical(title)}
    kept = tuple(
        (line, tuple("" if at in clinical else cell for at, cell in enumerate(cells)))
        for line, cells in rows
    )
    return Sheet(titles, kept, tuple(titles[at] for at in sorted(clinical)))
