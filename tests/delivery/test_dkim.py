"""Signatures hold before an independent verifier, and fall with whatever is changed."""

import base64
from collections.abc import Callable

import dkim as verifier
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from campaigns.accounts.models import AuditEntry, Role
from campaigns.database import Session
from campaigns.delivery import dkim, dkim_keys, mail_servers, outgoing
from campaigns.delivery.dkim import Signer
from campaigns.delivery.models import Security
from campaigns.delivery.transports import Envelope, Server
from campaigns.errors import NotAllowed
from campaigns.planning import queries
from campaigns.rendering.wire import Canonical, Wire
from tests.delivery.factories import make_sending
from tests.delivery.mailboxes import mailbox
from tests.factories import make_user
from tests.rendering.factories import make_recipient

PLAIN = (
    b"From: Renew <hello@example.com>\r\nTo: ada@example.com\r\nSubject:  A   long\r\n"
    b"\tsubject \r\nDate: Sun, 22 Nov 2026 09:00:00 +0000\r\nMessage-ID: <a@example.com>\r\n"
    b"List-Unsubscribe: <https://example.com/u/x>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain\r\n\r\n.leading dot \t and  blanks  \r\n\r\nlast\r\n\r\n\r\n"
)


@pytest.fixture(scope="module")
def pair() -> tuple[str, str]:
    return dkim.new_key()


@pytest.fixture
def signer(pair: tuple[str, str]) -> Signer:
    return Signer("example.com", "bedside", dkim.private_key(pair[0]))


Holds = Callable[[bytes], bool]


@pytest.fixture
def holds(pair: tuple[str, str]) -> Holds:
    """Whether a message verifies against the published record."""
    record = f"v=DKIM1; k=rsa; p={pair[1]}".encode()

    def checked(message: bytes) -> bool:
        asked: list[bytes] = []

        def answer(name: bytes, timeout: int = 5) -> bytes:
            asked.append(name)
            return record

        is_right = bool(verifier.verify(message, dnsfunc=answer))
        assert asked == [b"bedside._domainkey.example.com."]
        return is_right

    return checked


def test_a_signed_message_verifies(signer: Signer, holds: Holds) -> None:
    signed = signer.sign(PLAIN)
    assert signed.endswith(PLAIN)
    assert holds(signed)
    assert max(len(line) for line in signed.split(b"\r\n")) < 1000


