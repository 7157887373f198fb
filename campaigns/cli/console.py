"""The edge of every command: one transaction, one clear line for a refusal, tables or JSON."""

import json
import os
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from getpass import getpass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import DataError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from campaigns import database, logs, settings
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.database import Session, Sessions
from campaigns.errors import (
    BadFile,
    BedsideError,
    Invalid,
    Misconfigured,
    NotAllowed,
    NotFound,
    Unavailable,
)
from campaigns.local import servers
from campaigns.money import Money

AsOption = Annotated[str, typer.Option("--as", help="Who acts (an address); else BEDSIDE_USER.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]

_WIDE = 240
"""Columns of a table that goes into a pipe or a file, where nothing may be cut."""

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)

_NO_SUCH_TABLE, _NO_SUCH_COLUMN = "42P01", "42703"


_HINTS = {
    "campaign": "`bedside campaigns list` shows them.",
    "segment": "`bedside segments list` shows them.",
    "promotion": "`bedside promotions show` lists them.",
    "booking": "`bedside bookings list` shows them all.",
    "user": "An owner adds one with `bedside user add`.",
    "clinic": "`bedside organisation import FILE` sets it up.",
}
"""What a command line may add to a refusal: the desk shows the same sentences without it."""


def refuse(error: BedsideError) -> NoReturn:
    """Print the refusal in plain words and leave with 1."""
    hint = _HINTS.get(error.what, "") if isinstance(error, NotFound) else ""
    err.print(_printable(f"{error} {hint}".strip()), style="red", markup=False, highlight=False)
    raise typer.Exit(1)


@contextmanager
def refusals() -> Iterator[None]:
    """Whatever is refused in here is one clear line and exit 1, a database that is away too."""
    try:
        yield
    except BedsideError as error:
        if isinstance(error.__cause__, OperationalError):
            refuse(_away())
        refuse(error)
    except (OperationalError, PoolTimeout):
        refuse(_away())
    except (DataError, UnicodeEncodeError, OverflowError, RecursionError) as error:
        refuse(_unstorable(error))
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") not in {_NO_SUCH_TABLE, _NO_SUCH_COLUMN}:
            raise
        refuse(Misconfigured("The database is not that of this version: run `bedside migrate`."))


def _unstorable(error: Exception) -> Invalid:
    return Invalid(
        "Something in it cannot be kept: a NUL or half a character, a number or date out of all "
        f"bounds, or lists nested too deeply ({type(error).__name__}). Nothing was changed; "
        "mend it and run the command again."
    )


def _away() -> Unavailable:
    return Unavailable(
        "The database does not answer. Is PostgreSQL running, and is DATABASE_URL right? "
        "Nothing is half done: run the command again when it is back."
    )


def prepare() -> None:
    """Find the running demo where nothing is configured; read the settings; set the logs up."""
    servers.join_running(os.environ)
    configured = settings.current()
    logs.configure(log_format=configured.log_format, level="warning")


@contextmanager
def edge() -> Iterator[Session]:
    """One session in one transaction; a refusal is one clear line and exit 1."""
    with long_edge() as sessions, database.transaction(sessions) as session:
        yield session


@contextmanager
def long_edge() -> Iterator[Sessions]:
    """The factory of sessions, for a long verb that opens short transactions of its own."""
    with refusals():
        prepare()
        yield database.sessions()


def actor(session: Session, as_: str) -> User:
    """The person who acts; raises NotAllowed where nobody is named."""
    address = as_ or settings.current().user
    if not address:
        raise NotAllowed("Say who acts: --as you@example.com, or set BEDSIDE_USER.")
    return accounts.user(session, address)


def read_text(path: Path) -> str:
    """A file's text; raises BadFile where it cannot be read or is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadFile(f"{path} is not UTF-8 text (byte {error.start}).") from error


def read_bytes(path: Path) -> bytes:
    """A file as it is; raises BadFile where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}.") from error


def read_secret(question: str) -> str:
    """What is typed without being shown, or the first line of standard input."""
    if sys.stdin.isatty():
        return getpass(question)
    return sys.stdin.readline().rstrip("\r\n")


def write_text(path: Path, text: str) -> None:
    """Write a file; raises BadFile where it cannot be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadFile(f"{path} cannot be written: {error.strerror}.") from error


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Money):
        return {"cents": value.cents, "currency": value.currency}
    raise TypeError(f"{type(value).__name__} has no JSON form")


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, default=_plain, ensure_ascii=False, indent=2) + "\n")


def show(
    rows: Sequence[Mapping[str, Any]],
    *,
    as_json: bool,
    title: str = "",
    empty: str = "Nothing here yet.",
) -> None:
    """Rows as a table for people, or as JSON; the keys are the headings."""
    if as_json:
        print_json(list(rows))
        return
    if not rows:
        out.print(empty)
        return
    table = Table(title=title or None, title_justify="left")
    for key in rows[0]:
        number = isinstance(rows[0][key], int) and not isinstance(rows[0][key], bool)
        table.add_column(key.replace("_", " "), justify="right" if number else "left")
    for row in rows:
        table.add_row(*(Text(_cell(each)) for each in row.values()))
    (out if out.is_terminal else Console(width=_WIDE)).print(table)


def show_record(record: Mapping[str, Any], *, as_json: bool) -> None:
    """One thing as lines of `name: value`, or as JSON."""
    if as_json:
        print_json(record)
        return
    width = max(len(key) for key in record) + 1
    for key, value in record.items():
        label = key.replace("_", " ") + ":"
        out.print(f"{label:<{width}} {_cell(value)}", markup=False, highlight=False)


def say(sentence: str, *, as_json: bool = False, **record: Any) -> None:
    """What happened, in a sentence; with `--json`, as a record."""
    if as_json:
        print_json({"message": sentence, **record})
    else:
        out.print(_printable(sentence), markup=False, highlight=False)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M %Z")
    if isinstance(value, list | tuple):
        return _printable(", ".join(str(each) for each in value)) or "-"
    return _printable(str(value))


def _printable(text: str) -> str:
    """A text without what would steer the terminal: names and answers come from outside."""
    return "".join("\N{REPLACEMENT CHARACTER}" if _steers(each) else each for each in text)


def _steers(sign: str) -> bool:
    return unicodedata.category(sign) == "Cc" and sign != "\n"
