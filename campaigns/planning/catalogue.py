"""The catalogue of blocks: every folder `blocks/<type>/` of the template folders, read once.

A folder holds the record (`block.py`), its two twins (`block.html`, `block.txt`) and a sample
(`sample.json`). A folder in the owner's own templates goes before ours of the same name, and may
leave out what it does not change. What is wrong with a folder is said when the catalogue is read,
by its name: Misconfigured.
"""

import hashlib
import importlib.util
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, NamedTuple

from pydantic import Discriminator, Field, TypeAdapter, ValidationError

from campaigns import template_folders
from campaigns.errors import Misconfigured, NotFound
from campaigns.planning.blocks import Block

FOLDER = "blocks"
RECORD = "block.py"
FILES = (RECORD, "block.html", "block.txt", "sample.json")
MOST_BLOCKS = 60
_MODULES = "bedside_blocks"
_READING = Lock()
_FAULTS = (
    SyntaxError, ImportError, NameError, AttributeError, LookupError, TypeError, ValueError,
    RuntimeError, OSError, Warning,
)  # fmt: skip
"""What a file of somebody's own can be stopped by while it is loaded."""


class Label(NamedTuple):
    """What a field is called, and a word of help (may be empty)."""

    label: str
    help: str


@dataclass(frozen=True)
class _Catalogue:
    kinds: Mapping[str, type[Block]]
    blocks: TypeAdapter[list[Block]]


def kinds() -> Mapping[str, type[Block]]:
    """The record of every block by its type, in the order of the menu."""
    return _current().kinds


def kind(name: str) -> type[Block]:
    """The record of this type of block; raises NotFound."""
    found = kinds().get(name)
    if found is None:
        raise NotFound(f"There is no block {name!r} here; there are {', '.join(kinds())}.")
    return found


def blocks() -> TypeAdapter[list[Block]]:
    """What reads a list of blocks, each by its type."""
    return _current().blocks


def of_offers() -> frozenset[str]:
    """The types of blocks that show a promotion."""
    return frozenset(name for name, each in kinds().items() if each.needs_offer)


def name_of(kind_: str) -> str:
    """What people call this type of block; the type itself where it is not here any more."""
    found = kinds().get(kind_)
    return found.name if found else kind_


def label(kind_: str, field: str) -> Label:
    """What a field of this block is called; its own name where it is not here any more."""
    found = kinds().get(kind_)
    info = found.model_fields.get(field) if found else None
    return Label(info.title or field, info.description or "") if info else Label(field, "")


def title(block: Mapping[str, Any]) -> str:
    """A block as people tell it from others: `Article “What a visit looks like”`."""
    found = kinds().get(block["type"])
    words = block.get(found.titled_by) if found else None
    name = name_of(block["type"])
    return f"{name} “{words}”" if words else name


def _current() -> _Catalogue:
    """The catalogue of the folders as they are set; threads wait for the first one that reads."""
    with _READING:
        return _read(template_folders.folders())


@cache
def _read(folders: tuple[Path, ...]) -> _Catalogue:
    found: dict[str, type[Block]] = {}
    for name in sorted({each.name for folder in folders for each in _folders_in(folder)}):
        found[name] = _complete(name, [each / FOLDER / name for each in folders])
    if not found:
        raise Misconfigured("There is no block in the template folders: is the package whole?")
    ordered = dict(sorted(found.items(), key=lambda each: (each[1].order, each[0])))
    adapter = _adapter(ordered)
    for name in ordered:
        sample = _file([each / FOLDER / name for each in folders], "sample.json")
        _try_sample(adapter, name, sample)
    return _Catalogue(ordered, adapter)


def _folders_in(folder: Path) -> list[Path]:
    within = folder / FOLDER
    if not within.is_dir():
        return []
    return [each for each in within.iterdir() if each.is_dir() and each.name[0] not in "._"]


def _complete(name: str, places: list[Path]) -> type[Block]:
    """The record of a block whose folder has all its files."""
    for each in FILES:
        _file(places, each)
    return _record(name, _file(places, RECORD))


def _file(places: list[Path], name: str) -> Path:
    for each in places:
        if (each / name).is_file():
            return each / name
    here = next(each for each in places if each.is_dir())
    raise Misconfigured(
        f"The block folder {here} has no {name}: a block is {', '.join(FILES[:-1])} "
        f"and {FILES[-1]}."
    )


@cache
def _record(name: str, file: Path) -> type[Block]:
    module = f"{_MODULES}.{name}_{hashlib.blake2s(str(file).encode(), digest_size=4).hexdigest()}"
    spec = importlib.util.spec_from_file_location(module, file)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[module] = loaded
    try:
        spec.loader.exec_module(loaded)
    except _FAULTS as error:
        del sys.modules[module]
        raise _broken(file, f"it does not load: {error}") from error
    made: list[type[Block]] = [
        each for each in vars(loaded).values() if _is_record_of(each, module)
    ]
    if len(made) != 1:
        raise _broken(file, f"it has {len(made)} classes made of Block, and needs one")
    _hold(made[0], name, file)
    return made[0]


def _is_record_of(found: Any, module: str) -> bool:
    return isinstance(found, type) and issubclass(found, Block) and found.__module__ == module


def _hold(record: type[Block], name: str, file: Path) -> None:
    """What the record says of itself is all there."""
    written = record.model_fields["type"].default
    if written != name:
        raise _broken(file, f"its type is {written!r}, and its folder is called {name!r}")
    for word in ("name", "purpose"):
        if not getattr(record, word, ""):
            raise _broken(file, f"it does not say its {word}: write `{word}: ClassVar[str] = ...`")
    for field, info in record.model_fields.items():
        if field not in ("type", "id") and not info.title:
            raise _broken(file, f"its field {field} has no label: write `Field(title=...)`")


def _broken(file: Path, what: str) -> Misconfigured:
    return Misconfigured(f"The block folder {file.parent}: {file.name}: {what}.")


def _adapter(found: Mapping[str, type[Block]]) -> TypeAdapter[list[Block]]:
    each: Any = reduce(or_, found.values())
    if len(found) > 1:
        each = Annotated[each, Discriminator("type")]
    whole = Annotated[list[each], Field(min_length=1, max_length=MOST_BLOCKS)]
    return TypeAdapter(whole)


def _try_sample(adapter: TypeAdapter[list[Block]], name: str, file: Path) -> None:
    try:
        [block] = adapter.validate_python([json.loads(file.read_text(encoding="utf-8"))])
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(each) for each in first["loc"][2:])
        raise _broken(file, f"{place or 'the sample'}: {first['msg']}") from error
    except ValueError as error:
        raise _broken(file, f"it is not JSON: {error}") from error
    if block.type != name:
        raise _broken(file, f"it shows the block {block.type!r}")
