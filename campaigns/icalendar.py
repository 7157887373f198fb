"""One entry for calendars (RFC 5545): what every calendar program can take in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

MEDIA_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"
_FOLD_AT = 75


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as calendars show it; the same `uid` with a higher `sequence` replaces it."""

    uid: str
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    """What shows on a locked screen."""
    location: str = ""
    description: str = ""
    url: str = ""
    status: str = "CONFIRMED"
    sequence: int = 0


def file(entry: Entry, *, made_by: str) -> bytes:
    """The file with this entry; `made_by` names the part of Bedside that wrote it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Bedside//{made_by}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_utc(entry.stamp)}",
        f"DTSTART:{_utc(entry.starts_at)}",
        f"DTEND:{_utc(entry.ends_at)}",
        f"SUMMARY:{_text(entry.summary)}",
        *_said("LOCATION", _text(entry.location)),
        *_said("DESCRIPTION", _text(entry.description)),
        *_said("URL", entry.url),
        f"STATUS:{entry.status}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return ("\r\n".join(_fold(line) for line in lines) + "\r\n").encode()


def _said(name: str, value: str) -> Iterable[str]:
    return [f"{name}:{value}"] if value else []


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(escaped.splitlines())


def _fold(line: str) -> str:
    """Folded so that no physical line is longer than 75 octets, never inside a character."""
    parts, room = [""], _FOLD_AT
    for character in line:
        size = len(character.encode())
        if size > room:
            parts.append("")
            room = _FOLD_AT - 1
        parts[-1] += character
        room -= size
    return "\r\n ".join(parts)
