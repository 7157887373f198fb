"""The style sheets of a message are small enough for Gmail to keep them."""

from collections.abc import Iterable

from campaigns.compliance.findings import Finding, finding
from campaigns.compliance.finished.page import WHOLE, Finished, Page

MOST_BYTES = 16 * 1024
"""What Gmail keeps of all style sheets of a message together."""


def size(finished: Finished, page: Page) -> Iterable[Finding]:
    """DL-05: the style sheets together are no larger than Gmail keeps."""
    taken = sum(len(each.encode()) for each in page.css)
    if taken > MOST_BYTES:
        yield finding("DL-05", WHOLE, size=f"{taken / 1024:.1f}")


CHECKS = (size,)
