"""Look the records of the sender's domain up, keep what was found, sign once our key is seen."""

from collections.abc import Callable

from campaigns import clock, settings
from campaigns.accounts import audit, permissions
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb
from campaigns.database import Session
from campaigns.delivery import dkim_keys, ways
from campaigns.delivery.domains import dkim_record, dmarc, spf_record
from campaigns.delivery.domains.findings import Finding, Standing, unanswered
from campaigns.delivery.domains.lookup import Lookup, Unanswered
from campaigns.delivery.models import DkimKey, SenderDomain
from campaigns.errors import Invalid
from campaigns.rendering import headers


def check(session: Session, *, actor: User, selector: str = "") -> list[Finding]:
    """What the records of our sender's domain say now; a selector of another signer may be named.

    Raises NotFound while the clinic is not set up.
    """
    permissions.require(actor, Verb.MANAGE_PEOPLE)
    named = selector.strip().lower()
    if named and not all(each.isalnum() or each in "-._" for each in named):
        raise Invalid("A selector is a short name such as s1 or google.")
    organisation = accounts.organisation(session)
    domain = headers.domain_of(organisation.sender_address)
    envelope_domain = settings.current().bounce_domain or domain
    host = ways.current(session).server.host
    lookup = Lookup()
    findings = [
        _answered(
            spf_record.WHAT,
            envelope_domain,
            lambda: spf_record.check(lookup, envelope_domain, host=host),
        ),
        _signature(session, lookup, domain, actor=actor, selector=named),
        _answered(
            dmarc.WHAT,
            f"_dmarc.{domain}",
            lambda: dmarc.check(lookup, domain, reports_to=organisation.reply_address),
        ),
    ]
    _keep(session, domain, findings, selector=named)
    return findings


def kept(session: Session, domain: str) -> SenderDomain | None:
    """What was found last (primary key)."""
    return session.get(SenderDomain, domain)


def found(row: SenderDomain) -> list[Finding]:
    """The findings of a kept check."""
    return [Finding.restored(each) for each in row.findings]


def _answered(what: str, name: str, ask: Callable[[], Finding]) -> Finding:
    try:
        return ask()
    except Unanswered as error:
        return unanswered(what, name, str(error))


def _signature(
    session: Session, lookup: Lookup, domain: str, *, actor: User, selector: str
) -> Finding:
    """DKIM: every key of ours is looked up; the newest one's finding is told."""
    keys = dkim_keys.of_domain(session, domain)
    if not keys:
        name = f"_domainkey.{domain}"
        return _answered(
            dkim_record.WHAT,
            name,
            lambda: dkim_record.check_others(lookup, domain, selector=selector),
        )
    newest, *_older = [_of_key(session, lookup, each, actor=actor) for each in keys]
    return newest


def _of_key(session: Session, lookup: Lookup, key: DkimKey, *, actor: User) -> Finding:
    name = dkim_keys.record_name(key)
    finding = _answered(dkim_record.WHAT, name, lambda: dkim_record.check_ours(lookup, key))
    is_published = finding.standing is Standing.FOUND
    signed_before = key.seen_at is not None
    if finding.standing is Standing.UNANSWERED:
        return finding
    dkim_keys.note_seen(session, key, is_published=is_published)
    if is_published != signed_before:
        verb = "begin signing messages" if is_published else "stop signing messages"
        audit.record(session, actor=actor, verb=verb, subject=f"record {name}")
    return finding


def _keep(session: Session, domain: str, findings: list[Finding], *, selector: str) -> None:
    row = session.get(SenderDomain, domain)
    if row is None:
        row = SenderDomain(name=domain)
        session.add(row)
    row.selector, row.checked_at = selector, clock.now(session)
    row.findings = [each.stored() for each in findings]
    session.flush()
