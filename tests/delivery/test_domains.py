"""What the public records of a domain say, and exactly what to put there, on a real name server."""

import time
from collections.abc import Iterator
from datetime import timedelta

import dkim as verifier
import dns.resolver
import pytest
from sqlalchemy import select

from campaigns import settings
from campaigns.accounts.models import AuditEntry, Role, User
from campaigns.database import Session, Sessions
from campaigns.delivery import dkim, dkim_keys, mail_servers, outgoing
from campaigns.delivery.domains import checking, dkim_record, dmarc, spf_record
from campaigns.delivery.domains.findings import Finding, Standing
from campaigns.delivery.domains.lookup import Lookup, Unanswered
from campaigns.delivery.models import Security
from campaigns.delivery.transports import Server
from campaigns.errors import Invalid, NotAllowed, NotFound
from tests.delivery.names import Names, name_server
from tests.factories import make_organisation, make_user, move_clock

HOST = "mail.clinic.example.com"
DOMAIN = "clinic.example.com"


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    """A name server that our settings name; the mail server's address is public."""
    with name_server() as made:
        made.records[HOST, "A"] = ["9.9.9.9"]
        monkeypatch.setenv("BEDSIDE_DNS_SERVER", made.setting)
        settings.current.cache_clear()
        yield made
        monkeypatch.undo()
        settings.current.cache_clear()


def spf(host: str = HOST) -> Finding:
    return spf_record.check(Lookup(), DOMAIN, host=host)


def test_no_spf_record_gives_the_one_to_add(names: Names) -> None:
    names.text(DOMAIN, "google-site-verification=abc")
    found = spf()
    assert (found.standing, found.name) == (Standing.MISSING, DOMAIN)
    assert found.value == f"v=spf1 a:{HOST} ~all"


@pytest.mark.parametrize(
    ("host", "value"),
    [
        ("smtp.gmail.com", "v=spf1 include:_spf.google.com ~all"),
        ("smtp.office365.com", "v=spf1 include:spf.protection.outlook.com ~all"),
        ("email-smtp.us-east-1.amazonaws.com", "v=spf1 include:amazonses.com ~all"),
        ("9.9.9.10", "v=spf1 ip4:9.9.9.10 ~all"),
        ("2620:fe::fe", "v=spf1 ip6:2620:fe::fe ~all"),
        ("127.0.0.1", "v=spf1 ip4:ADDRESS ~all"),
        ("relay.internal", "v=spf1 ip4:ADDRESS ~all"),
    ],
)
def test_the_record_to_add_is_that_of_the_mail_server_in_use(
    names: Names, host: str, value: str
) -> None:
    found = spf(host)
    assert found.value == value
    assert ("in the place of ADDRESS" in found.advice) == ("ADDRESS" in value)


@pytest.mark.parametrize(
    "record",
    [
        f"v=spf1 a:{HOST} -all",
        "v=spf1 ip4:9.9.9.0/24 -all",
        "v=spf1 mx ~all",
        "v=spf1 a:other.example.com include:inner.example.com ~all",
        "v=spf1 redirect=inner.example.com",
    ],
)
def test_a_record_that_allows_the_server_in_any_way_is_found(names: Names, record: str) -> None:
    names.text(DOMAIN, record)
    names.records[DOMAIN, "MX"] = [f"10 {HOST}."]
    names.text("inner.example.com", "v=spf1 ip4:9.9.9.9 -all")
    found = spf()
    assert (found.standing, found.value, found.there) == (Standing.FOUND, "", record)


def test_a_record_that_allows_others_only_is_extended_and_never_doubled(names: Names) -> None:
    names.text(DOMAIN, "v=spf1 include:_spf.google.com ip4:192.0.2.1/28 -all")
    names.text("_spf.google.com", "v=spf1 ip4:192.0.2.128/25 ~all")
    found = spf()
    assert found.standing is Standing.WRONG
    assert found.value == (f"v=spf1 include:_spf.google.com ip4:192.0.2.1/28 a:{HOST} -all")
    assert "a second one would void both" in found.advice


def test_an_address_that_is_named_to_be_refused_does_not_count(names: Names) -> None:
    names.text(DOMAIN, "v=spf1 -ip4:9.9.9.9 ?a:mail.clinic.example.com ~all")
    assert spf().standing is Standing.WRONG


