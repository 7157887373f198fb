"""Settings of sending: the sender's name, the mail server, its proof, the domain's records."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from campaigns import settings
from campaigns.accounts import queries
from campaigns.accounts.models import AuditEntry, Role
from campaigns.delivery import mail_servers, ways
from campaigns.delivery.models import DkimKey, Security
from campaigns.delivery.transports import Server
from campaigns.delivery.ways import Origin
from campaigns.local.ports import free_port
from tests.delivery.mailboxes import Mailbox, mailbox
from tests.delivery.names import Names, name_server
from tests.web.pages.desk import Desk, Live, Seat

HERE = "/desk/settings/senders"
GUARDED = {
    "host": "smtp.example.com",
    "security": "starttls",
    "port": "",
    "username": "news@example.com",
    "password": "an app password",
    "pace_per_minute": "",
}


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as made:
        yield made


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    with name_server() as made:
        made.records["smtp.example.com", "A"] = ["9.9.9.9"]
        monkeypatch.setenv("BEDSIDE_DNS_SERVER", made.setting)
        settings.current.cache_clear()
        yield made
        monkeypatch.undo()
        settings.current.cache_clear()


def use(seat: Seat, port: int) -> None:
    """Send through a mail server on this machine."""
    plain = {"host": "127.0.0.1", "security": "none", "port": str(port), "pace_per_minute": ""}
    assert seat.post(f"{HERE}/mail-server", data=plain).status_code == 303


def server(desk: Desk) -> Server:
    with desk.sessions.begin() as session:
        return ways.current(session).server


def code_in(box: Mailbox) -> str:
    letter = message_from_bytes(box.messages[-1], policy=default)
    found = re.search(r"\d{3} \d{3}", str(letter["Subject"]))
    assert found is not None
    return found[0]


def test_the_sender_s_name_and_addresses_are_saved_or_refused_by_field(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    given = {
        "sender_name": "Renew",
        "sender_address": "letters@clinic.example.com",
        "reply_address": "desk@clinic.example.com",
    }
    assert owner.post(HERE, data=given).status_code == 303
    with desk.sessions.begin() as session:
        assert queries.organisation(session).sender_name == "Renew"
    answer = owner.post(HERE, data=given | {"sender_address": "letters"})
    assert answer.status_code == 422
    assert "not an email address" in answer.text
    assert 'value="letters"' in answer.text
    for name in ("=?utf-8?q?x?=", "Renew\x07"):
        assert owner.post(HERE, data=given | {"sender_name": name}).status_code == 422


def test_a_mail_server_is_chosen_and_its_password_never_shown_again(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    answer = owner.post(f"{HERE}/mail-server", data=GUARDED | {"pace_per_minute": "120"})
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    chosen = server(desk)
    assert (chosen.port, chosen.password) == (587, "an app password")
    shown = owner.get(HERE).text
    assert 'value="smtp.example.com"' in shown
    assert "keep the one that is stored" in shown
    assert "an app password" not in shown
    with desk.sessions.begin() as session:
        assert "an app password" not in str(session.scalars(select(AuditEntry.after)).all())
    kept = GUARDED | {"password": "", "security": "tls"}
    assert owner.post(f"{HERE}/mail-server", data=kept).status_code == 303
    assert (server(desk).port, server(desk).password) == (465, "an app password")
    owner.post(f"{HERE}/default")
    with desk.sessions.begin() as session:
        assert ways.current(session).origin is Origin.DEFAULT


@pytest.mark.parametrize(
    ("bad", "field", "sentence"),
    [
        ({"host": "http://smtp.example.com"}, "host", "without http://"),
        ({"host": ""}, "host", "Fill this in."),
        ({"port": "99999"}, "port", "65535 or less"),
        ({"port": "abc"}, "port", "whole number"),
        ({"security": "rot13"}, "security", "Choose one of the list."),
        ({"security": "none"}, "security", "Choose STARTTLS or TLS."),
        ({"password": ""}, "password", "needs its password"),
        ({"pace_per_minute": "-1"}, "pace_per_minute", "0 or more"),
    ],
)
def test_what_cannot_work_is_refused_by_its_field(
    desk: Desk, bad: dict[str, str], field: str, sentence: str
) -> None:
    answer = desk.as_(Role.OWNER).post(f"{HERE}/mail-server", data=GUARDED | bad)
    assert answer.status_code == 422
    assert sentence in answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert "an app password" not in answer.text
    assert server(desk).host == "127.0.0.1"


def test_a_test_message_arrives_and_its_code_proves_the_mail_server(
    desk: Desk, box: Mailbox
) -> None:
    owner = desk.as_(Role.OWNER)
    use(owner, box.port)
    said = owner.follow(owner.post(f"{HERE}/test", data={"to": "me@example.com"})).text
    assert "Look there for its code" in said
    assert "Waiting for the code" in said
    wrong = owner.post(f"{HERE}/proof", data={"code": "1"})
    assert wrong.status_code == 422
    assert "not the code of the last test message" in wrong.text
    code = code_in(box)
    assert f'value="{code}"' in owner.get(f"{HERE}?code={code}").text
    said = owner.follow(owner.post(f"{HERE}/proof", data={"code": code})).text
    assert "messages arrive through this mail server" in said
    assert "A message arrived at me@example.com" in said
    with desk.sessions.begin() as session:
        kept = mail_servers.proof(session)
        assert kept is not None
        assert kept.proven_at is not None


def test_wrong_codes_are_counted_though_each_is_refused(desk: Desk, box: Mailbox) -> None:
    owner = desk.as_(Role.OWNER)
    use(owner, box.port)
    owner.post(f"{HERE}/test", data={"to": "me@example.com"})
    for _ in range(8):
        owner.post(f"{HERE}/proof", data={"code": "1"})
    answer = owner.post(f"{HERE}/proof", data={"code": code_in(box)})
    assert "Send another one" in answer.text


def test_a_test_that_does_not_leave_says_how_far_it_came_and_what_to_do(
    desk: Desk, box: Mailbox
) -> None:
    owner = desk.as_(Role.OWNER)
    box.says["mail"] = "550 5.7.60 not yours"
    use(owner, box.port)
    shown = owner.post(f"{HERE}/test", data={"to": "me@example.com"}).text
    assert "does not let us send as bounce-" in shown
    assert "The mail server greets us" in shown
    assert "It lets us send as our address: no" in shown
    assert "550 5.7.60 not yours" in shown
    use(owner, free_port())
    assert "refuses connections" in owner.post(f"{HERE}/test", data={"to": "a@example.com"}).text
    answer = owner.post(f"{HERE}/test", data={"to": "nobody"})
    assert answer.status_code == 422
    assert 'value="nobody"' in answer.text


def test_a_mail_server_of_the_environment_is_told_and_left_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEDSIDE_SMTP_URL", "smtps://me:secret@mail.example.com")
    settings.current.cache_clear()
    try:
        owner = desk.as_(Role.OWNER)
        shown = owner.get(HERE).text
        assert "Set by whoever runs this installation" in shown
        assert "mail.example.com:465" in shown
        assert 'name="host"' not in shown
        assert "secret" not in shown
        assert owner.post(f"{HERE}/mail-server", data=GUARDED).status_code == 409
    finally:
        monkeypatch.undo()
        settings.current.cache_clear()


def test_a_password_that_no_key_opens_is_told_and_can_be_entered_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = desk.as_(Role.OWNER)
    owner.post(f"{HERE}/mail-server", data=GUARDED)
    monkeypatch.setenv("BEDSIDE_KEYS", "9:another-key-of-some-thirty-characters")
    settings.current.cache_clear()
    try:
        assert "cannot be opened" in owner.get(HERE).text
        assert owner.get("/desk/setup/mail").status_code == 200
        answer = owner.post(f"{HERE}/test", data={"to": "me@example.com"})
        assert "enter the secret again" in answer.text
        kept = owner.post(f"{HERE}/mail-server", data=GUARDED | {"password": ""})
        assert kept.status_code == 422
        assert owner.post(f"{HERE}/mail-server", data=GUARDED).status_code == 303
        assert "cannot be opened" not in owner.get(HERE).text
    finally:
        monkeypatch.undo()
        settings.current.cache_clear()


def test_the_records_are_looked_up_and_each_says_what_to_add(desk: Desk, names: Names) -> None:
    owner = desk.as_(Role.OWNER)
    owner.post(f"{HERE}/mail-server", data=GUARDED)
    assert "Look them up now" in owner.get(HERE).text
    answer = owner.post(f"{HERE}/records", data={"selector": ""})
    assert answer.headers["location"] == f"{HERE}#domain"
    shown = owner.get(HERE).text
    assert "v=spf1 a:smtp.example.com ~all" in shown
    assert "_dmarc.clinic.example.com" in shown
    assert "v=DMARC1; p=none; rua=mailto:desk@clinic.example.com" in shown
    assert "No key is published under any of the usual names." in shown
    bad = owner.post(f"{HERE}/records", data={"selector": "two words"})
    assert bad.status_code == 422
    assert "short name such as" in bad.text
    too_long = owner.post(f"{HERE}/records", data={"selector": "x" * 70, "where": "setup"})
    assert too_long.status_code == 422


def test_an_address_of_a_free_mail_provider_is_told_to_be_no_sender_s(desk: Desk) -> None:
    owner = desk.as_(Role.OWNER)
    sender = {
        "sender_name": "Renew",
        "sender_address": "renew.sample@gmail.com",
        "reply_address": "desk@clinic.example.com",
    }
    owner.post(HERE, data=sender)
    shown = owner.get(HERE).text
    assert "gmail.com is not your own domain" in shown
    assert "Look them up" not in shown


def test_a_key_of_ours_is_made_published_and_then_signs(desk: Desk, names: Names) -> None:
    owner = desk.as_(Role.OWNER)
    owner.post(f"{HERE}/key")
    with desk.sessions.begin() as session:
        key = session.scalars(select(DkimKey)).one()
        value = f"v=DKIM1; k=rsa; p={key.public_key}"
    shown = owner.get(HERE).text
    assert value in shown.replace("&#43;", "+")
    assert "Messages are signed as" not in shown
    assert "PRIVATE" not in shown
    names.text("bedside._domainkey.clinic.example.com", value)
    owner.post(f"{HERE}/records", data={})
    assert "Messages are signed as clinic.example.com" in owner.get(HERE).text


def test_only_an_owner_touches_any_of_it(desk: Desk) -> None:
    seat = desk.as_(Role.COORDINATOR)
    for path in ("", "/mail-server", "/default", "/test", "/proof", "/records", "/key"):
        assert seat.post(HERE + path, data=GUARDED | {"to": "a@example.com"}).status_code == 403
    with desk.sessions.begin() as session:
        assert session.scalars(select(AuditEntry)).all() == []


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_the_page_is_plain_and_accessible_in_each_state(
    live: Live, box: Mailbox, names: Names, width: int, scheme: str
) -> None:
    page = live.as_(
        Role.OWNER, path=HERE, width=width, scheme="dark" if scheme == "dark" else "light"
    )
    live.inspect(page)
    page.get_by_role("button", name="Look them up").click()
    page.get_by_role("button", name="make a key").click()
    page.get_by_text("_domainkey").first.wait_for()
    live.inspect(page)
    with live.sessions.begin() as session:
        owner = queries.people(session)[0]
        at = Server("127.0.0.1", box.port, Security.NONE)
        mail_servers.choose(session, actor=owner, server=at, keeps_password=False)
    box.says["rcpt"] = "550 5.1.1 nobody here"
    page.goto(HERE)
    page.get_by_role("button", name="Send a test message").click()
    page.get_by_text("How far").or_(page.get_by_text("does not take a message")).first.wait_for()
    live.inspect(page)
    box.says.clear()
    page.get_by_role("button", name="Send a test message").click()
    page.get_by_label("Code from the message").fill(code_in(box))
    live.inspect(page)
    page.get_by_role("button", name="It arrived").click()
    page.get_by_text("Proven", exact=True).wait_for()
    live.inspect(page)
