"""Whether the SPF record of a domain lets our mail server send, and the record that would."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.delivery.domains import senders, spf
from campaigns.delivery.domains.findings import Finding, Standing
from campaigns.delivery.domains.lookup import Lookup
from campaigns.delivery.domains.spf import MOST_LOOKUPS, Walk

WHAT = "SPF"
_PLACE = "ip4:ADDRESS"
_PUT_ADDRESS = (
    "Your mail server runs inside your own network, so its public address cannot be seen from "
    "here: put it in the place of ADDRESS."
)


@dataclass(frozen=True, slots=True)
class _Needed:
    """What must be allowed: a term, or the addresses it stands for."""

    term: str
    ips: Sequence[str] = ()
    is_provider: bool = False

    @property
    def ip_terms(self) -> list[str]:
        """The same without any look-up."""
        return [senders.ip_term(each) for each in self.ips]


def check(lookup: Lookup, domain: str, *, host: str) -> Finding:
    """Judge the record of this domain for a mail server of this name or address."""
    needed = _needed(lookup, host)
    records = sorted(each for each in lookup.texts(domain) if spf.is_spf(each))
    there = "\n".join(records)
    if not records:
        sentence = "No record says which mail servers may send for this domain."
        value = spf.merged([], with_terms=[needed.term or _PLACE])
        advice = "" if needed.term else _PUT_ADDRESS
        return Finding(WHAT, Standing.MISSING, sentence, domain, value=value, advice=advice)
    if len(records) > 1:
        sentence = "There are several SPF records; mail servers then heed none of them."
        value = spf.merged(records, with_terms=[needed.term])
        advice = "Delete them, and put this one in their place."
        return Finding(WHAT, Standing.WRONG, sentence, domain, there, value, advice)
    return _of_one(lookup, domain, records[0], needed)


def _needed(lookup: Lookup, host: str) -> _Needed:
    provider = senders.provider_term(host)
    if provider:
        return _Needed(provider, is_provider=True)
    try:
        ipaddress.ip_address(host)
    except ValueError:
        ips = [each for each in lookup.addresses(host) if senders.is_public(each)]
        return _Needed(f"a:{host}" if ips else "", ips)
    return _Needed(senders.ip_term(host), [host]) if senders.is_public(host) else _Needed("")


def _of_one(lookup: Lookup, domain: str, record: str, needed: _Needed) -> Finding:
    walk = spf.walked(lookup, domain, record)
    wrong = _wrong_with(domain, record, walk, needed)
    if wrong is not None:
        return wrong
    if not needed.term:
        sentence = "There is a record. Whether it allows your mail server cannot be seen from here."
        advice = "It must name the public address of your mail server, as ip4: and the address."
        return Finding(WHAT, Standing.UNSURE, sentence, domain, record, advice=advice)
    if walk.allows(needed.term, needed.ips):
        sentence = f"It allows your mail server ({walk.lookups} of {MOST_LOOKUPS} look-ups used)."
        return Finding(WHAT, Standing.FOUND, sentence, domain, record)
    return _to_extend(lookup, domain, record, needed)


def _wrong_with(domain: str, record: str, walk: Walk, needed: _Needed) -> Finding | None:
    """What makes mail servers heed nothing of it, whoever sends."""
    if any(each.kind == "all" and each.qualifier == "+" for each in spf.terms_of(record)):
        sentence = "It ends with +all: everyone in the world may send in your name."
        value = spf.merged([record], with_terms=[needed.term])
        return Finding(WHAT, Standing.WRONG, sentence, domain, record, value)
    if walk.broken:
        names = ", ".join(sorted(set(walk.broken)))
        sentence = f"It leads to {names}, where there is no usable record; that voids all of it."
        terms = [each for each in record.split() if not each.lower().endswith(tuple(walk.broken))]
        value = spf.merged([" ".join(terms)], with_terms=[needed.term])
        return Finding(WHAT, Standing.WRONG, sentence, domain, record, value)
    if walk.lookups > MOST_LOOKUPS:
        sentence = (
            f"It needs {walk.lookups} look-ups; mail servers stop after {MOST_LOOKUPS} and heed "
            "none of it."
        )
        return Finding(WHAT, Standing.WRONG, sentence, domain, record, advice=_costs(walk))
    return None


def _to_extend(lookup: Lookup, domain: str, record: str, needed: _Needed) -> Finding:
    sentence = "The record does not allow your mail server."
    value = spf.merged([record], with_terms=[needed.term])
    walk = spf.walked(lookup, domain, value)
    if walk.lookups <= MOST_LOOKUPS:
        advice = "Change the record that is there; a second one would void both."
        return Finding(WHAT, Standing.WRONG, sentence, domain, record, value, advice)
    if needed.is_provider:
        advice = (
            f"With {needed.term} it would need {walk.lookups} look-ups, and {MOST_LOOKUPS} are the "
            f"most. {_costs(walk)}"
        )
        return Finding(WHAT, Standing.WRONG, sentence, domain, record, advice=advice)
    value = spf.merged([record], with_terms=needed.ip_terms)
    advice = (
        f"The addresses stand there in numbers because the record uses its {MOST_LOOKUPS} look-ups "
        "already. Change it when the mail server moves."
    )
    return Finding(WHAT, Standing.WRONG, sentence, domain, record, value, advice)


def _costs(walk: Walk) -> str:
    dear = sorted(walk.costs.items(), key=lambda each: -each[1])
    listed = ", ".join(f"{term} ({cost})" for term, cost in dear[:6])
    return f"Take out what you no longer send through. Look-ups that each part needs: {listed}."
