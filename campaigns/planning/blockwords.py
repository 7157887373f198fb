"""What blocks and their fields are called where people write: names, purposes, labels, help."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict

_FILE = Path(__file__).parent / "blocks.yaml"


class Label(NamedTuple):
    """What a field is called, and a word of help (may be empty)."""

    label: str
    help: str


_Labels = Mapping[str, Annotated[Label, BeforeValidator(lambda given: Label(*given))]]


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BlockWords(_Words):
    """A kind of block as people know it."""

    name: str
    purpose: str
    fields: _Labels


class PartWords(_Words):
    """A part that a list or a block may hold, and what the button that adds one says."""

    asks: str
    fields: _Labels


class _Catalogue(_Words):
    blocks: Mapping[str, BlockWords]
    every_block: _Labels
    parts: Mapping[str, PartWords]
    choices: Mapping[str, Mapping[str, str]]


@cache
def _catalogue() -> _Catalogue:
    return _Catalogue.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def kinds() -> Mapping[str, BlockWords]:
    """Every kind of block, in the order of the catalogue."""
    return _catalogue().blocks


def of_block(kind: str) -> BlockWords:
    """The words of this kind of block."""
    return _catalogue().blocks[kind]


def of_part(name: str) -> PartWords:
    """The words of this part (the name of its class)."""
    return _catalogue().parts[name]


def label(kind: str, field: str) -> Label:
    """What a field of this block is called; KeyError where nobody named it."""
    found = _catalogue().blocks[kind].fields.get(field)
    return found or _catalogue().every_block[field]


def choices(field: str) -> Mapping[str, str]:
    """The choices of a field, by what is stored."""
    return _catalogue().choices[field]


def title(block: Mapping[str, Any]) -> str:
    """A block as people tell it from others: `Article “What a visit looks like”`."""
    name = of_block(block["type"]).name
    words = block.get("heading") or (block["text"] if block["type"] == "cta_button" else "")
    return f"{name} “{words}”" if words else name
