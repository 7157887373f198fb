"""Look public records up, within a time limit as a whole; each question is asked once."""

import time
from collections.abc import Sequence

import dns.exception
import dns.inet
import dns.rdatatype
import dns.resolver

from campaigns import settings
from campaigns.errors import Unavailable

_ALL_SECONDS = 10.0
_EACH_SECONDS = 3.0


class Unanswered(Unavailable):
    """No name server answered; this says nothing about the record."""


class Lookup:
    """The questions of one check, and their answers."""

    def __init__(self, *, seconds: float = _ALL_SECONDS) -> None:
        self._until = time.monotonic() + seconds
        self._resolver = _resolver()
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

    def texts(self, name: str) -> Sequence[str]:
        """The TXT records of this name, each joined from its parts; empty where there are none."""
        return self._ask(name, "TXT")

    def addresses(self, name: str) -> Sequence[str]:
        """The IP addresses of this name, both kinds."""
        return [*self._ask(name, "A"), *self._ask(name, "AAAA")]

    def mail_hosts(self, name: str) -> Sequence[str]:
        """The names of the machines that take this domain's mail."""
        return self._ask(name, "MX")

    def _ask(self, name: str, kind: str) -> tuple[str, ...]:
        key = (name.lower().rstrip("."), kind)
        if key not in self._known:
            self._known[key] = self._resolved(*key)
        return self._known[key]

    def _resolved(self, name: str, kind: str) -> tuple[str, ...]:
        left = self._until - time.monotonic()
        if left <= 0:
            raise Unanswered("The name servers take too long; try again in some minutes.")
        try:
            answer = self._resolver.resolve(
                name, kind, lifetime=min(left, _EACH_SECONDS), search=False
            )
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except dns.exception.DNSException as error:
            raise Unanswered(
                f"No name server answers for {name}; try again in some minutes."
            ) from error
        return tuple(_text(each) for each in answer)


def _text(record: object) -> str:
    """A record as a line: a TXT's parts joined, a mail host's name, an address."""
    parts = getattr(record, "strings", None)
    if parts is not None:
        return b"".join(parts).decode("utf-8", "replace")
    host = getattr(record, "exchange", None)
    return str(host).rstrip(".") if host is not None else str(record)


def _resolver() -> dns.resolver.Resolver:
    named = settings.current().dns_server
    if not named:
        try:
            return dns.resolver.Resolver()
        except dns.resolver.NoResolverConfiguration as error:
            raise Unanswered(
                "This machine has no name server configured (BEDSIDE_DNS_SERVER)."
            ) from error
    address, _, port = named.partition("@")
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [address]
    resolver.port = int(port)
    return resolver
