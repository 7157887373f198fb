"""A file of contacts comes in by steps: nothing is stored before it was shown, nothing is lost."""

import csv
import io
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import func, select

from campaigns import clock
from campaigns.accounts.models import AuditEntry, Role
from campaigns.contacts import consent, queries, suppression, uploads
from campaigns.contacts.models import (
    ConsentState,
    Contact,
    ContactUpload,
    Scope,
    SuppressionReason,
    Topic,
    UploadRefusal,
    UploadStatus,
)
from campaigns.errors import NotFound
from campaigns.web.pages.contacts import contact_import
from tests.factories import days, make_contact, move_clock
from tests.web.pages.desk import Desk, Live, Scheme, Seat

HERE = "/desk/contacts/import"
AGREED: dict[str, Any] = {
    "agreed": "yes",
    "topics": ["offers"],
    "source": "Paper form at the front desk",
    "words": "Yes, send me offers.",
}
COLUMNS = {"column-0": "email", "column-1": "first_name"}
PEOPLE = "Email,First name,Notes\nada@example.com,Ada,tea\nben@example.com,Ben,\nnobody,,\n"


@pytest.fixture
def seat(desk: Desk) -> Seat:
    return desk.as_(Role.COORDINATOR)


def upload(seat: Seat, content: str | bytes = PEOPLE, name: str = "people.csv") -> httpx.Response:
    raw = content.encode() if isinstance(content, str) else content
    return seat.post(HERE, files={"file": (name, raw, "text/csv")})


def how_many(desk: Desk, kind: type) -> int:
    with desk.sessions() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_the_first_page_says_what_the_file_needs(seat: Seat) -> None:
    text = seat.get(HERE).text
    assert "A first line that names the columns" in text
    assert "Email address" in text
    assert "Begun and not finished" not in text


def test_fifty_people_come_in_with_their_proof(desk: Desk, seat: Seat) -> None:
    rows = "".join(f"r{each}@example.com,R{each},\n" for each in range(50))
    answer = upload(seat, "Email,First name,Notes\n" + rows)
    assert answer.headers["location"] == f"{HERE}/1"
    page = seat.get(f"{HERE}/1").text
    assert "50 rows" in page
    assert '<option value="email" selected>' in page
    assert "r0@example.com" in page
    assert how_many(desk, Contact) == 0
    checked = seat.post(f"{HERE}/1/check", data=AGREED | COLUMNS | {"given_on": "2026-03-31"})
    assert checked.status_code == 303
    numbers = seat.get(f"{HERE}/1").text
    assert "What would happen" in numbers
    assert "Import 50 contacts" in numbers
    assert "Notes" in numbers
    assert how_many(desk, Contact) == how_many(desk, AuditEntry) == 0, "a check changes nothing"
    assert seat.post(f"{HERE}/1/take").status_code == 303
    done = seat.get(f"{HERE}/1").text
    assert "Every row is counted below; the file itself is deleted." in done
    assert "cannot be undone as a whole" in done
    assert how_many(desk, Contact) == 50
    with desk.sessions() as session:
        someone = queries.by_address(session, "r7@example.com")
        [event] = queries.history(session, someone)
        assert (event.source, event.words) == (AGREED["source"], AGREED["words"])
        assert event.at.isoformat() == "2026-03-31T05:00:00+00:00"
        assert session.get_one(ContactUpload, 1).content == b""
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.verb, entry.after["added"]) == ("import contacts", 50)


def test_importing_the_same_file_twice_says_that_nothing_is_new(desk: Desk, seat: Seat) -> None:
    for number in (1, 2):
        upload(seat)
        seat.post(f"{HERE}/{number}/check", data=AGREED | COLUMNS)
        if number == 1:
            seat.post(f"{HERE}/1/take")
    assert "There is nothing to import in this file." in seat.get(f"{HERE}/2").text
    assert how_many(desk, Contact) == 2


def test_who_gave_no_consent_only_gets_letters(desk: Desk, seat: Seat) -> None:
    upload(seat)
    seat.post(f"{HERE}/1/check", data={"agreed": "no"} | COLUMNS)
    assert "None was given" in seat.get(f"{HERE}/1").text
    seat.post(f"{HERE}/1/take")
    with desk.sessions() as session:
        ada = queries.by_address(session, "ada@example.com")
        assert ada.first_name == "Ada"
        assert consent.states(session, ada) == {}


