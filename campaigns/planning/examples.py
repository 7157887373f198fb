"""Three contacts of an audience to read a message as, the same three each time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, select, true

from campaigns.contacts.facts import Fact, Rule
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.planning import audience
from campaigns.planning.models import Campaign

_AS_MANY = 3


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

    Each is the contact of the lowest number that no rule keeps back (primary key order).
    """
    in_it = (
        audience.named_by_segment(session, campaign, facts=facts),
        audience.reason(rules, audience.context(session, campaign)) == "",
    )
    kinds: tuple[tuple[Kind, ColumnElement[bool]], ...] = (
        (Kind.NAMED, (Contact.first_name != "") & (Contact.language == language)),
        (Kind.UNNAMED, Contact.first_name == ""),
        (Kind.OTHER_LANGUAGE, Contact.language != language),
        (Kind.ANOTHER, true()),
        (Kind.ANOTHER, true()),
    )
    found: list[Example] = []
    for kind, condition in kinds:
        if len(found) == _AS_MANY:
            break
        taken = [each.contact.id for each in found]
        query = select(Contact).where(*in_it, condition, Contact.id.not_in(taken))
        contact = session.scalar(query.order_by(Contact.id).limit(1))
        if contact is not None:
            found.append(Example(kind, contact))
    return found
