"""What may be seen on a locked screen: neither a condition nor that someone is a patient."""

from collections.abc import Iterable

from campaigns.compliance import terms
from campaigns.compliance.checked import Checked
from campaigns.compliance.findings import Finding, finding


def locked_screen(checked: Checked) -> Iterable[Finding]:
    """PR-07: subject, preheader and sender name reveal nothing about the reader."""
    shown = [(each.place, each.html) for each in checked.lines]
    for place, line in [*shown, ("sender name", checked.facts.sender_name)]:
        for name in ("condition", "treatment", "patient_status"):
            word = terms.first(name, line)
            if word:
                yield finding("PR-07", place, line, word=word)
                break


CHECKS = (locked_screen,)
