"""Who writes and how to stop it: postal address, unsubscribe link, one-click headers (CAN-SPAM)."""

from collections.abc import Iterable

from campaigns.compliance import reading, terms
from campaigns.compliance.checked import Checked
from campaigns.compliance.findings import Finding, finding


def postal_address(checked: Checked) -> Iterable[Finding]:
    """CS-01: the clinic's postal address stands in both parts."""
    address = reading.tidy(checked.facts.postal_address)
    if not address:
        yield finding("CS-01", "organisation", where="in the settings of the organisation")
        return
    for version in checked.versions():
        where = version.lacks(lambda part: address in reading.tidy(part))
        if where:
            yield finding("CS-01", "message", where=where)


def unsubscribe_link(checked: Checked) -> Iterable[Finding]:
    """CS-02: a link that a person can see, and that leads to our unsubscribe page."""
    url = checked.urls.get("unsubscribe", "")
    if not url or not _has_visible_link(checked.certain.markup, url):
        yield finding("CS-02", "message", where="in the designed version")
    text = checked.certain.text
    if not url or url not in text or not terms.has("opt_out", text):
        yield finding("CS-02", "message", where="in the plain-text version")


def _has_visible_link(markup: str, url: str) -> bool:
    """Whether every reader sees words that say it, in a link that leads there."""
    whole = reading.Whole.of(markup)
    links = (each for each in whole.root.iter("a") if each.get("href") == url)
    return any(terms.has("opt_out", whole.words_of(each)) for each in links)


def one_click(checked: Checked) -> Iterable[Finding]:
    """CS-11: both headers of RFC 8058, leading to our unsubscribe page."""
    url = checked.urls.get("unsubscribe", "")
    if not url or f"<{url}>" not in checked.headers.get("List-Unsubscribe", ""):
        yield finding("CS-11", "headers", where="List-Unsubscribe")
    if checked.headers.get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click":
        yield finding("CS-11", "headers", where="List-Unsubscribe-Post")


CHECKS = (postal_address, unsubscribe_link, one_click)
