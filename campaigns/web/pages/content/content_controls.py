"""Blocks as controls of a form: which there are, what they are called, what stands in them."""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import MaxLen, MinLen
from pydantic import BaseModel

from campaigns.planning import catalogue, fields, lighttext
from campaigns.planning.blocks import EVERY_BLOCK, Block
from campaigns.planning.catalogue import Label
from campaigns.planning.fields import As, Choices, Kind, Part, Picture

CHOSEN = frozenset({"choice", "promotion", "segment", "zone"})
"""The kinds that are chosen from a list."""
GROUPED = frozenset({"group", "picture"})
"""The kinds that are a few controls of their own."""

_HIDDEN = frozenset({"id", "type"})
_LONGEST = {"line": 250, "url": 2000, "rich": 12_000, "lines": 5_000, "long": 200_000}


@dataclass(frozen=True, slots=True)
class Slot:
    """One field of a block or of a part: what it takes, by its type."""

    name: str
    kind: Kind
    label: Label
    is_required: bool
    part: type[Part] | None = None
    """What a group is, or a row."""
    options: tuple[tuple[str, str], ...] = ()
    least: int = 0
    """How many rows there must be."""
    most: int = 0
    """How many rows there may be; 0: as many as are wanted."""

    @property
    def is_chosen(self) -> bool:
        """Whether it is chosen from a list."""
        return self.kind in CHOSEN


@dataclass(frozen=True, slots=True)
class Choosable:
    """What a campaign has to choose from, by what is stored, with what it is called."""

    promotions: tuple[tuple[str, str], ...] = ()
    segments: tuple[tuple[str, str], ...] = ()
    zone: str = "America/Chicago"
    """The clinic's, which a new moment is in."""


@dataclass(frozen=True, slots=True)
class Control:
    """A slot as the form shows it."""

    name: str
    slot: Slot
    value: str = ""
    rich: str = ""
    """Rich text as the editor takes it."""
    is_plain: bool = False
    """Whether what was typed could not be read, so that only a plain field can show it."""
    parts: tuple["Control", ...] = ()
    rows: tuple["Row", ...] = ()

    @property
    def may_grow(self) -> bool:
        """Whether one more row may be added."""
        return not self.slot.most or len(self.rows) < self.slot.most

    @property
    def asks(self) -> str:
        """What the button says that adds a row."""
        assert self.slot.part is not None
        return self.slot.part.asks

    @property
    def is_common(self) -> bool:
        """Whether every block has it: how it stands, and who sees it."""
        return self.name in EVERY_BLOCK

    @property
    def is_usual(self) -> bool:
        """Whether it is as most blocks have it."""
        return self.value in ("", "plain", "normal")

    @property
    def longest(self) -> int:
        """How many characters it takes."""
        return _LONGEST.get(self.slot.kind, _LONGEST["line"])


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list."""

    number: int
    title: str
    controls: tuple[Control, ...]


@dataclass
class Typed:
    """What stands in a form: the values of a block, and rich text that could not be read yet."""

    kind: str
    values: dict[str, Any] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    """Rich fields by name whose typed text names a link that leads nowhere."""


def controls(typed: Typed, choosable: Choosable) -> tuple[Control, ...]:
    """The controls of a block's form, filled."""
    filling = _Filling(typed, choosable)
    return tuple(filling.controls(slots(catalogue.kind(typed.kind)), typed.values, ""))


@cache
def slots(model: type[Part]) -> tuple[Slot, ...]:
    """The slots of a block or a part, in the order in which they are asked."""
    hints = get_type_hints(model, include_extras=True)
    hidden = _HIDDEN | ({"visibility"} if _is_for_everyone(model) else set())
    made = [_slot(model, name, hints[name]) for name in model.model_fields if name not in hidden]
    if not issubclass(model, Block):
        return tuple(made)
    return tuple(sorted(made, key=lambda each: each.name in EVERY_BLOCK))


def _is_for_everyone(model: type[Part]) -> bool:
    return issubclass(model, Block) and model.for_everyone


def _slot(model: type[Part], name: str, hint: Any) -> Slot:
    inner = _without_none(hint)
    info = model.model_fields[name]
    kind, part = _kind(inner)
    limits = {type(each): each for each in info.metadata}
    least, most = limits.get(MinLen), limits.get(MaxLen)
    return Slot(
        name=name,
        kind=kind,
        label=Label(info.title or name, info.description or ""),
        is_required=info.is_required(),
        part=part,
        options=_options(inner, may_be_none=inner is not hint) if kind == "choice" else (),
        least=least.min_length if least else int(info.is_required()),
        most=most.max_length if most and kind in ("rows", "lines") else 0,
    )


