"""What was typed into a block's form, read back into the block; each mistake beside its control."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData

from campaigns.planning import catalogue, lighttext, richtree
from campaigns.planning.blocks import Block
from campaigns.planning.fields import Part
from campaigns.web import forms
from campaigns.web.pages.content.content_controls import GROUPED, Slot, Typed, slots

_ROW_DEED = re.compile(r"(?P<name>[a-z0-9_.]+):(?:(?P<row>\d{1,3}):)?(?P<deed>add|up|down|remove)")
_LONGEST = 24_000
"""Of one field, twice what any may hold: more is never read, the model refuses the rest."""
_NO_ADDRESS = "Type the web address it leads to, or choose another place."
_TWO_PLACES = "Empty this, or choose “A web address” above: a button leads to one place."


@dataclass
class Reading:
    """A block's form: what was typed, a sentence for each mistake, and the block where it fits."""

    typed: Typed
    errors: dict[str, str] = field(default_factory=dict)
    block: Block | None = None


def read(kind: str, posted: FormData, *, name: str | None = None) -> Reading:
    """The form of a block of this kind (with this id) as it was posted."""
    typed = Typed(kind)
    reading = Reading(typed)
    model = catalogue.kind(kind)
    typed.values = _values(slots(model), _nested(posted), "", reading)
    origins: dict[str, list[int]] = {}
    given = _given(slots(model), typed.values, "", reading, origins)
    identity = {"type": kind} | ({"id": name} if name else {})
    try:
        block = model.model_validate(given | identity)
    except ValidationError as error:
        for each in error.errors():
            where = _name(model, each["loc"], origins)
            reading.errors.setdefault(where, _sentence(each))
    else:
        reading.block = None if reading.errors else block
    return reading


def do(typed: Typed, deed: str) -> str:
    """Add, move or take out a row of a list as its button says; the control to go on with.

    `look` changes nothing and keeps nothing: the form is only shown again.
    """
    if deed == "look":
        return deed
    found = _ROW_DEED.fullmatch(deed)
    if found is None:
        return ""
    name, row = found["name"], int(found["row"] or 0)
    rows = _rows_at(typed.values, name)
    if rows is not None and found["deed"] == "add":
        rows.append({})
        return f"{name}.{len(rows) - 1}"
    if rows is None or row >= len(rows):
        return ""
    each = rows.pop(row)
    if found["deed"] == "remove":
        return f"{name}.{min(row, len(rows) - 1)}" if rows else f"{name}:add"
    to = max(0, row + (1 if found["deed"] == "down" else -1))
    rows.insert(to, each)
    return f"{name}.{min(to, len(rows) - 1)}"


def _sentence(error: Any) -> str:
    least = error.get("ctx", {}).get("min_length", 1)
    if error["type"] == "too_short" and least > 1:
        return f"There have to be {least} at least."
    if error["type"] == "too_long":
        return f"There is room for {error['ctx']['max_length']}."
    said = forms.sentence(error)
    return f"{said[:1].upper()}{said[1:]}"


def _rows_at(values: dict[str, Any], name: str) -> list[Any] | None:
    """The list of this name, which may stand in a row of another list."""
    *path, last = name.split(".")
    at: Any = values
    for step in path:
        if isinstance(at, list):
            at = at[int(step)] if step.isdecimal() and int(step) < len(at) else None
        else:
            at = at.get(step) if isinstance(at, dict) else None
    rows = at.setdefault(last, []) if isinstance(at, dict) else None
    return rows if isinstance(rows, list) else None


def _nested(posted: FormData) -> dict[str, Any]:
    """`items.0.name` as {"items": {"0": {"name": ...}}}."""
    tree: dict[str, Any] = {}
    for key, value in posted.multi_items():
        if isinstance(value, str):
            *path, last = key.split(".")
            at = tree
            for step in path:
                below = at.setdefault(step, {})
                at = below if isinstance(below, dict) else {}
            at[last] = value.replace("\r\n", "\n")[:_LONGEST]
    return tree