def test_a_message_without_a_body_verifies(signer: Signer, holds: Holds) -> None:
    assert holds(signer.sign(PLAIN.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"))


def test_a_signature_survives_blanks_and_folds_that_change_on_the_way(
    signer: Signer, holds: Holds
) -> None:
    signed = signer.sign(PLAIN)
    assert holds(signed.replace(b"Subject:  A   long\r\n\tsubject ", b"subject: A long subject"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"ada@", b"eve@"),
        (b"subject ", b"object "),
        (b"/u/x", b"/u/y"),
        (b"One-Click", b"Two-Click"),
        (b"last", b"lost"),
        (b"To: ada", b"From: eve@example.com\r\nTo: ada"),
        (b"To: ada", b"Subject: another\r\nTo: ada"),
        (b"text/plain", b"text/html"),
    ],
)
def test_whatever_matters_cannot_be_changed_or_added(
    signer: Signer, holds: Holds, old: bytes, new: bytes
) -> None:
    signed = signer.sign(PLAIN)
    assert old in signed
    assert not holds(signed.replace(old, new, 1))


def test_a_real_campaign_s_message_verifies_with_its_unsubscribe_headers(
    session: Session, pair: tuple[str, str], holds: Holds
) -> None:
    campaign, program = make_sending(session)
    recipient = make_recipient(queries.newest_version(session, campaign))
    message = Wire.of(program).fill(recipient)
    domain = dkim.sender_domain(message)
    made = Signer(domain, "bedside", dkim.private_key(pair[0]))
    signed = outgoing.signed(message, {domain: made})
    head = signed.partition(b"\r\n\r\n")[0].decode()
    names = head.partition("h=")[2].partition(";")[0].replace("\r\n\t ", "")
    for each in ("from", "to", "subject", "date", "message-id", "mime-version", "content-type"):
        assert each in names.split(":")
    assert {"list-unsubscribe", "list-unsubscribe-post", "list-id"} <= set(names.split(":"))
    record = f"v=DKIM1; k=rsa; p={pair[1]}".encode()
    assert verifier.verify(signed, dnsfunc=lambda name, timeout=5: record)


@pytest.mark.parametrize(
    ("line", "domain"),
    [
        (b"From: hello@Example.com", "example.com"),
        (b'From: "A @ B" <hello@news.example.com>', "news.example.com"),
        (b"From: Renew\r\n <hello@example.com>", "example.com"),
        (b"From: nobody", ""),
        (b"To: hello@example.com", ""),
    ],
)
def test_the_sender_s_domain_is_that_of_its_from_header(line: bytes, domain: str) -> None:
    assert dkim.sender_domain(line + b"\r\nX: y\r\n\r\nbody") == domain


def test_a_key_signs_only_once_its_record_was_seen(session: Session) -> None:
    owner = make_user(session)
    key = dkim_keys.make(session, actor=owner, domain="Example.com")
    assert (key.domain, key.selector) == ("example.com", "bedside")
    assert outgoing.signed(PLAIN, dkim_keys.signers(session)) == PLAIN
    dkim_keys.note_seen(session, key, is_published=True)
    session.flush()
    signed = outgoing.signed(PLAIN, dkim_keys.signers(session))
    assert signed.startswith(b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com")
    record = dkim_keys.record_value(key).encode()
    assert verifier.verify(signed, dnsfunc=lambda name, timeout=5: record)
    other = PLAIN.replace(b"hello@example.com", b"hello@elsewhere.example.org")
    assert outgoing.signed(other, dkim_keys.signers(session)) == other


def test_a_newer_key_takes_over_when_it_is_seen(session: Session) -> None:
    owner = make_user(session)
    first = dkim_keys.make(session, actor=owner, domain="example.com")
    dkim_keys.note_seen(session, first, is_published=True)
    second = dkim_keys.make(session, actor=owner, domain="example.com")
    session.flush()
    assert second.selector == "bedside2"
    assert dkim_keys.signers(session)["example.com"].selector == "bedside"
    dkim_keys.note_seen(session, second, is_published=True)
    session.flush()
    assert dkim_keys.signers(session)["example.com"].selector == "bedside2"


def test_the_private_half_lies_sealed_and_only_an_owner_makes_one(session: Session) -> None:
    key = dkim_keys.make(session, actor=make_user(session), domain="example.com")
    assert "PRIVATE" not in key.sealed_key
    assert len(base64.b64decode(key.public_key)) > 256
    entry = session.scalars(select(AuditEntry)).one()
    assert entry.after == {"selector": "bedside"}
    coordinator = make_user(session, Role.COORDINATOR)
    with pytest.raises(NotAllowed):
        dkim_keys.make(session, actor=coordinator, domain="example.com")


def test_what_a_mail_server_receives_verifies_though_dots_were_stuffed(session: Session) -> None:
    owner = make_user(session)
    key = dkim_keys.make(session, actor=owner, domain="example.com")
    dkim_keys.note_seen(session, key, is_published=True)
    record = dkim_keys.record_value(key).encode()
    with mailbox() as box:
        here = Server("127.0.0.1", box.port, Security.NONE)
        mail_servers.choose(session, actor=owner, server=here, keeps_password=False)
        way = outgoing.of(session)
        way.ready()
        assert way.send(Envelope("bounce@example.com", "ada@example.com"), PLAIN).code == 250
        way.close()
    [received] = box.messages
    assert received.startswith(b"DKIM-Signature:")
    assert b"\r\n.leading dot" in received
    assert verifier.verify(received, dnsfunc=lambda name, timeout=5: record)


def test_a_programs_message_is_hashed_as_it_is_and_its_signature_holds(
    session: Session, pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, program = make_sending(session)
    recipient = make_recipient(queries.newest_version(session, campaign), first_name="A  b\t. ")
    message = Wire.of(program).fill(recipient)
    assert isinstance(message, Canonical)
    plain = bytes(message)
    made = Signer(dkim.sender_domain(message), "bedside", dkim.private_key(pair[0]))
    signed = made.sign(plain)
    monkeypatch.delattr(dkim, "_body")
    assert made.sign(message) == signed
    record = f"v=DKIM1; k=rsa; p={pair[1]}".encode()
    assert verifier.verify(signed, dnsfunc=lambda name, timeout=5: record)


LINES = st.lists(st.text(" \ta.", max_size=6).map(str.encode), max_size=8)


@given(lines=LINES)
@settings(deadline=None, max_examples=30)
def test_whatever_blanks_a_body_has_its_signature_holds(
    pair: tuple[str, str], lines: list[bytes]
) -> None:
    made = Signer("example.com", "bedside", dkim.private_key(pair[0]))
    body = b"".join(line + b"\r\n" for line in lines)
    signed = made.sign(b"From: hello@example.com\r\n\r\n" + body)
    record = f"v=DKIM1; k=rsa; p={pair[1]}".encode()
    assert verifier.verify(signed, dnsfunc=lambda name, timeout=5: record)
