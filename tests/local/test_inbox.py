"""The development inbox: it keeps what arrives as it came, and shows it without trusting it."""

import asyncio
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from campaigns.errors import Misconfigured
from campaigns.local import demo, processes
from campaigns.local.inbox.__main__ import refuse_production
from campaigns.local.inbox.receiving import MOST_BYTES, Receiver
from campaigns.local.inbox.store import Store
from campaigns.local.supervisor import Supervisor
from campaigns.settings import Settings
from tests.browser import run_apart

HTML = "<!doctype html><html><head><title>x</title></head><body><script>1</script>Hi</body></html>"


class Inbox:
    """A running inbox, seen by a sender and by a browser."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.browser = httpx.Client(base_url=f"http://localhost:{settings.inbox_web_port}")

    def sender(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.settings.inbox_smtp_port, timeout=20)

    def send(self, letter: EmailMessage, to: str = "maria@example.com") -> None:
        with self.sender() as client:
            client.send_message(letter, from_addr="clinic@example.com", to_addrs=[to])


def letter(subject: str = "Sleep and pain", *, html: str = HTML) -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = subject
    made["From"] = "Renew Health <clinic@example.com>"
    made["To"] = "María <maria@example.com>"
    made["Message-ID"] = "<1@example.com>"
    made.set_content("Good morning, María. A calm evening helps.")
    made.add_alternative(html, subtype="html")
    return made


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inbox]:
    folder = tmp_path_factory.mktemp("inbox")
    base = Settings(mode="test", data_dir=folder / "data", public_url="http://localhost:8125")
    settings = demo.with_free_ports(base).model_copy(
        update={"public_url": "https://mail.example.com"}
    )
    with Supervisor(logs=folder, say=print) as supervisor:
        supervisor.start(processes.inbox(settings))
        inbox = Inbox(settings)
        with inbox.browser:
            yield inbox


@pytest.fixture
def inbox(running: Inbox) -> Inbox:
    running.browser.delete("/api/messages").raise_for_status()
    return running


def only(inbox: Inbox) -> int:
    found = inbox.browser.get("/api/messages").json()
    assert found["total"] == 1
    return int(found["messages"][0]["id"])


def test_a_message_is_kept_byte_for_byte_with_its_envelope(inbox: Inbox) -> None:
    raw = "Subject: Grüße\r\nFrom: clinic@example.com\r\n\r\n.dot and ümlaut\r\n".encode()
    with inbox.sender() as client:
        client.ehlo()
        assert client.has_extn("8bitmime")
        assert client.has_extn("smtputf8")
        client.sendmail(
            "bounce@example.com",
            ["zoë@example.com"],
            raw,
            mail_options=["SMTPUTF8", "BODY=8BITMIME"],
        )
    number = only(inbox)
    assert inbox.browser.get(f"/api/messages/{number}/raw").content == raw
    kept = inbox.browser.get(f"/api/messages/{number}").json()
    assert kept["envelope_from"] == "bounce@example.com"
    assert kept["envelope_to"] == ["zoë@example.com"]
    assert kept["subject"] == "Grüße"
    assert kept["text"].startswith(".dot and ümlaut")


def test_the_list_is_newest_first_and_goes_on_to_older_ones(inbox: Inbox) -> None:
    with inbox.sender() as client:
        for number in range(60):
            client.send_message(letter(f"Letter {number}"), to_addrs=["maria@example.com"])
    first = inbox.browser.get("/").text
    assert "60 messages" in first
    assert first.index("Letter 59") < first.index("Letter 10<")
    assert "Letter 9<" not in first
    older = inbox.browser.get("/", params={"before": _before_of(first)}).text
    assert "Letter 9<" in older
    assert "Letter 10<" not in older
    assert ">Newest<" in older
    assert ">Older<" not in older


def _before_of(page: str) -> str:
    return page.partition("before=")[2].partition('"')[0]


def test_search_reads_encoded_text_and_the_address_ignores_case(inbox: Inbox) -> None:
    inbox.send(letter("First"), to="maria@example.com")
    other = EmailMessage()
    other["Subject"] = "Second"
    other.set_content("Etwas über Schlaf, hier in Quoted-Printable.", cte="quoted-printable")
    inbox.send(other, to="jo@example.com")
    get = inbox.browser.get
    assert [m["subject"] for m in get("/api/messages?query=ÜBER schlaf").json()["messages"]] == [
        "Second"
    ]
    assert get("/api/messages", params={"to": "MARIA@example.com"}).json()["total"] == 1
    assert "No message matches" in get("/", params={"query": "nothing-like-this"}).text
    assert "Containing <b>calm</b>" in get("/", params={"query": "calm"}).text


def test_the_html_is_shown_in_a_sandbox_that_loads_images_from_us_alone(inbox: Inbox) -> None:
    inbox.send(letter())
    number = only(inbox)
    page = inbox.browser.get(f"/messages/{number}?width=375")
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert 'class="w375"' in page.text
    frame = inbox.browser.get(f"/messages/{number}/html")
    policy = frame.headers["content-security-policy"]
    assert "img-src data: https://mail.example.com;" in policy
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy
    assert '<head><base target="_blank">' in frame.text


def test_text_headers_and_source_have_pages_that_escape_what_they_show(inbox: Inbox) -> None:
    inbox.send(letter("<b>bold</b>"))
    number = only(inbox)
    assert "<b>bold</b>" not in inbox.browser.get("/").text
    text = inbox.browser.get(f"/messages/{number}?view=text").text
    assert "Good morning, María" in text
    headers = inbox.browser.get(f"/messages/{number}?view=headers").text
    assert "<dt>Message-ID</dt><dd>&lt;1@example.com&gt;</dd>" in headers
    source = inbox.browser.get(f"/messages/{number}?view=source").text
    assert "&lt;script&gt;" in source
    assert "nothing here left this machine" in source


def test_what_is_attached_can_be_downloaded(inbox: Inbox) -> None:
    made = letter()
    made.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="a b.ics")
    inbox.send(made)
    number = only(inbox)
    part = inbox.browser.get(f"/api/messages/{number}").json()["attached"][0]
    assert part["name"] == "a b.ics"
    answer = inbox.browser.get(f"/messages/{number}/parts/{part['index']}")
    assert answer.content == b"BEGIN:VCALENDAR"
    assert answer.headers["content-disposition"] == 'attachment; filename="a-b.ics"'
    assert inbox.browser.get(f"/messages/{number}/parts/99").status_code == 404


def test_a_broken_message_is_shown_as_far_as_it_goes(inbox: Inbox) -> None:
    raw = (
        b"Subject: =?nonsense?q?x?=\r\nContent-Type: text/html; charset=nonsense\r\n\r\nhi \xff\r\n"
    )
    with inbox.sender() as client:
        client.sendmail("", ["maria@example.com"], raw)
    number = only(inbox)
    assert inbox.browser.get(f"/messages/{number}/html").text == (
        '<base target="_blank">hi \N{REPLACEMENT CHARACTER}\r\n'
    )
    assert "nonsense" in inbox.browser.get("/").text
    assert inbox.browser.get("/api/messages?query=nonsense").json()["total"] == 1


def test_a_message_beyond_ten_megabytes_is_refused_and_one_below_is_kept(inbox: Inbox) -> None:
    line = b"x" * 900 + b"\r\n"
    small = b"Subject: big\r\n\r\n" + line * 9000
    with inbox.sender() as client:
        client.sendmail("a@example.com", ["maria@example.com"], small)
        with pytest.raises(smtplib.SMTPResponseException) as refused:
            client.sendmail("a@example.com", ["maria@example.com"], line * (MOST_BYTES // 900))
    assert refused.value.smtp_code == 552
    assert only(inbox)


def test_all_are_deleted_by_our_own_button_and_by_no_other_site(inbox: Inbox) -> None:
    inbox.send(letter())
    foreign = inbox.browser.post("/delete-all", headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert only(inbox)
    assert inbox.browser.post("/delete-all").headers["location"] == "/"
    assert "No message yet" in inbox.browser.get("/").text


def test_other_names_for_this_machine_and_unknown_messages_are_refused(inbox: Inbox) -> None:
    assert inbox.browser.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert inbox.browser.get("/messages/1").status_code == 404
    assert inbox.browser.get("/inbox.css").headers["content-type"].startswith("text/css")


def test_the_sender_is_asked_to_come_again_when_the_disk_refuses(tmp_path: Path) -> None:
    path = tmp_path / "inbox.sqlite3"
    store = Store(path)
    store.close()
    path.unlink()
    path.mkdir()
    envelope = Envelope()
    envelope.original_content = b"Subject: x\r\n\r\n"
    envelope.rcpt_tos = ["maria@example.com"]

    async def deliver() -> str:
        server = SMTP(receiver, loop=asyncio.get_running_loop())
        session = Session(asyncio.get_running_loop())
        return await receiver.handle_DATA(server, session, envelope)

    receiver = Receiver(store)
    assert run_apart(deliver()).startswith("452 ")


def test_it_does_not_run_in_production() -> None:
    with pytest.raises(Misconfigured, match="BEDSIDE_SMTP_URL"):
        refuse_production(Settings(mode="production"))
