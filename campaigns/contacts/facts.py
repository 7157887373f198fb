"""Facts that segments may ask about and rules that keep a contact from a campaign.

A later room contributes its own as such records; `campaigns.registry` lists them in order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement

from campaigns.contacts.models import Topic


@dataclass(frozen=True, slots=True)
class AudienceContext:
    """What is asked about: one campaign at one moment."""

    topic: Topic
    now: datetime
    promotion_ids: tuple[int, ...] = ()
    campaign_id: int | None = None
    regions: tuple[str, ...] = ()
    """Where the clinic may market to; empty means anywhere."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Why a contact is kept from a campaign: `condition` holds for those it keeps back.

    `name` is the word stored on the delivery, `sentence` what people read. The condition is over
    `Contact`'s columns (correlated sub-queries on its id for what other rooms know).
    """

    name: str
    sentence: str
    condition: Callable[[AudienceContext], ColumnElement[bool]]


class Asks(StrEnum):
    """What kind of value a fact takes, so that a form can ask for it."""

    NOTHING = "nothing"
    DAYS = "days"
    TOPICS = "topics"
    WORDS = "words"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Fact:
    """A thing that segments may ask about; `condition` takes the value the segment asks for.

    `value` says what it takes, for people ("a number of days"); the function raises Invalid for
    a value it cannot take.
    """

    name: str
    sentence: str
    value: str
    condition: Callable[[AudienceContext, Any], ColumnElement[bool]]
    asks: Asks = Asks.WORDS
    phrase: str = ""
    """The sentence with its value in `{}`, such as "clicked in the last {} days"."""
    denial: str = ""
    """The same of someone for whom it does not hold: "did not click in the last {} days"."""
