"""What must be so at the moment of sending: someone to write to, and an offer that can be had."""

from collections.abc import Iterable

from campaigns.compliance.checked import Checked
from campaigns.compliance.findings import Finding, finding
from campaigns.promotions.standing import Standing, sentence


def audience(checked: Checked) -> Iterable[Finding]:
    """GO-01, GO-04: the segment names someone, and someone of them would get it."""
    if checked.facts.audience == 0:
        yield finding("GO-01", "audience")
    elif checked.facts.to_send == 0:
        yield finding("GO-04", "audience")


def promotions(checked: Checked) -> Iterable[Finding]:
    """GO-02: every promotion of the campaign is open at that moment."""
    for promotion, found in checked.facts.promotions:
        if found is not Standing.OPEN:
            why = sentence(found, promotion)
            yield finding("GO-02", "promotions", promotion=promotion.name, why=why)


CHECKS = (audience, promotions)