def test_two_records_become_one(names: Names) -> None:
    names.text(DOMAIN, "v=spf1 include:a.example.com -all", "v=spf1 ip4:192.0.2.1 ~all")
    found = spf()
    assert found.standing is Standing.WRONG
    assert found.value == f"v=spf1 include:a.example.com ip4:192.0.2.1 a:{HOST} ~all"


def test_everyone_in_the_world_is_too_many(names: Names) -> None:
    names.text(DOMAIN, "v=spf1 mx +all")
    found = spf()
    assert "everyone in the world" in found.sentence
    assert found.value == f"v=spf1 mx a:{HOST} ~all"


def test_an_include_that_leads_nowhere_or_in_a_circle_is_named_and_taken_out(names: Names) -> None:
    names.text(DOMAIN, "v=spf1 include:gone.example.com include:round.example.com mx -all")
    names.text("round.example.com", "v=spf1 include:round.example.com -all")
    found = spf()
    assert "gone.example.com, round.example.com" in found.sentence
    assert found.value == f"v=spf1 mx a:{HOST} -all"


def test_ten_lookups_are_the_most_and_the_address_in_numbers_needs_none(names: Names) -> None:
    for number in range(9):
        names.text(f"s{number}.example.com", "v=spf1 ip4:192.0.2.1 -all")
    includes = " ".join(f"include:s{number}.example.com" for number in range(9))
    names.text(DOMAIN, f"v=spf1 {includes} mx ~all")
    found = spf()
    assert found.value == f"v=spf1 {includes} mx ip4:9.9.9.9 ~all"
    assert "uses its 10 look-ups already" in found.advice
    found = spf("smtp.gmail.com")
    assert (found.standing, found.value) == (Standing.WRONG, "")
    assert "include:s0.example.com (1)" in found.advice


def test_more_than_ten_lookups_void_it_and_each_part_s_cost_is_told(names: Names) -> None:
    names.text("big.example.com", "v=spf1 a mx a:b.example.com a:c.example.com exists:%{i} -all")
    names.text(DOMAIN, "v=spf1 include:big.example.com a mx ptr a:x.example.com mx/24 ~all")
    found = spf()
    assert "needs 11 look-ups" in found.sentence
    assert "include:big.example.com (6), a (1)" in found.advice


def test_a_server_in_our_own_network_cannot_be_judged_from_here(names: Names) -> None:
    names.text(DOMAIN, "v=spf1 mx ip4:nonsense ~all")
    found = spf("127.0.0.1")
    assert (found.standing, found.value) == (Standing.UNSURE, "")


def policy(reports_to: str = f"desk@{DOMAIN}") -> Finding:
    return dmarc.check(Lookup(), DOMAIN, reports_to=reports_to)


def test_no_dmarc_record_gives_a_first_one_that_changes_nothing_yet(names: Names) -> None:
    found = policy()
    assert (found.standing, found.name) == (Standing.MISSING, f"_dmarc.{DOMAIN}")
    assert found.value == f"v=DMARC1; p=none; rua=mailto:desk@{DOMAIN}"
    assert policy("desk@example.org").value == "v=DMARC1; p=none"


@pytest.mark.parametrize("word", ["none", "quarantine", "reject"])
def test_a_policy_is_said_in_words(names: Names, word: str) -> None:
    names.text(f"_dmarc.{DOMAIN}", f"v=DMARC1; p={word}; rua=mailto:x@example.com")
    found = policy()
    assert (found.standing, found.value) == (Standing.FOUND, "")
    assert bool(found.advice) == (word == "none")


def test_the_domain_above_speaks_for_ours(names: Names) -> None:
    names.text("_dmarc.example.com", "v=DMARC1;p=reject")
    assert (policy().standing, policy().name) == (Standing.FOUND, "_dmarc.example.com")


@pytest.mark.parametrize(
    ("records", "sentence"),
    [
        (["v=DMARC1; p=non"], "'non', which mail servers do not know"),
        (["v=DMARC1; rua=mailto:x@example.com"], "names no policy"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "several records"),
    ],
)
def test_a_dmarc_record_that_is_not_heeded_is_wrong(
    names: Names, records: list[str], sentence: str
) -> None:
    names.text(f"_dmarc.{DOMAIN}", *records)
    found = policy()
    assert found.standing is Standing.WRONG
    assert sentence in found.sentence
    assert found.value