def test_every_refused_row_is_shown_with_its_line_and_why(desk: Desk, seat: Seat) -> None:
    with desk.sessions.begin() as session:
        suppression.suppress(
            session,
            canonical="silent@example.com",
            scope=Scope.MARKETING,
            reason=SuppressionReason.COMPLAINT,
        )
        left = make_contact(session, "left@example.com")
        consent.withdraw(session, left, through="one-click")
    upload(
        seat,
        "mail,first name,region\nsilent@example.com,,\nleft@example.com,,\nada@example.com,Ada,\n"
        "ADA@example.com,,\nnobody,,\nfar@example.com,,Atlantis\nx@example.com,Smith, Jr.,\n",
    )
    seat.post(f"{HERE}/1/check", data=AGREED | {"column-0": "email", "column-2": "region"})
    text = seat.get(f"{HERE}/1").text.replace("&#39;", "'")
    for said in (
        "Not taken: 6 rows",
        "1: suppressed: a bounce, a complaint",
        "1: withdrew consent; only they can give it again",
        "1: the address stands in the file twice",
        "The same address as in line 4",
        "'nobody' is not an email address",
        "'Atlantis' is not a region that is known",
        "There are 4 cells in this row",
        "Import 1 contact<",
    ):
        assert said in text
    refused = select(UploadRefusal).order_by(UploadRefusal.line)
    with desk.sessions() as session:
        assert [each.line for each in session.scalars(refused)] == [2, 3, 5, 6, 7, 8]


@pytest.mark.parametrize(
    "value", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C x'!A0"]
)
def test_a_downloaded_value_never_becomes_a_formula(seat: Seat, value: str) -> None:
    quoted = '"' + value.replace('"', '""') + '"'
    upload(seat, f"email,note\n{quoted},x\n")
    seat.post(f"{HERE}/1/check", data=AGREED | {"column-0": "email"})
    answer = seat.get(f"{HERE}/1/refused.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="not-taken-1.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["line", "email", "why"]
    assert rows[1][:2] == ["2", f"'{value.strip()}"]
    assert all(not cell.startswith(("=", "+", "-", "@", "\t")) for cell in rows[1])


def test_a_hostile_file_is_shown_as_text(seat: Seat) -> None:
    bad = "<script>alert(1)</script>"
    upload(seat, f"email,{bad}\n{bad},{bad}\n", name=f"{bad}.csv")
    columns = seat.get(f"{HERE}/1").text
    seat.post(f"{HERE}/1/check", data=AGREED | {"column-0": "email"})
    for text in (columns, seat.get(f"{HERE}/1").text, seat.get(HERE).text):
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text


def test_health_columns_are_never_stored(desk: Desk, seat: Seat) -> None:
    upload(seat, "email,Diagnosis,Insurance\nada@example.com,back pain,ACME 12\n")
    page = seat.get(f"{HERE}/1").text
    assert "Diagnosis, Insurance: this looks like health, insurance or birth data" in page
    with desk.sessions() as session:
        kept = session.get_one(ContactUpload, 1).content
    assert b"back pain" not in kept
    assert b"ACME" not in kept
    seat.post(f"{HERE}/1/check", data=AGREED | {"column-0": "email", "column-1": "first_name"})
    seat.post(f"{HERE}/1/take")
    assert "Never stored" in seat.get(f"{HERE}/1").text
    with desk.sessions() as session:
        assert queries.by_address(session, "ada@example.com").first_name == ""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b" \n \n", "This file is empty."),
        (b"\xff\xfe", "This file is empty."),
        (b"email,name\n", "a header and no contacts below it"),
        (b"PK\x03\x04xlsx", "This is a spreadsheet, not a CSV file."),
        (b"\xd0\xcf\x11\xe0xls", "This is a spreadsheet, not a CSV file."),
        (
            "email,name\nada@example.com,Zoë\n".encode("latin-1"),
            "A letter in line 2 cannot be read",
        ),
        (b'email,name\nada@example.com,"Ada\n', "a quotation mark does not end"),
        (b"email,name\nada@exa\x00mple.com,A\n", "Line 2 has a character"),
        (b"\xff\xfee\x00m\x00a", "The text of this file is damaged"),
        (b"email\n" + b"x" * 10_000_001, "larger than 10 MB"),
        ((",".join(["c"] * 101) + "\n1\n").encode(), "This file has 101 columns"),
    ],
)
def test_a_file_that_cannot_be_taken_is_said_beside_the_field(
    desk: Desk, seat: Seat, content: bytes, sentence: str
) -> None:
    answer = upload(seat, content)
    assert answer.status_code == 422
    error = answer.text.partition('id="file-error"')[2].partition("</p>")[0]
    assert sentence in error
    assert how_many(desk, ContactUpload) == 0


