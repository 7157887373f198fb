"""Blocks as controls of a form: which there are, what they are called, what stands in them."""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import MaxLen
from pydantic import BaseModel

from campaigns.planning import blockwords, lighttext
from campaigns.planning.blocks import KINDS, Block, Line, RichText
from campaigns.planning.blockwords import Label
from campaigns.planning.richtext import Link

Kind = Literal["line", "lines", "rich", "url", "choice", "group", "rows", "fixed"]

BY_KIND: Mapping[str, type[Block]] = {each.model_fields["type"].default: each for each in KINDS}
"""The models of the blocks by what a stored block calls its type."""

_HIDDEN = frozenset({"id", "type"})
_LONGEST = {"line": 250, "url": 2000, "rich": 12_000, "lines": 5_000}


@dataclass(frozen=True, slots=True)
class Slot:
    """One field of a block or of a part: what it takes, by its type."""

    name: str
    kind: Kind
    label: Label
    is_required: bool
    part: type[BaseModel] | None = None
    """What a group is, or a row."""
    options: tuple[tuple[str, str], ...] = ()
    most: int = 0
    """How many rows there may be; 0: as many as are wanted."""


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
        return blockwords.of_part(self.slot.part.__name__).asks

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


def controls(typed: Typed, *, promotions: tuple[tuple[str, str], ...]) -> tuple[Control, ...]:
    """The controls of a block's form, filled."""
    return tuple(_filled(slots(BY_KIND[typed.kind]), typed.values, "", typed, promotions))


@cache
def slots(model: type[BaseModel]) -> tuple[Slot, ...]:
    """The slots of a block or a part, in the order in which they are asked."""
    hints = get_type_hints(model, include_extras=True)
    made = [_slot(model, name, hints[name]) for name in model.model_fields if name not in _HIDDEN]
    return tuple(sorted(made, key=lambda each: each.name == "background"))


def _slot(model: type[BaseModel], name: str, hint: Any) -> Slot:
    inner = _without_none(hint)
    info = model.model_fields[name]
    kind, part = _kind(inner)
    return Slot(
        name=name,
        kind="choice" if name == "promotion" else kind,
        label=_label(model, name),
        is_required=info.is_required(),
        part=part,
        options=_options(name, inner, may_be_none=inner is not hint) if kind == "choice" else (),
        most=next((each.max_length for each in info.metadata if isinstance(each, MaxLen)), 0),
    )


def _kind(hint: Any) -> tuple[Kind, type[BaseModel] | None]:
    bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if get_origin(bare) is list:
        [inner] = get_args(bare)
        return ("lines", None) if inner == Line else ("rows", inner)
    if get_origin(bare) is Literal:
        return ("choice" if len(get_args(bare)) > 1 else "fixed"), None
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        return "group", bare
    if hint == RichText:
        return "rich", None
    return ("url" if hint == Link else "line"), None


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        [inner] = [each for each in get_args(hint) if each is not type(None)]
        return inner
    return hint


def _label(model: type[BaseModel], name: str) -> Label:
    if issubclass(model, Block):
        return blockwords.label(model.model_fields["type"].default, name)
    return blockwords.of_part(model.__name__).fields[name]


def _options(name: str, hint: Any, *, may_be_none: bool) -> tuple[tuple[str, str], ...]:
    named = blockwords.choices(name)
    known = [str(each) for each in get_args(hint)] + ([""] if may_be_none else [])
    return tuple((value, words) for value, words in named.items() if value in known)


def _filled(
    wanted: tuple[Slot, ...],
    values: Mapping[str, Any],
    before: str,
    typed: Typed,
    promotions: tuple[tuple[str, str], ...],
) -> Iterator[Control]:
    for slot in wanted:
        name, value = f"{before}{slot.name}", values.get(slot.name)
        if slot.kind == "fixed":
            continue
        if slot.kind == "group":
            assert slot.part is not None
            inner = _filled(slots(slot.part), value or {}, f"{name}.", typed, promotions)
            yield Control(name, slot, parts=tuple(inner))
        elif slot.kind == "rows":
            yield Control(name, slot, rows=tuple(_rows(slot, value, name, typed, promotions)))
        elif slot.kind == "rich":
            rich = str(value or "")
            shown = typed.unread[name] if name in typed.unread else lighttext.written(rich)
            yield Control(name, slot, value=shown, rich=rich, is_plain=name in typed.unread)
        elif slot.name == "promotion":
            chosen = (("", "The only promotion of this campaign"), *promotions)
            yield Control(name, replace(slot, options=chosen), value=str(value or ""))
        elif slot.kind == "lines":
            yield Control(name, slot, value="\n".join(value or []))
        else:
            yield Control(name, slot, value=str(value if value is not None else ""))


def _rows(
    slot: Slot, value: Any, name: str, typed: Typed, promotions: tuple[tuple[str, str], ...]
) -> Iterator[Row]:
    assert slot.part is not None
    noun = blockwords.of_part(slot.part.__name__).asks.rpartition(" ")[2].capitalize()
    for number, each in enumerate(value or [], start=1):
        inner = _filled(slots(slot.part), each, f"{name}.{number - 1}.", typed, promotions)
        yield Row(number, f"{noun} {number}", tuple(inner))


def start_values(kind: str) -> dict[str, Any]:
    """What a new block's form begins with: its defaults, and one empty row where one is needed."""
    model = BY_KIND[kind]
    values: dict[str, Any] = {}
    for slot in slots(model):
        info = model.model_fields[slot.name]
        if slot.kind == "rows" and info.is_required():
            values[slot.name] = [{}]
        elif not info.is_required() and info.default not in (None, []):
            default = info.default
            values[slot.name] = (
                default.model_dump(exclude_none=True) if isinstance(default, BaseModel) else default
            )
    return values
