"""A campaign's content: typed blocks read from JSON or from a YAML file, refused in plain words."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from campaigns.contacts.models import Topic
from campaigns.errors import BadFile, Invalid
from campaigns.planning import placeholders, yamlfile
from campaigns.planning.blocks import KINDS, AnyBlock, Block, Line, Slug

__all__ = ["AnyBlock", "Block", "CampaignFile", "parse", "raw", "read"]

_BLOCKS: dict[str, type[Block]] = {each.model_fields["type"].default: each for each in KINDS}
_ONCE = ("header", "hero", "greeting", "footer")


def _arranged(blocks: list[AnyBlock]) -> list[AnyBlock]:
    """The blocks, each with an id; raises ValueError where their order cannot be."""
    kinds: list[str] = [each.type for each in blocks]
    for kind in _ONCE:
        if kinds.count(kind) > 1:
            raise ValueError(f"a message has one {kind} block, not {kinds.count(kind)}")
    if "header" in kinds[1:]:
        raise ValueError("the header block comes first")
    if "footer" in kinds[:-1]:
        raise ValueError("the footer block comes last")
    return _named(blocks)


def _named(blocks: list[AnyBlock]) -> list[AnyBlock]:
    taken = [each.id for each in blocks if each.id]
    for name in taken:
        if taken.count(name) > 1:
            raise ValueError(f"two blocks have the id {name!r}")
    named: list[AnyBlock] = []
    for each in blocks:
        name = each.id or _free_name(each.type.replace("_", "-"), taken)
        taken.append(name)
        named.append(each.model_copy(update={"id": name}))
    return named


def _free_name(kind: str, taken: Sequence[str]) -> str:
    names = (kind if number == 1 else f"{kind}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


Blocks = Annotated[list[AnyBlock], Field(min_length=1, max_length=60), AfterValidator(_arranged)]
_LIST: TypeAdapter[list[AnyBlock]] = TypeAdapter(Blocks)


class CampaignFile(BaseModel):
    """A campaign as a file: whom it is for, what it says, how fast it goes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Slug
    title: Annotated[Line, Field(max_length=120)] | None = None
    topic: Topic
    segment: Line
    promotions: list[Line] = []
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "en"
    subject: Line
    preheader: Line
    pace_per_minute: Annotated[int, Field(ge=0, le=100_000)] = 0
    blocks: Blocks

    @model_validator(mode="after")
    def _can_be_filled(self) -> Self:
        used = placeholders.used([self.subject, self.preheader, self.blocks])
        needs = sorted(used & placeholders.OF_PROMOTION)
        offers = [each.type for each in self.blocks if each.type in ("offer_card", "price_table")]
        if not self.promotions and (needs or offers):
            what = f"{{{needs[0]}}}" if needs else f"the block {offers[0]}"
            raise ValueError(f"{what} needs a promotion: name one under 'promotions'")
        if self.blocks[-1].type != "footer":
            raise ValueError(
                "the last block must be a footer: it carries the postal address "
                "and the unsubscribe link"
            )
        return self


def parse(given: Iterable[dict[str, Any]]) -> list[AnyBlock]:
    """The typed blocks of a stored version; raises Invalid naming the block and the field."""
    try:
        return _LIST.validate_python(list(given))
    except ValidationError as error:
        raise Invalid(f"{_where(('blocks', *_loc(error)))}{_sentence(error)}") from error


def raw(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """Blocks as a version stores them; `parse` reads them back."""
    return [each.model_dump(mode="json", exclude_none=True) for each in blocks]


def tidy(given: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stored blocks in the one way of writing them, each with its id."""
    return raw(parse(given))


def read(text: str) -> CampaignFile:
    """A campaign file's content; raises BadFile with the line of what is wrong."""
    data, lines = yamlfile.read(text)
    try:
        return CampaignFile.model_validate(data)
    except ValidationError as error:
        path = _loc(error)
        kind = _first(error)["type"]
        line = lines.of((*path, "type") if kind == "union_tag_invalid" else path)
        raise BadFile(f"{_where(path)}{_sentence(error)}", line=line) from error


def _first(error: ValidationError) -> Any:
    """The error to tell of: a misspelt field before the field that is missing because of it."""
    errors = error.errors()
    return next((each for each in errors if each["type"] == "extra_forbidden"), errors[0])


def _loc(error: ValidationError) -> tuple[str | int, ...]:
    """The path of the first error, without the tag that pydantic puts in for a block's type."""
    path = _first(error)["loc"]
    return tuple(
        part
        for place, part in enumerate(path)
        if not (part in _BLOCKS and place and isinstance(path[place - 1], int))
    )


def _where(path: Sequence[str | int]) -> str:
    """`block 3, sources 1, title: ` for people, who count from one."""
    words: list[str] = []
    for part in path:
        if isinstance(part, int) and words:
            name = "block" if words[-1] == "blocks" else words[-1]
            words[-1] = f"{name} {part + 1}"
        else:
            words.append(str(part))
    return f"{', '.join(words)}: " if words else ""


def _sentence(error: ValidationError) -> str:
    first = _first(error)
    match first["type"]:
        case "missing":
            return "this field is missing."
        case "extra_forbidden":
            return f"there is no such field here.{_similar(str(first['loc'][-1]), _fields(first))}"
        case "union_tag_invalid":
            wrong = str(first["ctx"]["tag"])
            return (
                f"there is no block {wrong!r}.{_similar(wrong, _BLOCKS)} "
                f"Blocks are {', '.join(_BLOCKS)}."
            )
        case "union_tag_not_found":
            return "each block needs a type, such as 'type: article'."
        case _:
            return f"{first['msg'].removeprefix('Value error, ')}."


def _fields(error: Any) -> Sequence[str]:
    """The fields that could have been meant: those of the block, or of the whole file."""
    kinds = [part for part in error["loc"] if part in _BLOCKS]
    model: type[BaseModel] = _BLOCKS[kinds[0]] if kinds else CampaignFile
    return list(model.model_fields)


def _similar(wrong: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(wrong, list(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