def _kind(hint: Any) -> tuple[Kind, type[Part] | None]:
    bare, marks = _bare(hint)
    asked: list[Kind] = [each.kind for each in marks if isinstance(each, As)]
    if get_origin(bare) is list:
        [inner] = get_args(bare)
        part = _bare(inner)[0]
        return ("rows", part) if _is_part(part) else ("lines", None)
    if get_origin(bare) is Literal:
        return ("choice" if len(get_args(bare)) > 1 else "fixed"), None
    if _is_part(bare):
        return ("picture" if issubclass(bare, Picture) else "group"), bare
    return asked[-1] if asked else "line", None


def _bare(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    if get_origin(hint) is Annotated:
        return get_args(hint)[0], get_args(hint)[1:]
    return hint, ()


def _is_part(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Part)


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        [inner] = [each for each in get_args(hint) if each is not type(None)]
        return inner
    return hint


def _options(hint: Any, *, may_be_none: bool) -> tuple[tuple[str, str], ...]:
    bare, marks = _bare(hint)
    known = [str(each) for each in get_args(bare)] + ([""] if may_be_none else [])
    named = next((each.named for each in marks if isinstance(each, Choices)), {})
    words = dict(named) | {each: each.capitalize() for each in known if each not in named}
    return tuple((value, said) for value, said in words.items() if value in known)


@dataclass(frozen=True, slots=True)
class _Filling:
    """Fills the controls of one form."""

    typed: Typed
    choosable: Choosable

    def controls(
        self, wanted: tuple[Slot, ...], values: Mapping[str, Any], before: str
    ) -> Iterator[Control]:
        """The controls of these slots, filled."""
        for slot in wanted:
            if slot.kind != "fixed":
                yield self._control(slot, values.get(slot.name), f"{before}{slot.name}")

    def _control(self, slot: Slot, value: Any, name: str) -> Control:
        match slot.kind:
            case "group" | "picture":
                assert slot.part is not None
                parts = self.controls(slots(slot.part), value or {}, f"{name}.")
                return Control(name, slot, parts=tuple(parts))
            case "rows":
                return Control(name, slot, rows=tuple(self._rows(slot, value, name)))
            case "rich":
                return self._rich(slot, str(value or ""), name)
            case "promotion" | "segment" | "zone":
                return self._chosen(slot, str(value or ""), name)
            case "lines":
                return Control(name, slot, value="\n".join(value or []))
            case _:
                return Control(name, slot, value=str(value if value is not None else ""))

    def _rows(self, slot: Slot, value: Any, name: str) -> Iterator[Row]:
        assert slot.part is not None
        noun = slot.part.asks.rpartition(" ")[2].capitalize()
        for number, each in enumerate(value or [], start=1):
            inner = self.controls(slots(slot.part), each, f"{name}.{number - 1}.")
            yield Row(number, f"{noun} {number}", tuple(inner))

    def _rich(self, slot: Slot, rich: str, name: str) -> Control:
        unread = self.typed.unread
        shown = unread[name] if name in unread else lighttext.written(rich)
        return Control(name, slot, value=shown, rich=rich, is_plain=name in unread)

    def _chosen(self, slot: Slot, value: str, name: str) -> Control:
        """What is stored stays chosen, even where it can be chosen no more."""
        options: tuple[tuple[str, str], ...]
        if slot.kind == "promotion":
            options = (("", "The only promotion of this campaign"), *self.choosable.promotions)
        elif slot.kind == "segment":
            options = (("", "Everyone"), *self.choosable.segments)
        else:
            value = value or self.choosable.zone
            options = tuple((each, each.replace("_", " ")) for each in fields.zones())
        if value not in dict(options):
            options = (*options, (value, f"{value} (not there any more)"))
        return Control(name, replace(slot, options=options), value=value)


def start_values(kind: str) -> dict[str, Any]:
    """What a new block's form begins with: its defaults, and empty rows where some are needed."""
    return _start_values(catalogue.kind(kind))


def _start_values(model: type[Part]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for slot in slots(model):
        info = model.model_fields[slot.name]
        if slot.kind == "rows" and info.is_required():
            assert slot.part is not None
            values[slot.name] = [_start_values(slot.part) for _each in range(slot.least)]
        elif not info.is_required() and info.default not in (None, []):
            default = info.default
            values[slot.name] = (
                default.model_dump(exclude_none=True) if isinstance(default, BaseModel) else default
            )
    return values
