"""The first run: from the printed token to one's own newsletter in a real inbox."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
import uvicorn
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from sqlalchemy import select

from campaigns import settings
from campaigns.accounts import first_run, queries
from campaigns.accounts.models import Role
from campaigns.database import Sessions
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign
from campaigns.web.app import create_app
from campaigns.web.pages.setup import first_steps
from campaigns.web.staff import COOKIE
from tests.delivery.mailboxes import Mailbox, mailbox
from tests.delivery.names import Names, name_server
from tests.factories import make_organisation, make_user
from tests.web.pages.desk import Desk, Live, Scheme

GOOD = "three plain words"
OWNER = {"name": "Olga Owner", "address": "olga@clinic.example.com", "password": GOOD}


@pytest.fixture
def empty(committed: Sessions) -> Desk:
    """An installation in which nobody works and nothing is set up."""
    return Desk(committed)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as made:
        yield made


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    with name_server() as made:
        monkeypatch.setenv("BEDSIDE_DNS_SERVER", made.setting)
        settings.current.cache_clear()
        yield made
        monkeypatch.undo()
        settings.current.cache_clear()


@pytest.fixture
def served(committed: Sessions, chromium: Chromium) -> Iterator[Live]:
    """The same installation on a port of its own, for Chromium."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(committed), log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    made = Live(f"http://127.0.0.1:{listening.getsockname()[1]}", committed, chromium)
    yield made
    made.close()
    server.should_exit = True
    thread.join(timeout=10)
    listening.close()


def token_of(sessions: Sessions) -> str:
    with sessions.begin() as session:
        token = first_run.issue(session)
        assert token is not None
        return token


@pytest.mark.parametrize("path", ["/desk", "/desk/login", "/desk/campaigns", "/desk/settings/me"])
def test_every_way_to_the_desk_leads_to_the_first_run_while_nobody_exists(
    empty: Desk, path: str
) -> None:
    answer = empty.nobody().get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/setup")


