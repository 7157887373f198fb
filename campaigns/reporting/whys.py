"""Why did she not get it? A sentence for one person and one campaign, and what would change it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.contacts.facts import Fact, Rule
from campaigns.contacts.models import Contact, Segment
from campaigns.database import Session
from campaigns.delivery import queries as delivery
from campaigns.delivery.models import Delivery, DeliveryStatus, Reason
from campaigns.planning import audience
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.reporting.reasons import REASONS

S, R = DeliveryStatus, Reason

_LIFT = "Only lifting the suppression would change it, on this page and with a reason."
_AGREE = "Consent with its proof would change it: when and where, and the words that were shown."
_ONLY_THEY = (
    "Only the person can agree again: on the preferences page, or by saying so to the clinic."
)
_TIME = "Nothing to do: it passes by itself."
_SENDING = "Someone who looks after sending can try it once more on the Sending page."

CHANGES: Mapping[Reason, str] = {
    R.SUPPRESSED: _LIFT,
    R.WITHDRAWN: _ONLY_THEY,
    R.NO_CONSENT: _AGREE,
    R.UNCONFIRMED: "The person follows the link in the letter that asks to confirm the address.",
    R.PAUSED_BY_CONTACT: "Nothing to do: the pause ends by itself, or the person ends it.",
    R.REGION: "A corrected region would change it, or another region in the clinic's settings.",
    R.CAP: "Time would change it: the limits look back 7 and 30 days.",
    R.COOL_DOWN: "Nothing to do: 30 days after the booking or visit, offers go out again.",
    R.BOOKING_UPCOMING: "Nothing to do: after the visit the person hears from the clinic again.",
    R.PROMOTION_USED: "Another promotion, or a higher limit for each person, would change it.",
    R.SUNSET: "A click or a booking would show that the person is still interested.",
    R.HOLDOUT: "Nothing to do: the next campaign draws anew.",
    R.OFFER_ENDED: "A promotion that lasts longer, or a campaign that starts earlier.",
    R.EXPIRED: "A later last day for the campaign, or a faster pace, would have.",
    R.CANCELLED: "A duplicate of the campaign can still be sent.",
    R.NO_CODE: "A promotion with enough codes would change it.",
    R.HARD_BOUNCE: "The person's present address, added as a new contact with their consent.",
    R.REFUSED: _SENDING,
    R.RENDER: _SENDING,
    R.POISON: _SENDING,
    R.ADDRESS: "The person's right address, added as a new contact with their consent.",
    R.NONE: _TIME,
}
"""What would let the next message through, for each reason; a test holds it complete."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One sentence, what would change it, and when it was so (None: as things stand now)."""

    sentence: str
    change: str = ""
    at: datetime | None = None
    did_get_it: bool = False


def answer(
    session: Session,
    contact: Contact,
    campaign: Campaign,
    *,
    rules: Sequence[Rule],
    facts: Iterable[Fact],
) -> Answer:
    """What became of this campaign for this person, or would if it went out now."""
    found = delivery.of_pair(session, campaign_id=campaign.id, contact_id=contact.id)
    if found is not None:
        return _of_delivery(found)
    if campaign.status is CampaignStatus.CANCELLED:
        return Answer(
            f"“{campaign.title}” was cancelled before anybody was chosen for it.",
            CHANGES[R.CANCELLED],
        )
    segment = session.get_one(Segment, campaign.segment_id)
    if campaign.started_at is not None:
        return _too_late(campaign, segment)
    if not audience.names(session, campaign, contact, facts=facts):
        return Answer(
            f"The person is not in the segment “{segment.title}”, for whom this campaign is meant.",
            "Another segment for the campaign, or details that match the segment's rule.",
        )
    return _if_sent_now(audience.why(session, campaign, contact, rules=rules))


def _too_late(campaign: Campaign, segment: Segment) -> Answer:
    if campaign.status is CampaignStatus.PREPARING:
        return Answer(
            "Its audience is being put together at this moment.", "Look again in a minute."
        )
    return Answer(
        f"The person was not in the segment “{segment.title}” when it went out.",
        "The next campaign to a segment that names the person will include them.",
    )


def _if_sent_now(rule: Rule | None) -> Answer:
    if rule is not None:
        sentence = f"If it went out now, it would not be sent. {rule.sentence}"
        return Answer(sentence, CHANGES[Reason(rule.name)])
    return Answer(
        "If it went out now, the person would get it. Nothing stands against it.", did_get_it=True
    )


_STANDING: Mapping[DeliveryStatus, Answer] = {
    S.QUEUED: Answer("It has not left yet: it waits for its turn.", _TIME),
    S.INFLIGHT: Answer("It is being sent at this moment.", _TIME),
    S.SENT: Answer(
        "It was sent: the mail server accepted it.",
        "If it is not in the inbox, ask the person to look in the junk folder.",
        did_get_it=True,
    ),
    S.UNCERTAIN: Answer(
        "It may have arrived: it was handed over, and the mail server's answer was lost.",
        "It is never sent again by itself, so that nobody gets it twice. " + _SENDING,
    ),
}


def _of_delivery(found: Delivery) -> Answer:
    at = found.sent_at or found.settled_at
    known = _STANDING.get(found.status)
    if known is not None:
        return Answer(known.sentence, known.change, at, known.did_get_it)
    return Answer(f"It was not sent: {_lower(REASONS[found.reason])}", CHANGES[found.reason], at)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