PUBLIC = dkim.new_key()[1]


@pytest.mark.parametrize("selector", ["s9", ""])
def test_the_key_of_another_signer_is_found_by_name_or_among_the_common(
    names: Names, selector: str
) -> None:
    names.text(f"{selector or 'google'}._domainkey.{DOMAIN}", f"v=DKIM1; k=rsa; p={PUBLIC}")
    found = dkim_record.check_others(Lookup(), DOMAIN, selector=selector)
    assert found.standing is Standing.FOUND
    assert f"under the selector {selector or 'google'}" in found.sentence


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        ("v=DKIM1; p=", "was withdrawn"),
        ("v=DKIM1; p=nokey", "no key that can be read"),
        ("v=DKIM1; p=bm9rZXk=", "no key that can be read"),
        (
            "v=DKIM1; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKfLwLVKhpVZnJmFZuNd0GwqfnqSz1vBCBzH"
            "3uWJmKKQkfCPpO4AoOgvxVtZ5aIMd5nQsSTyYf3LSQsW0CRUWhsCAwEAAQ==",
            "512 bits: too short",
        ),
    ],
)
def test_a_key_that_is_no_good_is_wrong(names: Names, record: str, sentence: str) -> None:
    names.text(f"s1._domainkey.{DOMAIN}", record)
    found = dkim_record.check_others(Lookup(), DOMAIN, selector="s1")
    assert found.standing is Standing.WRONG
    assert sentence in found.sentence


def test_an_elliptic_key_is_long_enough_and_nothing_at_all_is_missing(names: Names) -> None:
    names.text(f"ed._domainkey.{DOMAIN}", f"v=DKIM1; k=ed25519; p={'A' * 43}=")
    lookup = Lookup()
    assert dkim_record.check_others(lookup, DOMAIN, selector="ed").standing is Standing.FOUND
    for selector in ("", "gone"):
        found = dkim_record.check_others(lookup, DOMAIN, selector=selector)
        assert found.standing is Standing.MISSING


@pytest.fixture
def owner(session: Session) -> User:
    made = make_user(session)
    make_organisation(session, sender_address=f"hello@{DOMAIN}", reply_address=f"desk@{DOMAIN}")
    mail_servers.choose(
        session,
        actor=made,
        server=Server(HOST, 587, Security.STARTTLS, "me", "pass"),
        keeps_password=False,
    )
    return made


def by_kind(session: Session, actor: User) -> dict[str, Finding]:
    return {each.what: each for each in checking.check(session, actor=actor)}


def test_our_key_signs_when_its_record_is_seen_and_stops_when_it_is_gone(
    session: Session, names: Names, owner: User
) -> None:
    key = dkim_keys.make(session, actor=owner, domain=DOMAIN)
    found = by_kind(session, owner)["DKIM"]
    assert found.standing is Standing.MISSING
    assert found.name == f"bedside._domainkey.{DOMAIN}"
    assert [len(each) for each in found.parts] == [255, len(found.value) - 255]
    assert dkim_keys.signers(session) == {}
    names.text(found.name, found.value)
    assert by_kind(session, owner)["DKIM"].standing is Standing.FOUND
    message = f"From: hello@{DOMAIN}\r\nTo: a@example.com\r\n\r\nA line\r\n".encode()
    signed = outgoing.signed(message, dkim_keys.signers(session))
    assert verifier.verify(signed, dnsfunc=lambda name, timeout=5: found.value.encode())
    names.text(found.name, f"v=DKIM1; k=rsa; p={PUBLIC}")
    assert by_kind(session, owner)["DKIM"].standing is Standing.WRONG
    assert dkim_keys.signers(session) == {}
    names.text(found.name, found.value, "v=DKIM1; p=")
    assert "several records" in by_kind(session, owner)["DKIM"].sentence
    assert key.seen_at is None
    verbs = session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs[-2:] == ["begin signing messages", "stop signing messages"]


