"""The typed blocks that a message is made of; unknown fields are refused."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    model_validator,
)

from campaigns.planning import placeholders
from campaigns.planning.richtext import Link, sanitise

_VAGUE = re.compile(r"(?:click|tap|press)(?: (?:here|now|this))?", re.IGNORECASE)


def _one_line(text: str) -> str:
    if any(not each.isprintable() for each in text):
        raise ValueError("must be a single line of text")
    return placeholders.check(text)


def _says_something(text: str) -> str:
    words = text.split()
    if len(words) < 2 or _VAGUE.fullmatch(text):
        raise ValueError("say where it leads in two words or more, such as 'Book a visit'")
    return text


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=250),
    AfterValidator(_one_line),
]
RichText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=12_000),
    AfterValidator(placeholders.check),
    AfterValidator(sanitise),
]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
ButtonText = Annotated[Line, AfterValidator(_says_something)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Block(_Part):
    """What every block has: an id of its own in the message, and its background."""

    id: Slug | None = None
    background: Literal["plain", "soft"] = "plain"


class Cta(_Part):
    """A button: its words, and where it leads."""

    text: ButtonText
    url: Link | None = None
    action: Literal["book", "call", "reply"] | None = None

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if (self.url is None) == (self.action is None):
            raise ValueError("needs either a url or an action (book, call, reply), not both")
        return self


class Source(_Part):
    """Where a statement can be checked."""

    title: Line
    url: Link | None = None
    date: Line


class Item(_Part):
    """A name and what is to be said about it."""

    name: Line
    text: Line


class Step(_Part):
    """One step of an explanation."""

    title: Line
    text: RichText


class Question(_Part):
    """A question and its answer."""

    question: Line
    answer: RichText


class Header(Block):
    """The clinic's mark and name."""

    type: Literal["header"] = "header"
    tagline: Line | None = None
    link: Link | None = None


class Hero(Block):
    """The first thing read: one in a message."""

    type: Literal["hero"] = "hero"
    eyebrow: Line | None = None
    heading: Line
    text: RichText | None = None
    cta: Cta | None = None


class Greeting(Block):
    """A hello by first name; the fallback stands where none is known."""

    type: Literal["greeting"] = "greeting"
    hello: Line = "Hello"
    fallback: Line
    text: RichText | None = None


class Article(Block):
    """A heading and text, with the sources of what it says."""

    type: Literal["article"] = "article"
    eyebrow: Line | None = None
    heading: Line
    text: RichText
    sources: list[Source] = []
    cta: Cta | None = None


class SymptomList(Block):
    """What people describe, in one column or two."""

    type: Literal["symptom_list"] = "symptom_list"
    heading: Line
    intro: RichText | None = None
    items: Annotated[list[Item], Field(min_length=1, max_length=12)]
    columns: Literal[1, 2] = 2
    note: RichText | None = None

    @model_validator(mode="before")
    @classmethod
    def _columns_as_written(cls, data: Any) -> Any:
        if isinstance(data, dict) and str(data.get("columns")) in {"1", "2"}:
            return data | {"columns": int(data["columns"])}
        return data


class HowItWorks(Block):
    """Steps of an explanation, and how good the evidence for it is."""

    type: Literal["how_it_works"] = "how_it_works"
    heading: Line
    intro: RichText | None = None
    steps: Annotated[list[Step], Field(min_length=1, max_length=8)]
    evidence: RichText
    sources: list[Source] = []


class OfferCard(Block):
    """A promotion's best saving, its dates and conditions: values come from the promotion only."""

    type: Literal["offer_card"] = "offer_card"
    promotion: Line | None = None
    eyebrow: Line | None = None
    heading: Line | None = None
    text: RichText | None = None
    cta: Cta = Cta(text="Choose a time", action="book")


class PriceTable(Block):
    """Regular and offer prices, computed from the promotion."""

    type: Literal["price_table"] = "price_table"
    promotion: Line | None = None
    heading: Line
    note: RichText | None = None


class BookingCard(Block):
    """How to book: online, or by phone at these hours."""

    type: Literal["booking_card"] = "booking_card"
    heading: Line
    text: RichText | None = None
    hours: list[Line] = []
    cta: Cta = Cta(text="Book online", action="book")


class CtaButton(Cta, Block):
    """One button that leads somewhere."""

    type: Literal["cta_button"] = "cta_button"
    note: RichText | None = None


class Faq(Block):
    """Up to six questions with their answers."""

    type: Literal["faq"] = "faq"
    heading: Line
    items: Annotated[list[Question], Field(min_length=1, max_length=6)]


class RiskInformation(Block):
    """The approved risk statement, in the size of all other text."""

    type: Literal["risk_information"] = "risk_information"
    heading: Line = "Important safety information"
    statement: Literal["ketamine-1"] = "ketamine-1"


class CrisisLine(Block):
    """The 988 Lifeline; its links are never tracked."""

    type: Literal["crisis_line"] = "crisis_line"


class Divider(Block):
    """A thin line."""

    type: Literal["divider"] = "divider"


class Quote(Block):
    """Words of someone, with who said them."""

    type: Literal["quote"] = "quote"
    text: RichText
    source: Line


class Footer(Block):
    """Who writes, from where, why, and how to stop it: always last."""

    type: Literal["footer"] = "footer"
    reason: Line | None = None


KINDS: tuple[type[Block], ...] = (
    Header, Hero, Greeting, Article, SymptomList, HowItWorks, OfferCard, PriceTable, BookingCard,
    CtaButton, Faq, RiskInformation, CrisisLine, Divider, Quote, Footer,
)  # fmt: skip

AnyBlock = Annotated[
    Header | Hero | Greeting | Article | SymptomList | HowItWorks | OfferCard | PriceTable
    | BookingCard | CtaButton | Faq | RiskInformation | CrisisLine | Divider | Quote | Footer,
    Discriminator("type"),
]  # fmt: skip
