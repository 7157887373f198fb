"""Read a CSV of contacts: its columns, its rows, and what makes the whole file unacceptable."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from campaigns.errors import BadFile

_COLUMNS: Mapping[str, str] = {
    "email": "email",
    "e mail": "email",
    "email address": "email",
    "e mail address": "email",
    "mail": "email",
    "first": "first_name",
    "first name": "first_name",
    "firstname": "first_name",
    "given name": "first_name",
    "last": "last_name",
    "last name": "last_name",
    "lastname": "last_name",
    "surname": "last_name",
    "language": "language",
    "zone": "zone",
    "time zone": "zone",
    "timezone": "zone",
    "region": "region",
    "state": "region",
    "province": "region",
    "state province": "region",
    "consent at": "consent_at",
    "consented at": "consent_at",
    "consent date": "consent_at",
}

_CLINICAL = re.compile(
    r"\b(diagnos\w*|icd\d*|dx|conditions?|symptoms?|medications?|medicines?|drugs?|doses?|dosage"
    r"|insur\w*|member id|policy|ssn|social security\w*|dob|date of birth|birth ?(date|day)|age"
    r"|allerg\w*|treatments?|therap\w*|illness\w*|diseases?|medical\w*|prescri\w*|pain( score)?"
    r"|mrn|patients?)\b"
)


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row by our column names; `line` counts from 1 as an editor shows it."""

    line: int
    values: Mapping[str, str]
    fault: str = ""
    """Why the row's cells cannot be told apart; empty where they can."""


@dataclass(frozen=True, slots=True)
class CsvFile:
    """The rows, and the columns that were not taken."""

    rows: tuple[CsvRow, ...]
    left_out: tuple[str, ...]
    has_consent_dates: bool


def decode(raw: bytes) -> str:
    """The file as text; raises BadFile with the line for another encoding or a NUL."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadFile(
            "this is not UTF-8 text. Save the file as CSV UTF-8 and try again.", line=line
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise BadFile("there is a NUL character here; this is not a plain CSV file.", line=line)
    return text


def read(raw: bytes) -> CsvFile:
    """Read a CSV of contacts; raises BadFile for what spoils the whole file."""
    text = decode(raw)
    header_line = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=header_line.count)
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter, strict=True)
    try:
        columns, left_out = _columns(header := next(reader, []))
        rows = tuple(_rows(reader, columns, header=header, line=reader.line_num + 1))
    except csv.Error as error:
        if "field larger" in str(error):
            said = "a cell is far too long. Is a quotation mark missing?"
            raise BadFile(said, line=reader.line_num) from error
        raise BadFile(f"the quotes do not add up ({error}).", line=reader.line_num) from error
    return CsvFile(rows, left_out, "consent_at" in columns.values())


def known_as(title: str) -> str | None:
    """Our name for a column of this title, None for one that is not taken."""
    return None if is_clinical(title) else _COLUMNS.get(_plain(title))


def is_of_states(title: str) -> bool:
    """Whether a column of this title holds states or provinces, never countries."""
    return bool({"state", "province"} & set(_plain(title).split()))


def is_clinical(title: str) -> bool:
    """Whether a column of this title looks clinical or identifying."""
    return _CLINICAL.search(_plain(title)) is not None


def fault(cells: Sequence[str], width: int) -> str:
    """Why the cells of a row cannot be told apart; empty where they can."""
    if len(cells) <= width:
        return ""
    return f"there are {len(cells)} cells in this row, and {width} columns (a comma too many?)"


def _plain(title: str) -> str:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", title)
    return re.sub(r"[\W_]+", " ", apart).strip().casefold()


def _columns(header: list[str]) -> tuple[dict[int, str], tuple[str, ...]]:
    columns: dict[int, str] = {}
    left_out = []
    for position, title in enumerate(header):
        if is_clinical(title):
            raise BadFile(
                f"the column {title!r} looks clinical or identifying. Nothing was imported: "
                "Bedside keeps no health, insurance or birth data. Remove the column, try again.",
                line=1,
            )
        name = known_as(title)
        if name is None:
            left_out.append(title)
        elif name in columns.values():
            raise BadFile(f"there are two columns for {name}; keep one.", line=1)
        else:
            columns[position] = name
    if "email" not in columns.values():
        raise BadFile(
            "there is no email column. The first line must name the columns, one of them `email`.",
            line=1,
        )
    return columns, tuple(left_out)


def _rows(
    reader: Iterator[list[str]], columns: dict[int, str], *, header: Sequence[str], line: int
) -> Iterator[CsvRow]:
    of_regions = [at for at, name in columns.items() if name == "region"]
    states = next((at for at in of_regions if is_of_states(header[at])), None)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            values = {
                name: cells[position].strip()
                for position, name in columns.items()
                if position < len(cells)
            }
            if states is not None and states < len(cells):
                values["state"] = cells[states].strip()
            yield CsvRow(line, values, fault(cells, len(header)))
        line = getattr(reader, "line_num", line) + 1
