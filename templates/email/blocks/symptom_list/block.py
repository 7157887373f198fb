"""What people describe, as short cards."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from campaigns.planning.blocks import Block, Letter, Problem
from campaigns.planning.fields import Choices, Item, Line, RichText

Columns = Annotated[Literal[1, 2], Choices({"2": "Two columns", "1": "One column"})]


class SymptomList(Block):
    """What people describe, in one column or two."""

    name: ClassVar[str] = "List of what people describe"
    purpose: ClassVar[str] = "Short cards, each with a name and a sentence, in one column or two."
    order: ClassVar[int] = 50
    takes_more: ClassVar[str] = "note"

    type: Literal["symptom_list"] = "symptom_list"
    heading: Line = Field(title="Heading")
    intro: RichText | None = Field(
        None,
        title="Text before the cards",
        description="Say that each of these can have many causes.",
    )
    items: list[Item] = Field(
        title="Cards", description="One to twelve.", min_length=1, max_length=12
    )
    columns: Columns = Field(2, title="Columns", description="Two columns become one on a phone.")
    note: RichText | None = Field(
        None, title="Text after the cards", description="Such as whom to ask about them."
    )

    @model_validator(mode="before")
    @classmethod
    def _columns_as_written(cls, data: Any) -> Any:
        if isinstance(data, dict) and str(data.get("columns")) in {"1", "2"}:
            return data | {"columns": int(data["columns"])}
        return data

    def problems(self, letter: Letter) -> Iterator[Problem]:
        """A list of complaints says that they can have many causes, or whom to ask."""
        if not self.intro and not self.note:
            yield Problem(
                field="note",
                severity="warn",
                message="Nothing beside these cards says that they can have many causes.",
                mend="Say so before or after them, and whom a reader can ask.",
            )
