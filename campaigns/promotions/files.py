"""Packages, slots and promotions as people write them in YAML; each error names its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any, Generic, Literal, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from campaigns import money
from campaigns.errors import BadFile, Invalid
from campaigns.promotions.models import CodeMode

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _cents(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("write an amount like 2,550")
    try:
        return money.cents_from(value)
    except Invalid as error:
        raise ValueError(str(error)) from error


def _basis_points(value: object) -> int:
    found = re.fullmatch(r"(\d{1,2})(?:\.(\d{1,2}))?\s*%?", str(value).strip())
    if not found:
        raise ValueError("write a percentage like 26 or 12.5")
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def _time(value: object) -> object:
    # YAML 1.1 reads 13:00 as the number 780.
    return time(*divmod(value, 60)) if isinstance(value, int) and value < 1440 else value


Cents = Annotated[int, BeforeValidator(_cents), Field(gt=0, le=100_000_000)]
BasisPoints = Annotated[int, BeforeValidator(_basis_points), Field(gt=0, lt=10_000)]
Days = Annotated[int, Field(ge=0, le=3660)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{1,39}$")]
Title = Annotated[str, Field(min_length=1, max_length=120)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FormerPrice(_Entry):
    """A regular price that stood before the present one."""

    price: Cents
    since_days: Days


class PackageEntry(_Entry):
    """One package of the catalogue; prices count from `since_days` ago when it is first taken."""

    code: Code
    name: Title
    category: Title
    visits: int = Field(ge=1, le=365)
    minutes_per_visit: int = Field(ge=5, le=1440)
    validity_months: int | None = Field(None, ge=1, le=120)
    published: bool = True
    bookable: bool = True
    terms: str = ""
    price: Cents
    since_days: Days = 0
    history: tuple[FormerPrice, ...] = ()

    @model_validator(mode="after")
    def _history_runs_forward(self) -> "PackageEntry":
        ages = [*(each.since_days for each in self.history), self.since_days]
        if ages != sorted(set(ages), reverse=True):
            raise ValueError("history goes from the oldest price to the newest, none twice")
        return self


class SlotsEntry(_Entry):
    """Moments at which visits of a category can begin on the coming days."""

    category: Title
    location: str = ""
    days: int = Field(30, ge=1, le=366)
    weekdays: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = WEEKDAYS[:5]  # type: ignore[assignment]
    times: tuple[Annotated[time, BeforeValidator(_time)], ...] = Field(min_length=1)
    capacity: int = Field(2, ge=1, le=500)


class OfferEntry(_Entry):
    """What is promised on one package: exactly one of a percentage, an amount off, a price."""

    percent: BasisPoints | None = None
    amount: Cents | None = None
    price: Cents | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "OfferEntry":
        if [self.percent, self.amount, self.price].count(None) != 2:
            raise ValueError("give exactly one of percent, amount and price")
        return self


class PromotionEntry(_Entry):
    """One promotion; its days are dates, or counted from the day it is first taken in."""

    code: Code
    name: Title
    draft: bool = False
    starts: date | None = None
    starts_in_days: int | None = Field(None, ge=-3660, le=3660)
    last_day: date | None = None
    lasts_days: int | None = Field(None, ge=1, le=3660)
    use_by: date | None = None
    max_redemptions: int | None = Field(None, ge=1)
    max_per_contact: int = Field(1, ge=1)
    budget: Cents | None = None
    new_contacts_only: bool = False
    in_claims: bool = True
    codes: CodeMode = CodeMode.NONE
    shared_code: str = ""
    priority: int = Field(0, ge=-1000, le=1000)
    terms: str = Field(min_length=1)
    offers: dict[str, OfferEntry] = Field(min_length=1)

    @model_validator(mode="after")
    def _says_when(self) -> "PromotionEntry":
        if (self.starts is None) == (self.starts_in_days is None):
            raise ValueError("give either starts (a date) or starts_in_days")
        if (self.last_day is None) == (self.lasts_days is None):
            raise ValueError("give either last_day (a date) or lasts_days")
        return self

    @model_validator(mode="after")
    def _shares_a_word(self) -> "PromotionEntry":
        if (self.codes is CodeMode.SHARED) != bool(self.shared_code):
            raise ValueError("shared_code goes with codes: shared, and only with it")
        return self


_E = TypeVar("_E", bound=_Entry)


@dataclass(frozen=True, slots=True)
class Lined(Generic[_E]):
    """An entry of a file and the line it begins on."""

    line: int
    entry: _E


def packages(text: str) -> list[Lined[PackageEntry]]:
    """The packages of a file; raises BadFile with the line."""
    return list(_entries(_root(text), "packages", PackageEntry))


def slots(text: str) -> list[Lined[SlotsEntry]]:
    """The slots of a file, if it has any; raises BadFile with the line."""
    return list(_entries(_root(text), "slots", SlotsEntry, optional=True))


def promotions(text: str) -> list[Lined[PromotionEntry]]:
    """The promotions of a file; raises BadFile with the line."""
    return list(_entries(_root(text), "promotions", PromotionEntry))


def _root(text: str) -> yaml.MappingNode:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise BadFile(f"This is not YAML: {error.problem}.", line=line) from error
    except yaml.YAMLError as error:
        raise BadFile(f"This is not YAML: {error}.") from error
    if not isinstance(root, yaml.MappingNode):
        raise BadFile("The file must begin with a word and a colon, such as `packages:`.", line=1)
    return root


def _entries(
    root: yaml.MappingNode, section: str, kind: type[_E], *, optional: bool = False
) -> Iterator[Lined[_E]]:
    known = {"packages", "slots"} if section != "promotions" else {"promotions"}
    sections = _fields(root)
    for name, (key, _value) in sections.items():
        if name not in known:
            raise BadFile(f"{name!r} is not known here.", line=_line(key))
    if section not in sections:
        if optional:
            return
        raise BadFile(f"The file has no `{section}:`.", line=1)
    listed = sections[section][1]
    if not isinstance(listed, yaml.SequenceNode):
        raise BadFile(
            f"`{section}:` must be a list, each entry after a hyphen.", line=_line(listed)
        )
    for node in listed.value:
        yield Lined(_line(node), _entry(node, kind))


def _entry(node: yaml.Node, kind: type[_E]) -> _E:
    if not isinstance(node, yaml.MappingNode):
        raise BadFile("Each entry must have fields, such as `code: SER-6`.", line=_line(node))
    _fields(node)
    try:
        return kind.model_validate(_built(node))
    except ValidationError as error:
        # A misspelt field is told before the field that is missing because of it.
        first = min(error.errors(), key=lambda each: each["type"] == "missing")
        path = ".".join(str(each) for each in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise BadFile(
            f"{path}: {said}." if path else f"{said}.", line=_nearest(node, first["loc"])
        ) from error


def _nearest(node: yaml.Node, path: tuple[int | str, ...]) -> int:
    """The line of the last field on this path that the file has."""
    line = _line(node)
    for step in path:
        fields = _fields(node) if isinstance(node, yaml.MappingNode) else {}
        if step not in fields:
            break
        key, node = fields[str(step)]
        line = _line(key)
    return line


def _built(node: yaml.Node) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(node)
    except (yaml.YAMLError, ValueError, TypeError) as error:
        raise BadFile(f"This value cannot be read: {error}.", line=_line(node)) from error
    finally:
        loader.dispose()


def _fields(node: yaml.MappingNode) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    """The fields of a mapping; YAML would silently keep the last of two of one name."""
    found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in found:
            raise BadFile(f"{name!r} stands here twice.", line=_line(key))
        found[name] = (key, value)
        if isinstance(value, yaml.MappingNode):
            _fields(value)
    return found


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
