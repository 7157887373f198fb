"""Three contacts of an audience to read a message as, the same three each time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from campaigns.contacts.facts import Fact, Rule
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.planning import audience
from campaigns.planning.models import Campaign

_AS_MANY = 3
_LOOKED_AT = 500


class Kind(StrEnum):
    """What makes this contact worth reading the message as."""

    NAMED = "named"
    UNNAMED = "unnamed"
    OTHER_LANGUAGE = "other_language"
    ANOTHER = "another"


@dataclass(frozen=True, slots=True)
class Example:
    """One contact who would get the message, and why this one."""

    kind: Kind
    contact: Contact


def three(
    session: Session,
    campaign: Campaign,
    *,
    language: str,
    rules: Sequence[Rule],
    facts: Iterable[Fact],
) -> list[Example]:
    """Someone with a first name, someone without, someone of another language; else the next.

    Each is the contact of the lowest number among the first hundreds that no rule keeps back
    (primary key order).
    """
    query = (
        select(Contact.id, Contact.first_name, Contact.language)
        .where(
            audience.named_by_segment(session, campaign, facts=facts),
            audience.reason(rules, audience.context(session, campaign)) == "",
        )
        .order_by(Contact.id)
        .limit(_LOOKED_AT)
    )
    readers = session.execute(query).all()
    named = (each.id for each in readers if each.first_name and each.language == language)
    unnamed = (each.id for each in readers if not each.first_name)
    foreign = (each.id for each in readers if each.language != language)
    found: dict[int, Kind] = {}
    for kind, ids in (
        (Kind.NAMED, named),
        (Kind.UNNAMED, unnamed),
        (Kind.OTHER_LANGUAGE, foreign),
        *[(Kind.ANOTHER, (each.id for each in readers))] * _AS_MANY,
    ):
        another = next((each for each in ids if each not in found), None)
        if another is not None and len(found) < _AS_MANY:
            found[another] = kind
    return [Example(kind, session.get_one(Contact, each)) for each, kind in found.items()]
