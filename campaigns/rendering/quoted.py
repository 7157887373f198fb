"""Quoted-printable (RFC 2045, 6.7) in pieces that can be joined: each begins a line of its own.

Lines have at most 76 characters and end in CRLF. None begins with a dot (so SMTP's dot-stuffing
never changes a message) or with `From ` (so no mailbox file does).
"""

import re

_LINE_END = re.compile(r"\r\n|\r|\n")
_SAFE = re.compile(r"(?![.F])[!-<>-~]{1,75}")
_SOFT = "=\r\n"
_PLAIN = {byte: chr(byte) for byte in range(32, 127) if byte != ord("=")} | {9: "\t"}
_CODED = [_PLAIN.get(byte, f"={byte:02X}") for byte in range(256)]
_FIRST = {".": "=2E", "F": "=46"}


def encoded(text: str) -> str:
    """A text in the middle of a body, ended by a soft break unless it ends a line itself."""
    if _SAFE.fullmatch(text):
        return text + _SOFT
    *lines, last = _LINE_END.split(text)
    whole = "".join(f"{_ended(_folded(line))}\r\n" for line in lines)
    return f"{whole}{_folded(last)}{_SOFT}" if last else whole


def _folded(line: str) -> str:
    """One line of text as lines of at most 75 characters, all but the last with a soft break."""
    done: list[str] = []
    current = ""
    for byte in line.encode():
        unit = _CODED[byte]
        if len(current) + len(unit) > 75:
            done.append(current)
            current = ""
        current += unit if current else _FIRST.get(unit, unit)
    return _SOFT.join([*done, current])


def _ended(lines: str) -> str:
    """The same, where white space at the end of the last line would be lost on the way."""
    if not lines.endswith((" ", "\t")):
        return lines
    room = len(lines.rpartition("\n")[2]) <= 74
    return f"{lines[:-1]}{'' if room else _SOFT}={ord(lines[-1]):02X}"
