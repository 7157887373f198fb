"""What stands in the audit trail, in words: the deed, and each thing that it changed."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from campaigns import clock, settings
from campaigns.accounts.models import Role
from campaigns.accounts.roles import TITLES
from campaigns.accounts.trail import Deed
from campaigns.errors import Invalid
from campaigns.money import Money

_CLINIC = "organisation"
"""The one subject that needs no name: there is one clinic."""
_LONGEST = 160
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PAST = {
    "begin": "began",
    "send": "sent",
    "set": "set",
    "make": "made",
    "let": "let",
    "give": "gave",
    "withdraw": "withdrew",
    "put": "put",
    "take": "took",
    "bring": "brought",
    "write": "wrote",
    "undo": "undid",
    "forget": "forgot",
    "hold": "held",
    "lift": "lifted",
    "stop": "stopped",
    "submit": "submitted",
    "mend": "mended",
    "split": "split",
    "choose": "chose",
    "leave": "left",
    "redo": "redid",
    "unschedule": "unscheduled",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a deed changed, as text; `was` is empty for what is new."""

    what: str
    was: str
    now: str


def deed(verb: str, subject: str = "") -> str:
    """What was done to what, as it is told: `changed roles: user ada@example.com`.

    What the verb names already is not said twice: `edited campaign autumn`.
    """
    first, gap, rest = verb.partition(" ")
    told = f"{_past(first)}{gap}{rest}"
    if not subject or subject == _CLINIC:
        return told.replace(_CLINIC, "the clinic")
    if rest and (subject == rest or subject.startswith(f"{rest} ")):
        return f"{_past(first)} {subject}"
    return f"{told}: {subject}"


def changes(deed: Deed, *, zone: str) -> list[Change]:
    """What this deed changed, one line for each thing, in the order in which it was kept."""
    before = dict(_flat(deed.entry.before, zone))
    after = dict(_flat(deed.entry.after, zone))
    names = [*before, *(each for each in after if each not in before)]
    return [
        Change(_label(each), before.get(each, ""), after.get(each, ""))
        for each in names
        if before.get(each) != after.get(each)
    ]


def as_csv(deeds: Iterable[Deed], *, zone: str) -> Iterator[str]:
    """The trail as lines of CSV (RFC 4180); no cell begins as a formula would."""
    yield _line(["when", "person", "address", "deed", "subject", "changes", "reason"])
    for each in deeds:
        entry = each.entry
        said = "; ".join(
            f"{change.what}: {change.was or '–'} → {change.now or '–'}"
            for change in changes(each, zone=zone)
        )
        yield _line(
            [
                entry.at.astimezone(UTC).isoformat(timespec="seconds"),
                each.name,
                entry.actor,
                deed(entry.verb),
                entry.subject,
                said,
                entry.reason,
            ]
        )


def _past(verb: str) -> str:
    if verb in _PAST:
        return _PAST[verb]
    if verb.endswith("ed"):
        return verb
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ied"
    return f"{verb}ed"


def _label(path: str) -> str:
    plain = path.removesuffix("_cents").removesuffix("_at").replace("_", " ")
    return plain[:1].upper() + plain[1:]


def _flat(values: Mapping[str, Any], zone: str, above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        path = f"{above}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, zone, f"{path}, ")
        else:
            yield path, _said(name, value, zone)


def _said(name: str, value: Any, zone: str) -> str:
    if value is None or value in ("", []):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and name.endswith("_cents"):
        return str(Money(value, settings.current().currency))
    return _cut(_list(name, value, zone) if isinstance(value, list) else _word(name, value, zone))


def _word(name: str, value: Any, zone: str) -> str:
    text = str(value)
    if _MOMENT.fullmatch(text):
        return _moment(text, zone)
    if name in {"role", "roles"} and text in set(Role):
        return TITLES[Role(text)]
    return text


def _list(name: str, values: list[Any], zone: str) -> str:
    if any(isinstance(each, Mapping | list) for each in values):
        return f"{len(values)} part{'' if len(values) == 1 else 's'}"
    return ", ".join(_said(name, each, zone) for each in values)


def _moment(text: str, zone: str) -> str:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    if instant.tzinfo is None:
        return instant.strftime("%-d %b %Y, %H:%M")
    try:
        return clock.local_text(instant, zone)
    except (Invalid, OverflowError):
        return text


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([f"'{each}" if each.startswith(_FORMULA) else each for each in cells])
    return out.getvalue()
