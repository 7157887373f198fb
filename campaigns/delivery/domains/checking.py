"""Look the records of the sender's domain up, keep what was found, sign once our key is seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from campaigns import clock, database, logs, settings
from campaigns.accounts import audit, permissions
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Organisation, User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session, Sessions
from campaigns.delivery import dkim_keys, ways
from campaigns.delivery.domains import dkim_record, dmarc, spf_record
from campaigns.delivery.domains.findings import Finding, Standing, unanswered
from campaigns.delivery.domains.lookup import Lookup, Unanswered
from campaigns.delivery.models import DkimKey, SenderDomain
from campaigns.errors import Invalid, NotFound
from campaigns.rendering import headers
from campaigns.vault import Unreadable

log = logs.get(__name__)

_SOON = timedelta(hours=1)
"""While something is missing, a person may be publishing it."""
_LATER = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be looked up, and for whom."""

    domain: str
    envelope_domain: str
    host: str
    reports_to: str
    selector: str
    keys: Sequence[DkimKey]


@dataclass(slots=True)
class _Seen:
    """What the name servers said: the findings for people, and that of each key of ours."""

    findings: list[Finding]
    of_keys: dict[int, Finding] = field(default_factory=dict)


def check(session: Session, *, actor: User, selector: str = "") -> list[Finding]:
    """What the records of our sender's domain say now; a selector of another signer may be named.

    Raises NotFound while the clinic is not set up.
    """
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    named = selector.strip().lower()
    if named and not all(each.isalnum() or each in "-._" for each in named):
        raise Invalid("A selector is a short name such as s1 or google.")
    asked = _asked(session, accounts.organisation(session), selector=named)
    seen = _look(asked)
    _keep(session, asked, seen, actor=actor)
    return seen.findings


def look_again(sessions: Sessions) -> bool:
    """Look by ourselves when it is time, at what a person looked up before; whether it was time.

    Every hour while something is missing, twice a day when all is well.
    """
    with database.transaction(sessions) as session:
        asked = _due(session)
    if asked is None:
        return False
    seen = _look(asked)
    with database.transaction(sessions) as session:
        _keep(session, asked, seen, actor=None)
    return True


def kept(session: Session, domain: str) -> SenderDomain | None:
    """What was found last (primary key)."""
    return session.get(SenderDomain, domain)


def found(row: SenderDomain) -> list[Finding]:
    """The findings of a kept check."""
    return [Finding.restored(each) for each in row.findings]


def _due(session: Session) -> _Asked | None:
    try:
        organisation = accounts.organisation(session)
    except NotFound:
        return None
    row = kept(session, headers.domain_of(organisation.sender_address))
    if row is None:
        return None
    is_well = all(each.standing is Standing.FOUND for each in found(row))
    if clock.now(session) - row.checked_at < (_LATER if is_well else _SOON):
        return None
    try:
        return _asked(session, organisation, selector=row.selector)
    except Unreadable:
        return None


def _asked(session: Session, organisation: Organisation, *, selector: str) -> _Asked:
    domain = headers.domain_of(organisation.sender_address)
    return _Asked(
        domain=domain,
        envelope_domain=settings.current().bounce_domain or domain,
        host=ways.current(session).server.host,
        reports_to=organisation.reply_address,
        selector=selector,
        keys=dkim_keys.of_domain(session, domain),
    )


def _look(asked: _Asked) -> _Seen:
    """Ask the name servers; SPF, our keys or another signer's, DMARC, in that order."""
    lookup = Lookup()
    spf = _answered(
        spf_record.WHAT,
        asked.envelope_domain,
        lambda: spf_record.check(lookup, asked.envelope_domain, host=asked.host),
    )
    of_keys = {each.id: _of_key(lookup, each) for each in asked.keys}
    signature = next(iter(of_keys.values()), None) or _answered(
        dkim_record.WHAT,
        f"_domainkey.{asked.domain}",
        lambda: dkim_record.check_others(lookup, asked.domain, selector=asked.selector),
    )
    policy = _answered(
        dmarc.WHAT,
        f"_dmarc.{asked.domain}",
        lambda: dmarc.check(lookup, asked.domain, reports_to=asked.reports_to),
    )
    return _Seen([spf, signature, policy], of_keys)


def _answered(what: str, name: str, ask: Callable[[], Finding]) -> Finding:
    try:
        return ask()
    except Unanswered as error:
        return unanswered(what, name, str(error))


def _of_key(lookup: Lookup, key: DkimKey) -> Finding:
    name = dkim_keys.record_name(key)
    return _answered(dkim_record.WHAT, name, lambda: dkim_record.check_ours(lookup, key))


def _keep(session: Session, asked: _Asked, seen: _Seen, *, actor: User | None) -> None:
    for key in dkim_keys.of_domain(session, asked.domain):
        finding = seen.of_keys.get(key.id)
        if finding is not None and finding.standing is not Standing.UNANSWERED:
            _sign_or_not(session, key, finding, actor=actor)
    row = session.get(SenderDomain, asked.domain)
    if row is None:
        row = SenderDomain(name=asked.domain)
        session.add(row)
    row.selector, row.checked_at = asked.selector, clock.now(session)
    row.findings = [each.stored() for each in seen.findings]
    session.flush()


def _sign_or_not(session: Session, key: DkimKey, finding: Finding, *, actor: User | None) -> None:
    is_published, signed_before = finding.standing is Standing.FOUND, key.seen_at is not None
    dkim_keys.note_seen(session, key, is_published=is_published)
    if is_published == signed_before:
        return
    verb = "begin signing messages" if is_published else "stop signing messages"
    log.warning(verb, record=finding.name, standing=finding.standing.value)
    if actor is not None:
        audit.record(session, actor=actor, verb=verb, subject=f"record {finding.name}")
