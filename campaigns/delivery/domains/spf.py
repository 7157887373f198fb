"""SPF (RFC 7208): which machines may send for a domain; read, judged, and merged with ours."""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from campaigns.delivery.domains.lookup import Lookup

MOST_LOOKUPS = 10
_ASKS = {"include", "a", "mx", "ptr", "exists", "redirect"}
_DEEPEST = 12

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a record: `include:example.com`, `-all`."""

    text: str
    qualifier: str
    kind: str
    value: str

    @classmethod
    def of(cls, text: str) -> "Term":
        """A term as it is written."""
        qualifier = text[0] if text[0] in "+-~?" else "+"
        plain = text.lstrip("+-~?")
        name, mark, value = plain.partition("=") if "=" in plain else plain.partition(":")
        if not mark and "/" in name:
            name, _, length = name.partition("/")
            value = f"/{length}"
        return cls(text, qualifier, name.lower(), value)


@dataclass(slots=True)
class Walk:
    """What a record allows once its includes are followed, and what that costs."""

    lookups: int = 0
    costs: dict[str, int] = field(default_factory=dict)
    """How many look-ups each term of the record itself costs."""
    named: set[str] = field(default_factory=set)
    networks: list[Network] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """Includes that lead nowhere, or round in a circle."""

    def allows(self, term: str, ips: Iterable[str]) -> bool:
        """Whether this term is named, or these addresses may all send."""
        listed = [ipaddress.ip_address(each) for each in ips]
        if term.lower() in self.named:
            return True
        return bool(listed) and all(
            any(each.version == network.version and each in network for network in self.networks)
            for each in listed
        )


def is_spf(text: str) -> bool:
    """Whether a TXT record is an SPF record."""
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


def terms_of(record: str) -> list[Term]:
    """The terms of a record, in order."""
    return [Term.of(each) for each in record.split()[1:]]


def walked(lookup: Lookup, domain: str, record: str) -> Walk:
    """Follow a record through its includes."""
    walk = Walk()
    for term in terms_of(record):
        before = walk.lookups
        _follow(lookup, walk, term, domain, seen=(domain.lower(),))
        if walk.lookups > before:
            walk.costs[term.text] = walk.lookups - before
    return walk


def _follow(lookup: Lookup, walk: Walk, term: Term, domain: str, *, seen: tuple[str, ...]) -> None:
    if term.kind in _ASKS:
        walk.lookups += 1
    if term.qualifier == "+":
        walk.named.add(f"{term.kind}:{term.value}".lower())
        walk.networks += _networks(lookup, term, domain)
    if term.kind in {"include", "redirect"} and "%" not in term.value:
        _into(lookup, walk, term.value.lower(), seen=seen)


def _into(lookup: Lookup, walk: Walk, domain: str, *, seen: tuple[str, ...]) -> None:
    records = [each for each in lookup.texts(domain) if is_spf(each)]
    if domain in seen or len(seen) > _DEEPEST or len(records) != 1:
        walk.broken.append(domain)
        return
    for term in terms_of(records[0]):
        _follow(lookup, walk, term, domain, seen=(*seen, domain))


def _networks(lookup: Lookup, term: Term, domain: str) -> Sequence[Network]:
    if term.kind in {"ip4", "ip6"}:
        return _network(term.value)
    if term.kind not in {"a", "mx"} or "%" in term.value:
        return []
    host = term.value.partition("/")[0] or domain
    hosts = [host] if term.kind == "a" else lookup.mail_hosts(host)
    return [found for each in hosts for ip in lookup.addresses(each) for found in _network(ip)]


def _network(text: str) -> list[Network]:
    try:
        return [ipaddress.ip_network(text, strict=False)]
    except ValueError:
        return []


def merged(records: Sequence[str], *, with_terms: Sequence[str]) -> str:
    """One record that allows what all of these did and these terms too; it ends softly.

    `+all`, which would allow everyone, becomes `~all`; so does a missing end.
    """
    kept: list[Term] = []
    for record in records:
        kept += [each for each in terms_of(record) if each.text not in {it.text for it in kept}]
    middle = [each.text for each in kept if each.kind not in {"all", "redirect"}]
    ends = [each for each in kept if each.kind == "all"]
    redirects = [each.text for each in kept if each.kind == "redirect"]
    new = [each for each in with_terms if each and each not in middle]
    return " ".join(["v=spf1", *middle, *new, _end(ends, redirects)])


def _end(ends: Sequence[Term], redirects: Sequence[str]) -> str:
    if not ends and len(redirects) == 1:
        return redirects[0]
    strict = len(ends) == 1 and ends[0].qualifier in {"-", "?"}
    return ends[0].text if strict else "~all"