def _values(
    wanted: tuple[Slot, ...], given: Mapping[str, Any], before: str, reading: Reading
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for slot in wanted:
        name, value = f"{before}{slot.name}", given.get(slot.name)
        if slot.kind == "rich":
            values[slot.name] = _rich(slot.name, name, given, reading)
        elif isinstance(value, dict) and slot.part is not None:
            inner = slots(slot.part)
            if slot.kind in GROUPED:
                values[slot.name] = _values(inner, value, f"{name}.", reading)
            else:
                values[slot.name] = [
                    _values(inner, row, f"{name}.{number}.", reading)
                    for number, row in enumerate(_in_order(value))
                ]
        elif isinstance(value, str) and slot.part is None:
            values[slot.name] = _lines(value) if slot.kind == "lines" else value.strip()
    return values


def _in_order(rows: Mapping[str, Any]) -> list[Any]:
    numbers = sorted((each for each in rows if each.isdecimal()), key=int)
    return [rows[each] for each in numbers if isinstance(rows[each], dict)]


def _lines(value: str) -> list[str]:
    return [each.strip() for each in value.split("\n") if each.strip()]


def _rich(key: str, name: str, given: Mapping[str, Any], reading: Reading) -> str:
    """Rich text from the editor or from plain signs; what came back unchanged stays as it was."""
    was = str(given.get(f"{key}~was") or "")
    edited = given.get(f"{key}~rich")
    if isinstance(edited, str):
        tidy = richtree.canonical(edited)
        return was if tidy == richtree.canonical(was) else tidy
    typed = str(given.get(key) or "")
    if lighttext.same(typed, was):
        return was
    try:
        return lighttext.rich(typed)
    except ValueError as refusal:
        reading.typed.unread[name] = typed
        reading.errors[name] = f"{str(refusal)[:1].upper()}{str(refusal)[1:]}."
        return was or "<p>…</p>"


def _given(
    wanted: tuple[Slot, ...],
    values: Mapping[str, Any],
    before: str,
    reading: Reading,
    origins: dict[str, list[int]],
) -> dict[str, Any]:
    """The values without what was left empty, for the model."""
    _where_it_leads(values, before, reading)
    given: dict[str, Any] = {}
    for slot in wanted:
        name, value = f"{before}{slot.name}", values.get(slot.name)
        if slot.kind in GROUPED and slot.part is not None and value:
            if _says_something(slot.part, value):
                given[slot.name] = _given(slots(slot.part), value, f"{name}.", reading, origins)
        elif slot.kind == "rows" and slot.part is not None:
            rows = list(enumerate(value or []))
            kept = [(at, row) for at, row in rows if _says_something(slot.part, row)]
            origins[name] = [at for at, _row in kept]
            given[slot.name] = [
                _given(slots(slot.part), row, f"{name}.{at}.", reading, origins) for at, row in kept
            ]
        elif value not in ("", None, []):
            given[slot.name] = value
    return given


def _says_something(part: type[Part], values: Mapping[str, Any]) -> bool:
    return any(_is_said(slot, values.get(slot.name)) for slot in slots(part))


def _is_said(slot: Slot, value: Any) -> bool:
    if slot.part is None:
        return bool(value) and not slot.is_chosen
    rows = [value] if slot.kind in GROUPED else value
    return any(_says_something(slot.part, each) for each in rows or [] if each)


def _where_it_leads(values: Mapping[str, Any], before: str, reading: Reading) -> None:
    if "action" not in values or not values.get("text"):
        return
    url, action = values.get("url"), values.get("action")
    if not url and not action:
        reading.errors[f"{before}url"] = _NO_ADDRESS
    elif url and action:
        reading.errors[f"{before}url"] = _TWO_PLACES


def _name(model: type[Part], where: tuple[Any, ...], origins: dict[str, list[int]]) -> str:
    """The control that a mistake belongs to, by the place the model names."""
    steps: list[str] = []
    part: type[Part] | None = model
    for each in where:
        if isinstance(each, int):
            known = origins.get(".".join(steps), [])
            steps.append(str(known[each] if each < len(known) else each))
        else:
            steps.append(str(each))
            found = {slot.name: slot.part for slot in slots(part)} if part else {}
            part = found.get(str(each))
    if part is not None and "url" in part.model_fields and "action" in part.model_fields:
        steps.append("url")
    return ".".join(steps) or "form"
