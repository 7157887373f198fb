"""The rules that contacts themselves know: suppression, consent, a pause, the region."""

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true

from campaigns.contacts.facts import AudienceContext, Rule
from campaigns.contacts.models import Consent, ConsentState, Contact, Suppression


def _suppressed(_context: AudienceContext) -> ColumnElement[bool]:
    return or_(
        Contact.canonical_address.is_(None),
        exists(
            select(Suppression.id).where(
                Suppression.address_key == Contact.address_key, Suppression.lifted_at.is_(None)
            )
        ),
    )


def _consent_is(context: AudienceContext, state: ConsentState) -> ColumnElement[bool]:
    return exists(
        select(Consent.contact_id).where(
            Consent.contact_id == Contact.id,
            Consent.topic == context.topic,
            Consent.state == state,
        )
    )


def _withdrawn(context: AudienceContext) -> ColumnElement[bool]:
    return _consent_is(context, ConsentState.WITHDRAWN)


def _no_consent(context: AudienceContext) -> ColumnElement[bool]:
    return ~exists(
        select(Consent.contact_id).where(
            Consent.contact_id == Contact.id, Consent.topic == context.topic
        )
    )


def _unconfirmed(context: AudienceContext) -> ColumnElement[bool]:
    return _consent_is(context, ConsentState.UNCONFIRMED)


def _paused(context: AudienceContext) -> ColumnElement[bool]:
    return and_(Contact.paused_until.is_not(None), Contact.paused_until > context.now)


def _region(context: AudienceContext) -> ColumnElement[bool]:
    if not context.regions:
        return ~true()
    inside = [
        or_(Contact.region == each, Contact.region.startswith(f"{each}-", autoescape=True))
        for each in context.regions
    ]
    return and_(func.length(Contact.region) > 0, ~or_(*inside))


RULES = (
    Rule("suppressed", "The address is suppressed (bounce, complaint or request).", _suppressed),
    Rule("withdrawn", "The person withdrew consent to this topic.", _withdrawn),
    Rule("no_consent", "The person never agreed to this topic.", _no_consent),
    Rule("unconfirmed", "The person has not confirmed their address yet.", _unconfirmed),
    Rule("paused_by_contact", "The person asked for a pause.", _paused),
    Rule("region", "The person lives where the clinic does not market.", _region),
)
