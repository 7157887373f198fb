"""What segments may ask about a contact; nothing clinical is among it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, true

from campaigns.contacts.facts import Asks, AudienceContext, Fact
from campaigns.contacts.models import Consent, ConsentState, Contact, Topic
from campaigns.errors import Invalid


def days(value: Any) -> timedelta:
    """A number of days from 1 to 3650; raises Invalid."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 3650:
        raise Invalid(f"{value!r} is not a number of days from 1 to 3650.")
    return timedelta(days=value)


def _words(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(each, str) and each.strip() for each in listed):
        raise Invalid(f"{value!r} is not a word or a list of words.")
    return [each.strip() for each in listed]


def _everyone(_context: AudienceContext, value: Any) -> ColumnElement[bool]:
    if value is not True:
        raise Invalid("`everyone` takes only `true`.")
    return true()


def _consents_to(_context: AudienceContext, value: Any) -> ColumnElement[bool]:
    try:
        topics = [Topic(each) for each in _words(value)]
    except ValueError as error:
        raise Invalid(f"{value!r} is not a topic; there are: {', '.join(Topic)}.") from error
    return exists(
        select(Consent.contact_id).where(
            Consent.contact_id == Contact.id,
            Consent.topic.in_(topics),
            Consent.state == ConsentState.GIVEN,
        )
    )


def _region(_context: AudienceContext, value: Any) -> ColumnElement[bool]:
    regions = _words(value)
    inside = [
        or_(Contact.region == each, Contact.region.startswith(f"{each}-", autoescape=True))
        for each in regions
    ]
    return or_(*inside)


def _language(_context: AudienceContext, value: Any) -> ColumnElement[bool]:
    return Contact.language.in_(_words(value))


def _joined_within(context: AudienceContext, value: Any) -> ColumnElement[bool]:
    return Contact.created_at >= context.now - days(value)


def _clicked_within(context: AudienceContext, value: Any) -> ColumnElement[bool]:
    return Contact.last_clicked_at >= context.now - days(value)


FACTS = (
    Fact("everyone", "is a contact", "true", _everyone, Asks.NOTHING, "is a contact", "is nobody"),
    Fact(
        "consents_to",
        "consents to a topic",
        "a topic or a list of topics",
        _consents_to,
        Asks.TOPICS,
        "agreed to {}",
        "does not agree to {}",
    ),
    Fact(
        "region",
        "lives in a region",
        "an ISO code such as US-TX, or a list",
        _region,
        phrase="lives in {}",
        denial="does not live in {}",
    ),
    Fact(
        "language",
        "reads a language",
        "a code such as en, or a list",
        _language,
        phrase="reads {}",
        denial="does not read {}",
    ),
    Fact(
        "joined_within_days",
        "was added in the last days",
        "a number of days",
        _joined_within,
        Asks.DAYS,
        "was added in the last {} days",
        "was not added in the last {} days",
    ),
    Fact(
        "clicked_within_days",
        "clicked in the last days",
        "a number of days",
        _clicked_within,
        Asks.DAYS,
        "clicked in the last {} days",
        "did not click in the last {} days",
    ),
)
