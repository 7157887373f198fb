"""What an offer card says of its promotion's limits and terms is what they are now."""

import re
from collections.abc import Iterable, Iterator

from campaigns.compliance.checked import Checked, Section
from campaigns.compliance.findings import Finding, finding
from campaigns.promotions.models import Promotion


def conditions(checked: Checked) -> Iterable[Finding]:
    """PC-19: an edit of limits or terms after the content was frozen asks for a new submission."""
    for section in checked.blocks:
        if section.type != "offer_card":
            continue
        for promotion in _shown(section, checked):
            stale = list(_stale(section, promotion))
            if stale:
                yield finding(
                    "PC-19", section.place, name=promotion.name, stale=" and ".join(stale)
                )


def _shown(section: Section, checked: Checked) -> list[Promotion]:
    """The promotion that this card shows: the one it names, or the only one."""
    carried = [promotion for promotion, _ in checked.facts.promotions]
    name = section.data.get("promotion")
    return [each for each in carried if each.code == name or (name is None and len(carried) == 1)]


def _stale(section: Section, promotion: Promotion) -> Iterator[str]:
    twins = [_plain(each) for each in section.twins]
    limits = [each for each in (promotion.max_redemptions, promotion.max_per_contact) if each]
    if not all(re.search(rf"\b{each}\s+bookings?\b", twin) for each in limits for twin in twins):
        yield "limits"
    if not all(_plain(promotion.terms or "") in twin for twin in twins):
        yield "terms"


def _plain(text: str) -> str:
    return " ".join(text.split())


CHECKS = (conditions,)
