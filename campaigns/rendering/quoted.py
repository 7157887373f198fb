"""Quoted-printable (RFC 2045, 6.7) in pieces that can be joined: each begins a line of its own.

Lines have at most 76 characters and end in CRLF. None begins with a dot (so SMTP's dot-stuffing
never changes a message) or with `From ` (so no mailbox file does). There are no two blanks in a
row, no tabs, no blank before a line's end: what is joined is its own relaxed form (RFC 6376,
3.4.4), so that a signer hashes it as it is.
"""

import re

_LINE_END = re.compile(r"\r\n|\r|\n")
_AS_IT_IS = re.compile(r"(?![.F])[!-<>-~]+(?: [!-<>-~]+)*")
"""One line of ASCII with single blanks between its words, and nothing that a line hides behind."""
_TO_CODE = re.compile(rb"[^ -<>-~]|(?<= ) | \Z")
_SOFT = "=\r\n"
WIDTH = 75
_FIRST = {".": "=2E", "F": "=46"}


def encoded(text: str) -> str:
    """A text in the middle of a body, ended by a soft break unless it ends a line itself."""
    if len(text) <= WIDTH and _AS_IT_IS.fullmatch(text):
        return text + _SOFT
    *lines, last = _LINE_END.split(text)
    whole = "".join(f"{_folded(line)}\r\n" for line in lines)
    return f"{whole}{_folded(last)}{_SOFT}" if last else whole


def _folded(line: str) -> str:
    """One line of text as lines of at most 75 characters, all but the last with a soft break."""
    coded = _TO_CODE.sub(_unit, line.encode()).decode("ascii")
    done: list[str] = []
    start = 0
    while start < len(coded):
        first = _FIRST.get(coded[start], "")
        end = start + WIDTH - (2 if first else 0)
        if end < len(coded):
            end -= next((back for back in (1, 2) if coded[end - back] == "="), 0)
        done.append(first + coded[start + 1 : end] if first else coded[start:end])
        start = end
    return _SOFT.join(done)


def _unit(found: re.Match[bytes]) -> bytes:
    return b"=%02X" % found.group()[0]
