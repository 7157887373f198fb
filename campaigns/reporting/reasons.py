"""Why a message was not sent, as a person says it."""

from collections.abc import Mapping

from campaigns.delivery.models import Reason

REASONS: Mapping[Reason, str] = {
    Reason.NONE: "No reason was recorded.",
    Reason.NO_CONSENT: "Never agreed to this topic.",
    Reason.UNCONFIRMED: "Has not confirmed their address yet.",
    Reason.SUPPRESSED: "The address is not to be written to: a bounce, a complaint or a request.",
    Reason.WITHDRAWN: "Withdrew consent.",
    Reason.PAUSED_BY_CONTACT: "Asked for a pause.",
    Reason.REGION: "Lives where the clinic does not market.",
    Reason.CAP: "Got as many messages lately as the limits allow.",
    Reason.COOL_DOWN: "Booked or came within the last 30 days.",
    Reason.BOOKING_UPCOMING: "Has a booking that is still to come.",
    Reason.PROMOTION_USED: "Has already used this promotion.",
    Reason.SUNSET: "Has not read anything for a long time.",
    Reason.HOLDOUT: "Was kept back to compare with.",
    Reason.OFFER_ENDED: "The offer ended before the message left.",
    Reason.EXPIRED: "The last moment for this message had passed.",
    Reason.CANCELLED: "The campaign was cancelled before it left.",
    Reason.NO_CODE: "No promo code was left for this person.",
    Reason.HARD_BOUNCE: "The address does not exist any more; it is not written to again.",
    Reason.REFUSED: "The mail server refused it.",
    Reason.RENDER: "The message could not be built: a fault of ours.",
    Reason.POISON: "Building it ended the worker three times: a fault of ours.",
    Reason.ADDRESS: "The address cannot be written to.",
}
"""One sentence for each reason; a test holds it complete."""
