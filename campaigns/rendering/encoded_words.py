"""One header line of any letters: as it is where it is ASCII, else in encoded words (RFC 2047)."""

import base64
import re

_PLAIN = re.compile(r"[!-~]{1,300}(?: [!-~]{1,300})*")
_Q_SAFE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")
_Q = [chr(byte) if byte in _Q_SAFE else f"={byte:02X}" for byte in range(256)]
_Q[ord(" ")] = "_"
_LINE = 76
_FRAME = len("=?utf-8?q??=")
_FOLD = "\r\n "


def header(name: str, text: str) -> str:
    """`name: text` and CRLF, folded into lines of at most 76 characters where it can be.

    A line break cannot be in it: whatever is not printable ASCII is encoded.
    """
    taken = len(name) + 2
    if not _PLAIN.fullmatch(text) or "=?" in text:
        text = _FOLD.join(_words(text, taken=taken))
    elif taken + len(text) > _LINE:
        text = _FOLD.join(_lines(text, taken=taken))
    return f"{name}: {text}\r\n"


def _lines(text: str, *, taken: int) -> list[str]:
    """Words on lines of 76; one that is longer by itself stays whole."""
    done: list[str] = []
    line = ""
    for word in text.split(" "):
        room = _LINE - (1 if done else taken)
        if line and len(line) + 1 + len(word) > room:
            done.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*done, line]


def _words(text: str, *, taken: int) -> list[str]:
    """Encoded words, each of whole characters, in the shorter of the two encodings."""
    letter, code = "q", _q
    sizes = [len(_Q[ord(char)]) if char.isascii() else 3 * len(char.encode()) for char in text]
    if sum(sizes) > len(text.encode()) * 4 / 3:
        letter, code = "b", _b
        sizes = [len(char.encode()) for char in text]
    words: list[str] = []
    begin = used = 0
    room = _room(taken, letter)
    for at, size in enumerate(sizes):
        if used + size > room:
            words.append(code(text[begin:at]))
            begin, used, room = at, 0, _room(1, letter)
        used += size
    words.append(code(text[begin:]))
    return [f"=?utf-8?{letter}?{each}?=" for each in words if each]


def _room(taken: int, letter: str) -> int:
    """How much a line holds: encoded letters of `q`, or the bytes that become letters of `b`."""
    room = _LINE - _FRAME - taken
    return room if letter == "q" else room // 4 * 3


def _q(text: str) -> str:
    return "".join([_Q[byte] for byte in text.encode()])


def _b(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