def test_an_older_key_signs_on_until_the_newer_is_published(
    session: Session, names: Names, owner: User
) -> None:
    first = dkim_keys.make(session, actor=owner, domain=DOMAIN)
    names.text(dkim_keys.record_name(first), dkim_keys.record_value(first))
    by_kind(session, owner)
    dkim_keys.make(session, actor=owner, domain=DOMAIN)
    found = by_kind(session, owner)["DKIM"]
    assert (found.standing, found.name) == (
        Standing.MISSING,
        f"bedside2._domainkey.{DOMAIN}",
    )
    assert dkim_keys.signers(session)[DOMAIN].selector == "bedside"


def test_what_was_found_is_kept_for_the_page(session: Session, names: Names, owner: User) -> None:
    assert checking.kept(session, DOMAIN) is None
    found = checking.check(session, actor=owner, selector=" S1 ")
    kept = checking.kept(session, DOMAIN)
    assert kept is not None
    assert checking.found(kept) == found
    assert kept.selector == "s1"
    assert [each.what for each in found] == ["SPF", "DKIM", "DMARC"]
    checking.check(session, actor=owner)
    assert kept.selector == ""


def test_records_are_looked_at_again_by_themselves_when_it_is_time(
    committed: Sessions, names: Names
) -> None:
    assert not checking.look_again(committed)
    with committed.begin() as session:
        person = make_user(session)
        make_organisation(session, sender_address=f"hello@{DOMAIN}", reply_address=f"desk@{DOMAIN}")
    assert not checking.look_again(committed), "nobody has looked yet"
    with committed.begin() as session:
        key = dkim_keys.make(session, actor=person, domain=DOMAIN)
        checking.check(session, actor=person)
        names.text(dkim_keys.record_name(key), dkim_keys.record_value(key))
    assert not checking.look_again(committed), "it is too early"
    with committed.begin() as session:
        move_clock(session, by=timedelta(minutes=61))
    assert checking.look_again(committed)
    with committed.begin() as session:
        assert dkim_keys.signers(session)[DOMAIN].selector == "bedside"
        verbs = session.scalars(select(AuditEntry.verb)).all()
        assert "begin signing messages" not in verbs, "no person did that"
    assert not checking.look_again(committed), "it was just done"


def test_a_mail_server_whose_password_cannot_be_opened_waits_to_be_looked_at(
    committed: Sessions, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    with committed.begin() as session:
        person = make_user(session)
        make_organisation(session, sender_address=f"hello@{DOMAIN}")
        at = Server(HOST, 587, Security.STARTTLS, "me", "pass")
        mail_servers.choose(session, actor=person, server=at, keeps_password=False)
        checking.check(session, actor=person)
        move_clock(session, by=timedelta(hours=2))
    monkeypatch.setenv("BEDSIDE_KEYS", "9:another-key-of-some-thirty-characters")
    settings.current.cache_clear()
    assert not checking.look_again(committed)


def test_silent_name_servers_say_nothing_of_the_records_and_take_no_time(
    session: Session, names: Names, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = dkim_keys.make(session, actor=owner, domain=DOMAIN)
    dkim_keys.note_seen(session, key, is_published=True)
    monkeypatch.setattr("campaigns.delivery.domains.lookup._EACH_SECONDS", 0.2)
    names.delay = 1.0
    begun = time.monotonic()
    found = checking.check(session, actor=owner)
    assert time.monotonic() - begun < 5
    assert {each.standing for each in found} == {Standing.UNANSWERED}
    assert key.seen_at is not None
    with pytest.raises(Unanswered, match="take too long"):
        Lookup(seconds=0).texts(DOMAIN)


def test_a_machine_without_name_servers_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver.Resolver, "read_resolv_conf", none)
    with pytest.raises(Unanswered, match="BEDSIDE_DNS_SERVER"):
        Lookup()


def test_only_an_owner_looks_up_and_only_for_a_clinic_that_is_there(session: Session) -> None:
    with pytest.raises(NotAllowed):
        checking.check(session, actor=make_user(session, Role.COORDINATOR))
    with pytest.raises(NotFound):
        checking.check(session, actor=make_user(session))
    with pytest.raises(Invalid, match="short name"):
        checking.check(session, actor=make_user(session), selector="a b")