def test_no_file_at_all(seat: Seat) -> None:
    assert "Choose a file first." in seat.post(HERE, data={"file": ""}).text
    assert seat.post(HERE, files={"file": ("", b"", "text/csv")}).status_code == 422


def test_a_request_far_too_large_is_not_even_read(seat: Seat) -> None:
    assert upload(seat, b"x" * 31_000_000).status_code == 413


def test_only_the_upload_may_be_larger_than_other_requests(seat: Seat) -> None:
    big = {"address": "x" * 1_100_000}
    assert seat.post("/desk/contacts/new", data=big).status_code == 413


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffEmail;First name\nada@example.com;Zoë\n".encode(),
        "Email\tFirst name\nada@example.com\tZoë\n".encode("utf-16"),
        "Email\tFirst name\r\nada@example.com\tZoë\r\n".encode("utf-16-le"),
        "sep=;\nEmail;First name\nada@example.com;Zoë\n".encode(),
        "\n\nEmail|First name\nada@example.com|Zoë\n".encode(),
        "Email,First name\rada@example.com,Zoë\r".encode(),
    ],
)
def test_what_spreadsheets_write_is_read(desk: Desk, seat: Seat, content: bytes) -> None:
    assert upload(seat, content).status_code == 303
    seat.post(f"{HERE}/1/check", data=AGREED | COLUMNS)
    seat.post(f"{HERE}/1/take")
    with desk.sessions() as session:
        assert queries.by_address(session, "ada@example.com").first_name == "Zoë"


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"column-0": ""}, None, "Say which column holds the email addresses."),
        ({"column-1": "email"}, "column-1-error", "“Email” is the email address already"),
        ({"agreed": ""}, "agreed-error", "Fill this in."),
        ({"topics": []}, "topics-error", "Choose what they agreed to"),
        ({"source": ""}, "source-error", "Say where and how they agreed."),
        ({"words": ""}, "words-error", "Write down the words"),
        ({"given_on": "last spring"}, "given_on-error", "Enter a date"),
        ({"given_on": "2199-01-01"}, "given_on-error", "in the future"),
    ],
)
def test_what_is_missing_is_said_and_what_was_chosen_is_kept(
    desk: Desk, seat: Seat, typed: dict[str, object], field: str | None, sentence: str
) -> None:
    upload(seat)
    answer = seat.post(f"{HERE}/1/check", data=AGREED | COLUMNS | typed)
    assert answer.status_code == 422
    assert sentence in (answer.text.partition(f'id="{field}"')[2] if field else answer.text)
    if "column-1" not in typed:
        assert '<option value="first_name" selected>' in answer.text
    with desk.sessions() as session:
        assert session.get_one(ContactUpload, 1).status is UploadStatus.RECEIVED


def test_columns_and_consent_can_be_changed_after_the_numbers(desk: Desk, seat: Seat) -> None:
    upload(seat)
    seat.post(f"{HERE}/1/check", data=AGREED | COLUMNS | {"given_on": "2026-03-31"})
    page = seat.get(f"{HERE}/1?change=yes").text
    assert 'value="2026-03-31"' in page
    assert AGREED["source"] in page
    assert (
        seat.post(f"{HERE}/1/check", data={"agreed": "no", "column-0": "email"}).status_code == 303
    )
    text = seat.get(f"{HERE}/1").text
    assert "None was given" in text
    assert "Not taken: 1 row<" in text


def test_an_import_happens_once(desk: Desk, seat: Seat) -> None:
    upload(seat)
    assert seat.post(f"{HERE}/1/take").status_code == 409, "not before it was checked"
    seat.post(f"{HERE}/1/check", data=AGREED | COLUMNS)
    seat.post(f"{HERE}/1/take")
    assert seat.post(f"{HERE}/1/take").status_code == 409
    assert seat.post(f"{HERE}/1/check", data=AGREED | COLUMNS).status_code == 409
    assert how_many(desk, AuditEntry) == 1


def test_a_large_file_shows_how_far_it_is_and_a_worker_goes_on(
    desk: Desk, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_import, "_AT_ONCE", 0.0)
    upload(seat)
    seat.post(f"{HERE}/1/check", data=AGREED | COLUMNS)
    text = seat.get(f"{HERE}/1").text
    assert "0 of 3 rows" in text
    assert "Look again" in text
    partial = {"hx-request-type": "partial"}
    assert "<html" not in seat.get(f"{HERE}/1", headers=partial).text
    uploads.work(desk.sessions, seconds=5)
    done = seat.get(f"{HERE}/1", headers=partial)
    assert done.headers["hx-redirect"] == f"{HERE}/1"
    assert "Import 2 contacts" in seat.get(f"{HERE}/1").text
    seat.post(f"{HERE}/1/take")
    assert "Nobody is written to by importing" in seat.get(f"{HERE}/1").text


