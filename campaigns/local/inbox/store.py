"""Messages on disk: one SQLite file, written by the receiver and read by the pages."""

import json
import sqlite3
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from pathlib import Path

from campaigns.local.inbox import letters

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    arrived_at REAL NOT NULL,
    envelope_from TEXT NOT NULL,
    envelope_to TEXT NOT NULL,
    author TEXT NOT NULL,
    subject TEXT NOT NULL,
    message_id TEXT NOT NULL,
    size INTEGER NOT NULL,
    words TEXT,
    raw BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS recipient (
    address TEXT NOT NULL,
    message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    PRIMARY KEY (address, message)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS unread_words ON message (id) WHERE words IS NULL;
"""
_COLUMNS = "id, arrived_at, envelope_from, envelope_to, author, subject, message_id, size"


@dataclass(frozen=True)
class Kept:
    """What a list shows of a message."""

    id: int
    arrived_at: datetime
    envelope_from: str
    envelope_to: tuple[str, ...]
    author: str
    subject: str
    message_id: str
    size: int


class Store:
    """The file of messages; each thread reads through a connection of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connections: list[sqlite3.Connection] = []
        self._local = threading.local()
        with self._connection() as connection:
            connection.executescript(_SCHEMA)
        path.chmod(0o600)

    def keep(self, raw: bytes, *, envelope_from: str, envelope_to: Sequence[str]) -> int:
        """Keep an arrived message as it came, and return its number."""
        headers = BytesHeaderParser().parsebytes(raw)
        with self._connection() as connection:
            cursor = connection.execute(
                "INSERT INTO message"
                " (arrived_at, envelope_from, envelope_to, author, subject, message_id, size, raw)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    time.time(),
                    envelope_from,
                    json.dumps(list(envelope_to), ensure_ascii=False),
                    letters.header(headers, "From"),
                    letters.header(headers, "Subject"),
                    letters.header(headers, "Message-ID"),
                    len(raw),
                    raw,
                ),
            )
            number = int(cursor.lastrowid or 0)
            connection.executemany(
                "INSERT OR IGNORE INTO recipient (address, message) VALUES (?, ?)",
                [(address.casefold(), number) for address in envelope_to],
            )
        return number

    def find(
        self, *, to: str = "", query: str = "", before: int = 0, limit: int = 50
    ) -> tuple[list[Kept], int]:
        """Messages, newest first, older than number `before`; and how many match in all."""
        where, values = self._condition(to=to, query=query)
        with self._connection() as connection:
            (total,) = connection.execute(
                f"SELECT count(*) FROM message WHERE {where}", values
            ).fetchone()
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM message WHERE {where} AND (? = 0 OR id < ?)"
                " ORDER BY id DESC LIMIT ?",
                [*values, before, before, limit],
            ).fetchall()
        return [_kept(row) for row in rows], int(total)

    def get(self, number: int) -> tuple[Kept, bytes] | None:
        """One message and its bytes."""
        with self._connection() as connection:
            row = connection.execute(
                f"SELECT {_COLUMNS}, raw FROM message WHERE id = ?", (number,)
            ).fetchone()
        return (_kept(row[:-1]), bytes(row[-1])) if row else None

    def neighbours(self, number: int) -> tuple[int | None, int | None]:
        """The numbers of the next newer and the next older message."""
        with self._connection() as connection:
            row = connection.execute(
                "SELECT (SELECT min(id) FROM message WHERE id > ?),"
                " (SELECT max(id) FROM message WHERE id < ?)",
                (number, number),
            ).fetchone()
        return row[0], row[1]

    def empty(self) -> int:
        """Throw every message away, and return how many there were."""
        with self._connection() as connection:
            return connection.execute("DELETE FROM message").rowcount

    def close(self) -> None:
        """Close the file."""
        for connection in self._connections:
            connection.close()

    def _condition(self, *, to: str, query: str) -> tuple[str, list[str]]:
        clauses, values = ["1"], []
        if to:
            clauses.append("id IN (SELECT message FROM recipient WHERE address = ?)")
            values.append(to.strip().casefold())
        for word in query.casefold().split():
            clauses.append("instr(words, ?) > 0")
            values.append(word)
        if len(values) > bool(to):
            self._read_words()
        return " AND ".join(clauses), values

    def _read_words(self) -> None:
        """Read the text of messages that no search has seen yet: arriving stays quick."""
        while True:
            with self._connection() as connection:
                rows = connection.execute(
                    "SELECT id, envelope_to, raw FROM message WHERE words IS NULL LIMIT 200"
                ).fetchall()
                if not rows:
                    return
                connection.executemany(
                    "UPDATE message SET words = ? WHERE id = ?",
                    [
                        (letters.words(raw, envelope_to), number)
                        for number, envelope_to, raw in rows
                    ],
                )

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection; as a `with` it is one transaction."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = sqlite3.connect(self._path, timeout=20, check_same_thread=False)
            found.execute("PRAGMA journal_mode = WAL")
            found.execute("PRAGMA synchronous = NORMAL")
            found.execute("PRAGMA foreign_keys = ON")
            self._local.connection = found
            self._connections.append(found)
        return found


def _kept(row: Sequence[object]) -> Kept:
    number, arrived_at, envelope_from, envelope_to, author, subject, message_id, size = row
    return Kept(
        id=int(str(number)),
        arrived_at=datetime.fromtimestamp(float(str(arrived_at)), UTC),
        envelope_from=str(envelope_from),
        envelope_to=tuple(json.loads(str(envelope_to))),
        author=str(author),
        subject=str(subject),
        message_id=str(message_id),
        size=int(str(size)),
    )