def test_the_token_makes_the_owner_and_signs_them_in(empty: Desk) -> None:
    token = token_of(empty.sessions)
    nobody = empty.nobody()
    page = nobody.get(f"/desk/setup?token={token}").text
    assert f'type="hidden" name="token" value="{token}"' in page
    answer = nobody.post("/desk/setup", data=OWNER | {"token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/setup/clinic")
    assert answer.cookies[COOKIE]
    with empty.sessions.begin() as session:
        [owner] = queries.people(session)
        assert owner.roles == [Role.OWNER.value]
    assert nobody.post("/desk/setup", data=OWNER | {"token": token}).status_code == 422
    assert nobody.get(f"/desk/setup?token={token}").headers["location"] == "/desk/login"


@pytest.mark.parametrize(
    ("bad", "field", "sentence"),
    [
        ({"token": "guessed"}, "token", "not the token of this installation"),
        ({"token": ""}, "token", "Fill this in."),
        ({"password": "short"}, "password", "at least 12"),
        ({"address": "olga"}, "address", "not an email address"),
        ({"name": ""}, "name", "Fill this in."),
    ],
)
def test_a_mistake_stands_by_its_field_and_nobody_is_made(
    empty: Desk, bad: dict[str, str], field: str, sentence: str
) -> None:
    token = token_of(empty.sessions)
    answer = empty.nobody().post("/desk/setup", data=OWNER | {"token": token} | bad)
    assert answer.status_code == 422
    assert sentence in answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert GOOD not in answer.text
    with empty.sessions.begin() as session:
        assert not queries.has_users(session)
        assert first_run.is_good(session, token)


def test_guessing_tokens_is_throttled(empty: Desk) -> None:
    nobody = empty.nobody()
    given = OWNER | {"token": "guessed"}
    statuses = [nobody.post("/desk/setup", data=given).status_code for _ in range(22)]
    assert statuses[0] == 422
    assert statuses[-1] == 429


def test_whoever_comes_back_goes_on_at_the_first_step_that_is_open(
    empty: Desk, box: Mailbox
) -> None:
    with empty.sessions.begin() as session:
        owner = make_user(session)
    seat = empty.as_(user=owner)
    assert seat.get("/desk/setup").headers["location"] == "/desk/setup/clinic"
    with empty.sessions.begin() as session:
        make_organisation(session, brand={"primary": "#1d5c63"})
    assert seat.get("/desk/setup").headers["location"] == "/desk/setup/mail"
    assert empty.as_(Role.VIEWER).get("/desk/setup").headers["location"] == "/desk"


@pytest.mark.parametrize("step", ["brand", "mail", "domain", "newsletter"])
def test_a_step_without_a_clinic_says_what_it_needs_and_can_be_skipped(
    empty: Desk, step: str
) -> None:
    with empty.sessions.begin() as session:
        owner = make_user(session)
    seat = empty.as_(user=owner)
    page = seat.get(f"/desk/setup/{step}").text
    assert "escribe the clinic" in page
    if step == "newsletter":
        answer = seat.post("/desk/setup/newsletter", data={"to": "me@example.com"})
        assert answer.status_code == 422


def test_a_newsletter_that_cannot_leave_says_why_and_leaves_nothing_behind(
    desk: Desk, box: Mailbox
) -> None:
    owner = desk.as_(Role.OWNER)
    box.says["rcpt"] = "550 5.1.1 nobody"
    here = {"host": "127.0.0.1", "security": "none", "port": str(box.port)}
    owner.post("/desk/settings/senders/mail-server", data=here)
    answer = owner.post("/desk/setup/newsletter", data={"to": "me@example.com"})
    assert answer.status_code == 422
    assert "refused the test" in answer.text
    assert "is a draft" not in answer.text
    with desk.sessions.begin() as session:
        assert session.scalars(select(Campaign)).all() == []
    box.says.clear()
    answer = owner.post("/desk/setup/newsletter", data={"to": "me@example.com"})
    assert "on its way to me@example.com" in owner.follow(answer).text
    assert owner.post("/desk/setup/newsletter", data={}).status_code == 422
    with desk.sessions.begin() as session:
        [campaign] = session.scalars(select(Campaign))
        assert campaign.name == first_steps.FIRST_NEWSLETTER
        assert planning.newest_version(session, campaign).blocks
    assert owner.get("/desk/setup/newsletter").text.count("Skipped so far") == 3


def _field(page: Page, label: str, value: str) -> None:
    page.get_by_label(label, exact=False).first.fill(value)


def _walk(live: Live, page: Page, box: Mailbox, *, inspected: bool) -> None:
    def look() -> None:
        if inspected:
            live.inspect(page)

    page.goto(f"/desk/setup?token={token_of(live.sessions)}")
    look()
    _field(page, "Your name", "Olga Owner")
    _field(page, "Your email address", "olga@clinic.example.com")
    _field(page, "Choose a password", GOOD)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/desk/setup/clinic")
    look()
    _field(page, "Name of the clinic", "Renew Sample Clinic")
    _field(page, "Postal address", "100 Example Plaza\nSuite 200\nAllen, TX 75000")
    _field(page, "Telephone", "+1 555 0100 000")
    page.get_by_label("Time zone").select_option("America/Chicago")
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**/desk/setup/brand")
    look()
    page.get_by_label("Main colour").fill("#7a1f5c")
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**/desk/setup/mail")
    look()
    _field(page, "Name of the mail server", "127.0.0.1")
    page.get_by_label("Encryption").select_option("none")
    _field(page, "Port", str(box.port))
    page.get_by_role("button", name="Use this mail server").click()
    page.get_by_text("Now test it").wait_for()
    page.get_by_role("button", name="Send a test message").click()
    _field(page, "Code from the message", _code(box))
    look()
    page.get_by_role("button", name="It arrived").click()
    page.wait_for_url("**/desk/setup/domain")
    page.get_by_role("button", name="Look them up now").click()
    page.get_by_text("v=DMARC1; p=none").wait_for()
    look()
    page.get_by_role("link", name="Go on").click()
    page.wait_for_url("**/desk/setup/newsletter")
    look()
    page.get_by_role("button", name="Send my first newsletter").click()
    page.get_by_text("Where to go next").wait_for()
    look()


def _code(box: Mailbox) -> str:
    found = re.search(r"\d{3} \d{3}", str(_letter(box)["Subject"]))
    assert found is not None
    return found[0]


def _letter(box: Mailbox) -> EmailMessage:
    return message_from_bytes(box.messages[-1], policy=default)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "scheme", "scripts"),
    [(1280, "light", True), (375, "dark", True), (375, "light", False)],
)
def test_an_owner_walks_from_the_token_to_the_first_newsletter_in_an_inbox(
    served: Live, box: Mailbox, names: Names, width: int, scheme: Scheme, *, scripts: bool
) -> None:
    page = served.nobody(width=width, scheme=scheme, scripts=scripts)
    _walk(served, page, box, inspected=scripts)
    letter = _letter(box)
    assert letter["To"] == "olga@clinic.example.com"
    assert "Renew Sample Clinic" in str(letter["From"])
    html = letter.get_body(("html",))
    text = letter.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert "#7a1f5c" in html.get_content()
    assert "100 Example Plaza, Suite 200, Allen, TX 75000" in text.get_content()
    assert str(letter["Subject"]).startswith("[Test] ")
    assert letter["List-Unsubscribe-Post"] is None
    page.get_by_role("link", name="Go to your desk").click()
    page.wait_for_url("**/desk")


NEEDS_NO_CLINIC = (
    "/desk/campaigns/new",
    "/desk/contacts",
    "/desk/contacts/import",
    "/desk/segments",
    "/desk/packages",
    "/desk/promotions",
    "/desk/settings",
    "/desk/settings/brand",
    "/desk/settings/senders",
    "/desk/settings/people",
    "/desk/settings/me",
    "/desk/settings/keys",
    "/desk/settings/audit",
)
NEEDS_A_CLINIC = ("/desk", "/desk/campaigns", "/desk/bookings", "/desk/sending")


@pytest.mark.parametrize("path", NEEDS_NO_CLINIC)
def test_whoever_skips_every_step_finds_a_desk_that_stands(empty: Desk, path: str) -> None:
    with empty.sessions.begin() as session:
        owner = make_user(session)
    assert empty.as_(user=owner).get(path).status_code == 200


@pytest.mark.parametrize("path", NEEDS_A_CLINIC)
def test_a_page_that_needs_the_clinic_leads_its_owner_to_that_step(empty: Desk, path: str) -> None:
    with empty.sessions.begin() as session:
        owner = make_user(session)
    seat = empty.as_(user=owner)
    answer = seat.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/setup/clinic")
    assert "First describe the clinic" in seat.follow(answer).text
    told = empty.as_(Role.COORDINATOR).get(path)
    assert told.status_code == 409
    assert "An owner does that first." in told.text
