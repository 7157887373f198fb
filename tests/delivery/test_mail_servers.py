"""The mail server is chosen in the desk, kept sealed, followed at once, and proven by a message."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from campaigns import settings
from campaigns.accounts.models import AuditEntry, Role, User
from campaigns.database import Session, Sessions
from campaigns.delivery import connection, mail_servers, outgoing, throttle, ways
from campaigns.delivery.models import MailServer, Security
from campaigns.delivery.transports import ClosedBeforeDot, Envelope, RelayDown, Server
from campaigns.delivery.ways import Origin
from campaigns.errors import BadAddress, Conflict, Invalid, NotAllowed, NotFound, NotInState
from tests.delivery.mailboxes import Mailbox, mailbox
from tests.delivery.relay import relay
from tests.factories import make_organisation, make_user

MESSAGE = b"From: hello@example.com\r\nMessage-ID: <a@example.com>\r\n\r\nA line\r\n"
TO = Envelope("hello@example.com", "ada@example.com")
SECRET = "an app password"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as made:
        yield made


@pytest.fixture
def fixed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The environment names the mail server."""
    monkeypatch.setenv("BEDSIDE_SMTP_URL", "smtp+starttls://me:pass@mail.example.com")
    settings.current.cache_clear()
    yield
    monkeypatch.undo()
    settings.current.cache_clear()


def plain(port: int, host: str = "127.0.0.1") -> Server:
    return Server(host, port, Security.NONE)


def guarded(password: str = SECRET, host: str = "mail.example.com", user: str = "me") -> Server:
    return Server(host, 587, Security.STARTTLS, user, password)


def chosen(
    session: Session, owner: User, server: Server, *, keeps: bool = False, pace: int = 0
) -> MailServer:
    return mail_servers.choose(
        session, actor=owner, server=server, keeps_password=keeps, pace_per_minute=pace
    )


def test_what_was_chosen_is_used_and_its_password_is_only_kept_sealed(session: Session) -> None:
    owner = make_user(session)
    assert ways.current(session).origin is Origin.DEFAULT
    row = chosen(session, owner, guarded())
    way = ways.current(session)
    assert (way.origin, way.server) == (Origin.DESK, guarded())
    assert SECRET not in row.sealed_password
    [entry] = session.scalars(select(AuditEntry))
    assert entry.after["password"] == "changed"
    assert entry.after["host"] == "mail.example.com"
    assert SECRET not in f"{entry.before} {entry.after} {way!r}"


def test_a_change_is_told_with_what_it_was_before(session: Session) -> None:
    owner = make_user(session)
    chosen(session, owner, guarded())
    chosen(session, owner, Server("mail.example.com", 465, Security.TLS, "me"), keeps=True, pace=60)
    assert ways.current(session).server.password == SECRET
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.before == {"port": 587, "security": "starttls", "pace_per_minute": 0}
    assert entry.after == {"port": 465, "security": "tls", "pace_per_minute": 60}


@pytest.mark.parametrize("other", [guarded("", host="evil.example.com"), guarded("", user="you")])
def test_a_kept_password_is_never_sent_to_another_server_or_account(
    session: Session, other: Server
) -> None:
    owner = make_user(session)
    chosen(session, owner, guarded())
    with pytest.raises(Invalid, match="Type the password again"):
        chosen(session, owner, other, keeps=True)


