"""Take a raw message apart for people: headers, text, HTML and what is attached."""

from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message as Letter


@dataclass(frozen=True)
class Attached:
    """A part that is neither the text nor the HTML."""

    index: int
    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Opened:
    """A message taken apart; text or HTML is empty where the message has none."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    attached: tuple[Attached, ...]


def opened(raw: bytes) -> Opened:
    """The message as a person reads it; whatever is broken in it is shown as far as it goes."""
    letter = message_from_bytes(raw)
    text = html = ""
    attached: list[Attached] = []
    for index, part in enumerate(letter.walk()):
        kind = part.get_content_type()
        if part.is_multipart():
            continue
        if part.get_filename() is None and kind == "text/plain" and not text:
            text = _text_of(part)
        elif part.get_filename() is None and kind == "text/html" and not html:
            html = _text_of(part)
        else:
            name = decoded(part.get_filename() or "") or f"part-{index}"
            attached.append(Attached(index, name, kind, _bytes_of(part)))
    headers = tuple((name, decoded(value)) for name, value in letter.raw_items())
    return Opened(headers, text, html, tuple(attached))


def words(raw: bytes, addresses: str) -> str:
    """What a search looks through: the chief headers, the addresses and the text."""
    letter = message_from_bytes(raw)
    found = [header(letter, name) for name in ("Subject", "From", "To", "Message-ID")]
    texts = [_text_of(part) for part in letter.walk() if part.get_content_type() == "text/plain"]
    return "\n".join([*found, addresses, *texts]).casefold()


def header(letter: "Letter[str, str]", name: str) -> str:
    """The first header of this name, decoded; empty where there is none."""
    for each, value in letter.raw_items():
        if each.casefold() == name.casefold():
            return decoded(value)
    return ""


def decoded(value: str) -> str:
    """A header's value on one line, encoded words read; raw UTF-8 (SMTPUTF8) is itself."""
    sent = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        plain = str(make_header(decode_header(sent)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        plain = sent
    return " ".join(plain.split())


def _bytes_of(part: "Letter[str, str]") -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text_of(part: "Letter[str, str]") -> str:
    charset = part.get_content_charset() or "utf-8"
    try:
        return _bytes_of(part).decode(charset, "replace")
    except LookupError:
        return _bytes_of(part).decode("utf-8", "replace")
