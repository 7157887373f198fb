"""What blocks say in words, and where two people's words for one of them differ."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.planning import catalogue, lighttext
from campaigns.planning.fields import ACTIONS
from campaigns.web.pages.content.content_controls import slots


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of which two people wrote different words."""

    label: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Clash:
    """What somebody else did to the piece in the meantime."""

    sentence: str
    by: str
    at: datetime | None
    is_gone: bool
    differences: tuple[Difference, ...]


def said(value: Any, *, tell: Callable[[str], str] = lighttext.written) -> str:
    """What a field says, as people type it; rich text as `tell` puts it."""
    if isinstance(value, dict):
        shown = [each for name, each in value.items() if name not in ("action", "url", "file")]
        return " – ".join(filter(None, (said(each, tell=tell) for each in shown)))
    if isinstance(value, list):
        return "\n".join(said(each, tell=tell) for each in value)
    text = "" if value is None else str(value)
    return tell(text) if text.startswith("<") else text


def words_of(block: Mapping[str, Any]) -> list[str]:
    """What a block says, a line for each of its fields, without the signs that text is set with."""
    return [
        " ".join(words.split())
        for slot in slots(catalogue.kind(block["type"]))
        if not slot.is_chosen
        and slot.kind not in ("fixed", "long")
        and (words := _plain(block.get(slot.name)))
    ]


def _plain(value: Any) -> str:
    return said(value, tell=lighttext.plain)


def differences(kind: str, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[Difference]:
    """The fields that differ, both ways of each."""
    found = []
    for slot in slots(catalogue.kind(kind)):
        one, other = _told(mine.get(slot.name)), _told(theirs.get(slot.name))
        if one != other and slot.kind != "fixed":
            found.append(Difference(slot.label.label, one or "(empty)", other or "(empty)"))
    return found


def _told(value: Any) -> str:
    """Everything a value says, where a button leads included."""
    if isinstance(value, dict):
        named = {**value}
        action = named.pop("action", None)
        if action:
            named["action"] = ACTIONS[action]
        return " – ".join(filter(None, map(_told, named.values())))
    if isinstance(value, list):
        return "\n".join(filter(None, map(_told, value)))
    return said(value)
