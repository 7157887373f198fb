"""DMARC (RFC 7489): what mail servers shall do with messages that only pretend to be ours."""

from collections.abc import Mapping

from campaigns.delivery.domains.findings import Finding, Standing
from campaigns.delivery.domains.lookup import Lookup

WHAT = "DMARC"
_POLICIES = {
    "none": "Mail servers report, and treat messages in our name as before.",
    "quarantine": "Mail servers put messages that are not ours into the spam folder.",
    "reject": "Mail servers refuse messages that are not ours.",
}


def check(lookup: Lookup, domain: str, *, reports_to: str) -> Finding:
    """The record of this domain, or of the one above it that speaks for it."""
    name = f"_dmarc.{domain}"
    start = _start(domain, reports_to)
    for above in _upwards(domain):
        found = [each for each in lookup.texts(f"_dmarc.{above}") if _is_dmarc(each)]
        if found:
            return _judged(f"_dmarc.{above}", found, start)
    return Finding(
        WHAT,
        Standing.MISSING,
        "No record says what to do with messages that only pretend to be yours. Google and Yahoo "
        "ask senders of newsletters for one.",
        name,
        value=start,
        advice="p=none changes nothing for your mail yet. When SPF and DKIM have stood for some "
        "weeks, tighten it to p=quarantine.",
    )


def _judged(name: str, found: list[str], start: str) -> Finding:
    there = "\n".join(found)
    if len(found) > 1:
        sentence = "There are several records here; mail servers then heed none of them."
        advice = "Delete all but one."
        return Finding(WHAT, Standing.WRONG, sentence, name, there, found[0], advice)
    tags = tags_of(found[0])
    policy = tags.get("p", "").lower()
    if policy not in _POLICIES:
        sentence = (
            f"Its policy is {policy!r}, which mail servers do not know."
            if policy
            else "It names no policy (p=), so mail servers do not heed it."
        )
        return Finding(WHAT, Standing.WRONG, sentence, name, there, start)
    advice = ""
    if policy == "none":
        advice = "When SPF and DKIM have stood for some weeks, tighten it to p=quarantine."
    return Finding(WHAT, Standing.FOUND, _POLICIES[policy], name, there, advice=advice)


def tags_of(record: str) -> Mapping[str, str]:
    """The tags of a record such as `v=DMARC1; p=none`."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}


def _is_dmarc(record: str) -> bool:
    return record.replace(" ", "").lower().startswith("v=dmarc1")


def _upwards(domain: str) -> list[str]:
    """This domain and those above it, but no single label."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def _start(domain: str, reports_to: str) -> str:
    """A first record: reports go to our own domain only, another one would have to agree."""
    own = reports_to.rpartition("@")[2].lower() == domain
    return "v=DMARC1; p=none" + (f"; rua=mailto:{reports_to}" if own else "")
