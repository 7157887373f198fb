"""How the pages about contacts name topics, consents and suppressions."""

from collections.abc import Mapping

from campaigns.contacts.models import ConsentState, Scope, SuppressionReason, Topic
from campaigns.reporting.telling import WHAT_IS_KEPT_BACK, WHY_SUPPRESSED

TOPICS: Mapping[Topic, str] = {Topic.EDUCATION: "Education", Topic.OFFERS: "Offers"}
STATES: Mapping[ConsentState, tuple[str, str]] = {
    ConsentState.GIVEN: ("Agreed", "good"),
    ConsentState.UNCONFIRMED: ("Not confirmed yet", "warn"),
    ConsentState.WITHDRAWN: ("Withdrew", "bad"),
}
"""A consent's state as a badge: its words and its tone."""
NEVER_ASKED = ("Never agreed", "plain")


def suppression(reason: SuppressionReason, scope: Scope) -> tuple[str, str]:
    """Why an address is suppressed, and what that keeps back."""
    why = WHY_SUPPRESSED[reason]
    return f"Not written to: {why}", WHAT_IS_KEPT_BACK[scope]


WAYS = (
    "Paper form at the front desk",
    "Said so on the phone",
    "Sign-up form on our website",
    "Email to us",
)
"""Where people usually say yes; suggestions for the proof of consent."""