def test_a_file_is_thrown_away_by_hand_or_after_a_day(desk: Desk, seat: Seat) -> None:
    upload(seat)
    upload(seat, name="second.csv")
    assert "second.csv" in seat.get(HERE).text
    answer = seat.post(f"{HERE}/1/discard")
    assert "No contact was changed by it" in seat.follow(answer).text
    with desk.sessions.begin() as session:
        move_clock(session, by=days(1))
    assert desk.as_(Role.OWNER).get(f"{HERE}/2").status_code == 404
    assert how_many(desk, ContactUpload) == 1
    uploads.work(desk.sessions, seconds=1)
    assert how_many(desk, ContactUpload) == 0
    with desk.sessions() as session, pytest.raises(NotFound, match="thrown away after a day"):
        uploads.by_id(session, 2)


@pytest.mark.parametrize("role", [Role.DESK, Role.VIEWER, Role.CLINICAL])
def test_who_may_not_import_cannot(desk: Desk, seat: Seat, role: Role) -> None:
    upload(seat)
    other = desk.as_(role)
    for path in ("", "/1", "/1/refused.csv"):
        assert other.get(HERE + path).status_code == 403
    for path in ("/1/check", "/1/take", "/1/discard"):
        assert other.post(HERE + path, data=AGREED).status_code == 403
    assert upload(other).status_code == 403
    assert how_many(desk, ContactUpload) == 1


def fifty(tmp_path: Path) -> Path:
    file = tmp_path / "fifty.csv"
    rows = [f"r{each}@example.com,R{each},2026-03-{1 + each % 28:02}" for each in range(50)]
    file.write_text("\n".join(["E-Mail,Vorname,Consent date", *rows, "nobody,,"]))
    return file


def walk(page: Page, file: Path) -> None:
    """Import this file as a coordinator does."""
    page.get_by_label("File with contacts").set_input_files(file)
    page.get_by_role("button", name="Upload and look at it").click()
    page.get_by_label("What “Vorname” is").select_option("First name")
    page.get_by_label("They agreed to hear from us").check()
    page.get_by_label("Offers").check()
    page.get_by_label("Where and how did they agree?").fill("Paper form at the front desk")
    page.get_by_label("Which words did they agree to?").fill("Yes, send me offers.")
    page.get_by_role("button", name="Show me the numbers").click()
    page.get_by_role("button", name="Import 50 contacts").click()
    page.get_by_role("link", name="See your contacts").click()
    page.get_by_text("50 contacts").wait_for()


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_fifty_contacts_come_in_with_and_without_scripts(
    live: Live, tmp_path: Path, scripts: bool
) -> None:
    page = live.as_(Role.COORDINATOR, path=HERE, scripts=scripts)
    walk(page, fifty(tmp_path))
    with live.sessions() as session:
        someone = queries.by_address(session, "r4@example.com")
        assert someone.first_name == "R4"
        assert consent.states(session, someone)[Topic.OFFERS].state is ConsentState.GIVEN
        assert consent.states(session, someone)[Topic.OFFERS].since < clock.now(session) - days(1)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_every_step_is_accessible(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int, scheme: Scheme
) -> None:
    page = live.as_(Role.COORDINATOR, path=HERE, width=width, scheme=scheme)
    live.inspect(page)
    file = fifty(tmp_path)
    file.write_text(file.read_text().replace("Vorname", "Diagnosis"))
    page.get_by_label("File with contacts").set_input_files(file)
    page.get_by_role("button", name="Upload and look at it").click()
    page.get_by_role("heading", name="Columns and consent").wait_for()
    live.inspect(page)
    page.get_by_label("No consent was given").check()
    assert page.get_by_label("Where and how did they agree?").is_hidden()
    page.get_by_role("button", name="Show me the numbers").click()
    page.get_by_role("heading", name="What would happen").wait_for()
    live.inspect(page)
    monkeypatch.setattr(contact_import, "_AT_ONCE", 0.0)
    page.get_by_role("button", name="Import 50 contacts").click()
    page.get_by_text("0 of 51 rows").wait_for()
    live.inspect(page)
    uploads.work(live.sessions, seconds=5)
    page.get_by_role("heading", name="Imported").wait_for()
    live.inspect(page)
    page.goto(HERE)
    page.get_by_role("button", name="Upload and look at it").click()
    page.get_by_text("Choose a file first.").wait_for()
    assert Axe().run(page).violations_count == 0
