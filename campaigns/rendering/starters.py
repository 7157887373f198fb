"""Newsletters to begin from: a file each, with a sentence for people, real words and no offer."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.errors import BadFile, NotFound
from campaigns.planning import content, yamlfile
from campaigns.planning.content import Blocks
from campaigns.planning.fields import Line
from campaigns.rendering import templates

FOLDER = "starters"
FILE = "starter.yaml"
MOMENT = "%Y-%m-%dT%H:%M"
_DAY_ONE = datetime(2001, 1, 1)  # noqa: DTZ001 - a clock on the wall


class StarterFile(BaseModel):
    """A newsletter without whom it is for and what it offers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Line
    about: Line
    order: Annotated[int, Field(ge=0, le=1000)]
    topic: Topic
    subject: Line
    preheader: Line
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Starter:
    """A starter and the name of its folder."""

    name: str
    file: StarterFile

    @property
    def kinds(self) -> list[str]:
        """The types of its blocks, in order."""
        return [each.type for each in self.file.blocks]


def blocks(session: Session, starter: Starter) -> list[dict[str, Any]]:
    """What a new campaign begins with: days of the year 2001 count from today, in our zone."""
    here = accounts.organisation(session).zone
    today = clock.now(session).astimezone(clock.zone(here)).date()
    since = datetime.combine(today, time()) - _DAY_ONE
    return [_dated(each, since, here) for each in content.raw(starter.file.blocks)]


def _dated(block: dict[str, Any], since: timedelta, zone: str) -> dict[str, Any]:
    if not block.get("starts", "").startswith(f"{_DAY_ONE:%Y}-"):
        return block
    moved = {each: datetime.fromisoformat(block[each]) + since for each in ("starts", "ends")}
    return block | {each: f"{at:{MOMENT}}" for each, at in moved.items()} | {"zone": zone}


def listed() -> tuple[Starter, ...]:
    """Every starter in its order; one in the owner's own folder goes before ours of that name."""
    return _read(templates.folders())


def named(name: str) -> Starter:
    """The starter of this name; raises NotFound."""
    found = next((each for each in listed() if each.name == name), None)
    if found is None:
        raise NotFound(f"There is no starter {name}.")
    return found


@cache
def _read(folders: tuple[Path, ...]) -> tuple[Starter, ...]:
    found: dict[str, Starter] = {}
    for folder in folders:
        for file in sorted((folder / FOLDER).glob(f"*/{FILE}")):
            found.setdefault(file.parent.name, Starter(file.parent.name, read(file)))
    return tuple(sorted(found.values(), key=lambda each: (each.file.order, each.name)))


def read(file: Path) -> StarterFile:
    """The starter in this file; raises BadFile naming the file and what is wrong in it."""
    data, _lines = yamlfile.read(file.read_text(encoding="utf-8"))
    try:
        return StarterFile.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(each) for each in first["loc"])
        raise BadFile(f"{file.parent.name}: {place}: {first['msg']}") from error
