"""A text file as somebody uploaded it: its letters, whichever encoding it was written in."""

import codecs
import re
from dataclasses import dataclass

from campaigns.errors import BadFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAID = re.compile(rb"""charset\s*=\s*["']?\s*([a-z0-9_\-]+)""", re.IGNORECASE)
_FEW = 2048


@dataclass(frozen=True, slots=True)
class Text:
    """The letters of a file, and a sentence where they had to be guessed."""

    text: str
    notice: str = ""


def read(raw: bytes) -> Text:
    """The letters of a file: UTF-8, what it says of itself, or what Windows writes.

    Raises BadFile for what is no text.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return Text(raw[len(mark) :].decode(encoding, errors="replace"))
    if b"\x00" in raw:
        raise BadFile("This is not a text file. Save the message as HTML, and upload that.")
    try:
        return Text(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return _older(raw)


def _older(raw: bytes) -> Text:
    said = _SAID.search(raw[:_FEW])
    named = said[1].decode("ascii") if said else "windows-1252"
    try:
        encoding = codecs.lookup(named).name
        text = raw.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        encoding, text = "cp1252", raw.decode("cp1252", errors="replace")
    known = {"cp1252": "Windows-1252", "iso8859-1": "ISO-8859-1"}.get(encoding, encoding)
    return Text(
        text,
        f"The file was read as {known}; it is not UTF-8. Look at letters with accents and at "
        "dashes, and upload it once more as UTF-8 where they are wrong.",
    )