@pytest.mark.parametrize(
    ("server", "sentence"),
    [
        (guarded(host="https://mail.example.com"), "without http://"),
        (guarded(host=""), "without http://"),
        (Server("mail.example.com", 0, Security.TLS), "from 1 to 65535"),
        (guarded(""), "needs its password"),
        (guarded(user=""), "needs a user name"),
        (Server("mail.example.com", 25, Security.NONE, "me", "pass"), "could be read on its way"),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(
    session: Session, server: Server, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        chosen(session, make_user(session), server)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_on_this_machine_itself_no_encryption_is_needed(session: Session, host: str) -> None:
    chosen(session, make_user(session), Server(host, 25, Security.NONE, "me", "pass"))
    assert ways.current(session).server.host == host


def test_only_an_owner_chooses_tests_and_proves(session: Session) -> None:
    coordinator = make_user(session, Role.COORDINATOR)
    with pytest.raises(NotAllowed):
        chosen(session, coordinator, guarded())
    with pytest.raises(NotAllowed):
        mail_servers.use_default(session, actor=coordinator)
    with pytest.raises(NotAllowed):
        mail_servers.prove(session, actor=coordinator, code="1")
    with pytest.raises(NotAllowed):
        connection.test(session, actor=coordinator, to="ada@example.com")


@pytest.mark.usefixtures("fixed")
def test_a_mail_server_of_the_environment_wins_and_cannot_be_changed_here(session: Session) -> None:
    owner = make_user(session)
    session.add(
        MailServer(
            id=1,
            host="other.example.com",
            port=25,
            security=Security.NONE,
            pace_per_minute=5,
            changed_at=owner.created_at,
        )
    )
    session.flush()
    way = ways.current(session)
    assert (way.origin, way.server.host) == (Origin.ENVIRONMENT, "mail.example.com")
    assert ways.pace_per_minute(session) == 0
    with pytest.raises(Conflict, match="BEDSIDE_SMTP_URL"):
        chosen(session, owner, guarded())
    with pytest.raises(Conflict, match="BEDSIDE_SMTP_URL"):
        mail_servers.use_default(session, actor=owner)


def test_going_back_to_the_default_keeps_the_chosen_one_for_later(session: Session) -> None:
    owner = make_user(session)
    with pytest.raises(NotInState):
        mail_servers.use_default(session, actor=owner)
    chosen(session, owner, guarded(), pace=30)
    assert ways.pace_per_minute(session) == 30
    mail_servers.use_default(session, actor=owner)
    assert ways.current(session).origin is Origin.DEFAULT
    assert ways.pace_per_minute(session) == 0
    chosen(session, owner, guarded(""), keeps=True)
    assert ways.current(session).server.password == SECRET


def test_the_slower_of_two_paces_holds(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = make_user(session)
    chosen(session, owner, guarded(), pace=30)
    monkeypatch.setenv("BEDSIDE_PACE_PER_MINUTE", "20")
    settings.current.cache_clear()
    try:
        assert ways.pace_per_minute(session) == 20
    finally:
        monkeypatch.undo()
        settings.current.cache_clear()


def test_another_mail_server_closes_the_breaker(session: Session) -> None:
    throttle.relay(session)
    for _ in range(5):
        throttle.note_failure(session, error="down")
    assert not throttle.may_try(session)
    chosen(session, make_user(session), guarded())
    assert throttle.may_try(session)


def test_a_worker_follows_a_change_without_a_restart(
    committed: Sessions, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "_LOOKS_EVERY_SECONDS", 0.0)
    with relay() as first:
        with committed.begin() as session:
            owner = make_user(session)
            chosen(session, owner, plain(first.port))
        way = outgoing.following(committed)
        with pytest.raises(ClosedBeforeDot):
            way.send(TO, MESSAGE)
        way.ready()
        way.send(TO, MESSAGE)
        way.ready()
        way.send(TO, MESSAGE)
        assert (first.connections, len(first.accepted)) == (1, 2)
        with committed.begin() as session:
            chosen(session, owner, plain(box.port))
        way.ready()
        assert way.send(TO, MESSAGE).code == 250
        way.close()
    assert box.messages == [MESSAGE]


def test_between_two_looks_the_database_is_left_alone(session: Session, box: Mailbox) -> None:
    looked = []

    def look() -> outgoing.Departure:
        looked.append(1)
        return outgoing.Departure(plain(box.port), {})

    way = outgoing.Outgoing(look)
    way.ready()
    way.ready()
    assert looked == [1]
    way.close()


def test_a_password_that_no_key_opens_stops_sending_and_says_so(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen(session, make_user(session), guarded())
    monkeypatch.setenv("BEDSIDE_KEYS", "9:another-key-of-some-thirty-characters")
    settings.current.cache_clear()
    try:
        with pytest.raises(RelayDown, match="enter the secret again"):
            outgoing.of(session).ready()
    finally:
        monkeypatch.undo()
        settings.current.cache_clear()


def test_a_test_message_carries_a_code_that_proves_the_server(
    session: Session, box: Mailbox
) -> None:
    owner = make_user(session)
    make_organisation(session)
    chosen(session, owner, plain(box.port))
    tested = connection.test(session, actor=owner, to="me@example.com")
    assert tested.has_left
    assert box.recipients == ["me@example.com"]
    assert re.fullmatch(r"bounce-[a-z2-7]{31}@clinic\.example\.com", box.senders[0])
    letter = message_from_bytes(box.messages[0], policy=default)
    [code] = re.findall(r"\d{3} \d{3}", str(letter["Subject"]))
    text = letter.get_body(("plain",))
    assert text is not None
    assert code in text.get_content()
    assert f"/desk/settings/senders?code={code.replace(' ', '')}" in text.get_content()
    kept = mail_servers.proof(session)
    assert kept is not None
    assert kept.proven_at is None
    assert code.replace(" ", "") not in kept.code_hash
    assert not mail_servers.prove(session, actor=owner, code="12")
    assert mail_servers.prove(session, actor=owner, code=f" {code} ")
    assert kept.proven_at is not None


def test_another_server_or_too_many_wrong_codes_need_another_message(
    session: Session, box: Mailbox
) -> None:
    owner = make_user(session)
    make_organisation(session)
    with pytest.raises(NotInState, match="Send another one"):
        mail_servers.prove(session, actor=owner, code="123456")
    chosen(session, owner, plain(box.port))
    connection.test(session, actor=owner, to="me@example.com")
    for _ in range(8):
        assert not mail_servers.prove(session, actor=owner, code="x")
    with pytest.raises(NotInState, match="Send another one"):
        mail_servers.prove(session, actor=owner, code="x")
    connection.test(session, actor=owner, to="me@example.com")
    assert not mail_servers.prove(session, actor=owner, code="x")
    chosen(session, owner, guarded())
    assert mail_servers.proof(session) is None


def test_a_test_that_does_not_leave_says_why_and_waits_for_no_code(
    session: Session, box: Mailbox
) -> None:
    owner = make_user(session)
    make_organisation(session)
    box.says["rcpt"] = "550 5.1.1 nobody here"
    chosen(session, owner, plain(box.port))
    tested = connection.test(session, actor=owner, to="me@example.com")
    assert not tested.has_left
    assert tested.trouble is not None
    assert "me@example.com" in tested.trouble.what
    assert tested.trouble.words == "550 5.1.1 nobody here"
    assert mail_servers.proof(session) is None


def test_a_test_needs_a_clinic_and_an_address(session: Session, box: Mailbox) -> None:
    owner = make_user(session)
    with pytest.raises(NotFound):
        connection.test(session, actor=owner, to="me@example.com")
    make_organisation(session)
    with pytest.raises(BadAddress):
        connection.test(session, actor=owner, to="nobody")
