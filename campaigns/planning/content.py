"""A campaign's content: typed blocks read from JSON or from a YAML file, refused in plain words."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    SerializeAsAny,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from campaigns.contacts.models import Topic
from campaigns.errors import BadFile, Invalid
from campaigns.planning import catalogue, placeholders, yamlfile
from campaigns.planning.blocks import Block
from campaigns.planning.fields import Line, Slug


def _arranged(blocks: list[Block]) -> list[Block]:
    """The blocks, each with an id; raises ValueError where their order cannot be."""
    kinds = [each.type for each in blocks]
    for at, block in enumerate(blocks):
        if block.once and kinds.count(block.type) > 1:
            count = kinds.count(block.type)
            raise ValueError(f"a message has one {block.type} block, not {count}")
        if block.stands == "first" and at > 0:
            raise ValueError(f"the {block.type} block comes first")
        if block.stands == "last" and at < len(blocks) - 1:
            raise ValueError(f"the {block.type} block comes last")
        if block.stands_alone and not all(each.below_a_page for each in blocks[1:]):
            raise ValueError(
                f"the {block.type} block is the whole message: only {_that_may_follow()} may "
                "follow it"
            )
    return _named(blocks)


def _that_may_follow() -> str:
    """The kinds of blocks below a page of somebody's own, for people."""
    *others, last = [each for each in catalogue.kinds() if catalogue.kind(each).below_a_page]
    return f"{', '.join(others)} and {last}"


def _named(blocks: list[Block]) -> list[Block]:
    taken = [each.id for each in blocks if each.id]
    for name in taken:
        if taken.count(name) > 1:
            raise ValueError(f"two blocks have the id {name!r}")
    named: list[Block] = []
    for each in blocks:
        name = each.id or _free_name(each.type.replace("_", "-"), taken)
        taken.append(name)
        named.append(each.model_copy(update={"id": name}))
    return named


def _free_name(kind: str, taken: Sequence[str]) -> str:
    names = (kind if number == 1 else f"{kind}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _typed(given: Any) -> list[Block]:
    return catalogue.blocks().validate_python(given)


Blocks = Annotated[list[SerializeAsAny[Block]], PlainValidator(_typed), AfterValidator(_arranged)]
"""The blocks of one message, each by its type, in an order that can be."""
_LIST: TypeAdapter[list[Block]] = TypeAdapter(Blocks)


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
        offers = [each.type for each in self.blocks if each.needs_offer]
        if not self.promotions and (needs or offers):
            what = f"{{{needs[0]}}}" if needs else f"the block {offers[0]}"
            raise ValueError(f"{what} needs a promotion: name one under 'promotions'")
        if self.blocks[-1].type != "footer" and not self.blocks[0].stands_alone:
            raise ValueError(
                "the last block must be a footer: it carries the postal address "
                "and the unsubscribe link"
            )
        return self


def parse(given: Iterable[dict[str, Any]]) -> list[Block]:
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
        if not (part in catalogue.kinds() and place and isinstance(path[place - 1], int))
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
                f"there is no block {wrong!r}.{_similar(wrong, catalogue.kinds())} "
                f"Blocks are {', '.join(catalogue.kinds())}."
            )
        case "union_tag_not_found":
            return "each block needs a type, such as 'type: article'."
        case _:
            return f"{first['msg'].removeprefix('Value error, ')}."


def _fields(error: Any) -> Sequence[str]:
    """The fields that could have been meant: those of the block, or of the whole file."""
    found = [part for part in error["loc"] if part in catalogue.kinds()]
    model: type[BaseModel] = catalogue.kind(found[0]) if found else CampaignFile
    return list(model.model_fields)


def _similar(wrong: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(wrong, list(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
