"""Every audience rule and every fact, in order: the first rule that holds names the reason."""

from campaigns.bookings import facts as bookings
from campaigns.contacts import rules as contacts
from campaigns.contacts import segment_facts
from campaigns.contacts.facts import Fact, Rule
from campaigns.delivery import facts as delivery
from campaigns.delivery.dispatch import Registry

ORDER = (
    "suppressed",
    "withdrawn",
    "no_consent",
    "unconfirmed",
    "paused_by_contact",
    "region",
    "booking_upcoming",
    "cool_down",
    "promotion_used",
    "cap",
)

_CONTRIBUTED: tuple[Rule, ...] = (*contacts.RULES, *delivery.RULES, *bookings.RULES)

RULES: tuple[Rule, ...] = tuple(sorted(_CONTRIBUTED, key=lambda rule: ORDER.index(rule.name)))
FACTS: tuple[Fact, ...] = (*segment_facts.FACTS, *delivery.FACTS, *bookings.FACTS)

REGISTRY = Registry(rules=RULES, facts=FACTS)
