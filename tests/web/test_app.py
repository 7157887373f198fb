"""The frame of every page: commits before it answers, refuses kindly, keeps its headers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import text
from structlog.testing import capture_logs

from campaigns import database, logs, settings
from campaigns.contacts.models import Segment
from campaigns.database import Session, Sessions
from campaigns.errors import Invalid, Misconfigured, OfferEnded
from campaigns.web import templating, watching
from campaigns.web.app import MOST_BYTES, create_app
from campaigns.web.dependencies import InTransaction
from tests.tracking.factories import NOW, Reader
from tests.web.browsing import Browser, act

SECRET = "the reason is secret"


def segment(name: str) -> Segment:
    return Segment(name=name, title="Everyone", rule={}, updated_at=NOW)


@pytest.fixture
def app(committed: Sessions) -> FastAPI:
    made = create_app(committed)

    @made.post("/test/deferred")
    def fails_at_commit(session: InTransaction) -> str:
        session.execute(
            text(
                "CREATE TEMPORARY TABLE twice (n int UNIQUE DEFERRABLE INITIALLY DEFERRED) "
                "ON COMMIT DROP"
            )
        )
        session.execute(text("INSERT INTO twice VALUES (1), (1)"))
        session.add(segment("lost"))
        return "saved"

    @made.post("/test/refused")
    def refuses(session: InTransaction) -> str:
        session.add(segment("refused"))
        session.flush()
        raise Invalid("This needs a name.")

    @made.get("/test/broken")
    def breaks() -> str:
        raise RuntimeError(SECRET)

    @made.get("/test/half")
    def breaks_half_way() -> StreamingResponse:
        def parts() -> Iterator[str]:
            yield "the first half"
            raise RuntimeError(SECRET)

        return StreamingResponse(parts())

    @made.get("/test/misconfigured")
    def misconfigured() -> str:
        raise Misconfigured(SECRET)

    @made.get("/test/ended")
    def ended() -> str:
        raise OfferEnded("This offer ended on 12 December 2026.")

    return made


def test_a_failed_commit_is_a_500_and_never_a_200(app: FastAPI, committed: Sessions) -> None:
    answer = Browser(app).post("/test/deferred")
    assert answer.status_code == 500
    assert "saved" not in answer.text
    with committed() as session:
        assert session.query(Segment).count() == 0


def test_a_refusal_says_why_in_the_clinics_look_and_changes_nothing(
    app: FastAPI, committed: Sessions, reader: Reader
) -> None:
    answer = Browser(app).post("/test/refused")
    assert answer.status_code == 422
    assert "This needs a name." in answer.text
    assert "Renew Health" in answer.text
    with committed() as session:
        assert session.query(Segment).filter_by(name="refused").count() == 0


@pytest.mark.parametrize("path", ["/test/broken", "/test/misconfigured"])
def test_a_failure_shows_a_page_and_keeps_its_reason_to_itself(app: FastAPI, path: str) -> None:
    answer = Browser(app).get(path)
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["content-security-policy"]


def test_a_failure_after_the_answer_began_adds_no_second_page(app: FastAPI) -> None:
    answer = Browser(app).get("/test/half")
    assert "Something went wrong" not in answer.text
    assert SECRET not in answer.text


def test_an_ended_offer_says_when_it_ended(app: FastAPI) -> None:
    answer = Browser(app).get("/test/ended")
    assert answer.status_code == 410
    assert "This offer ended on 12 December 2026." in answer.text


def test_an_address_that_leads_nowhere_gets_a_friendly_page(browser: Browser) -> None:
    answer = browser.get("/wp-login.php")
    assert answer.status_code == 404
    assert "This page does not exist" in answer.text


def test_a_method_that_a_page_does_not_know_is_refused_kindly(browser: Browser) -> None:
    answer = browser.ask("DELETE", "/")
    assert answer.status_code == 405
    assert "cannot be used in that way" in answer.text


def test_a_database_that_does_not_answer_is_said_so(reader: Reader) -> None:
    nowhere = database.make_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    answer = Browser(create_app(database.make_sessions(nowhere))).get(f"/u/{act(reader)}")
    assert answer.status_code == 503
    assert "The database does not answer" in answer.text
    nowhere.dispose()


def test_every_page_carries_the_strict_headers(browser: Browser, reader: Reader) -> None:
    headers = browser.get(f"/p/{act(reader)}").headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["x-robots-tag"] == "noindex, nofollow"
    assert "set-cookie" not in headers
    assert "strict-transport-security" not in headers


def test_over_https_browsers_are_told_to_stay_there(
    committed: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEDSIDE_PUBLIC_URL", "https://mail.clinic.example.com")
    settings.current.cache_clear()
    try:
        answer = Browser(create_app(committed)).get("/healthz")
    finally:
        monkeypatch.undo()
        settings.current.cache_clear()
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_no_page_holds_a_script_or_an_inline_style(browser: Browser, reader: Reader) -> None:
    for path in ("/", f"/u/{act(reader)}", f"/p/{act(reader)}", "/nowhere"):
        page = browser.get(path).text
        assert "<script" not in page
        assert "style=" not in page
        assert "http://" not in page


def test_the_plan_of_the_interface_is_not_served(browser: Browser) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert browser.get(path).status_code == 404


def test_requests_are_logged_by_route_without_token_or_address(
    browser: Browser, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = act(reader)
    monkeypatch.setattr(watching, "log", logs.get("fresh"))  # one that no test has configured
    with capture_logs() as lines:
        browser.get(f"/u/{token}")
        browser.get(f"/p/{token}x")
    said = str(lines)
    assert [each["route"] for each in lines] == ["/u/{token}", "/p/{token}"]
    assert token not in said
    assert "@example.com" not in said


def test_the_first_page_says_whose_messages_come_from_here(
    browser: Browser, reader: Reader
) -> None:
    page = browser.get("/").text
    assert "Messages from Renew Health" in page
    assert "100 Example Plaza" in page


def test_before_the_clinic_is_set_up_the_first_page_says_so(browser: Browser) -> None:
    assert "no clinic is set up yet" in browser.get("/").text


def test_search_engines_are_asked_to_stay_away(browser: Browser) -> None:
    assert "Disallow: /" in browser.get("/robots.txt").text


def test_the_clinics_colours_are_a_stylesheet_that_keeps_while_they_stay(
    browser: Browser, reader: Reader
) -> None:
    page = browser.get("/").text
    address = page.split('href="/brand.css')[1].split('"')[0]
    answer = browser.get(f"/brand.css{address}")
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert "--brand: light-dark(#1d5c63" in answer.text
    assert "immutable" not in browser.get("/brand.css?v=old").headers["cache-control"]


def test_without_a_clinic_the_colours_are_our_own(browser: Browser) -> None:
    assert "--brand: light-dark(" in browser.get("/brand.css").text


def test_the_stylesheet_is_named_by_its_content(browser: Browser) -> None:
    answer = browser.get(templating.static("reader.css"))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert "immutable" not in browser.get("/static/reader.css").headers["cache-control"]
    assert browser.get("/static/none.css?v=1").headers["cache-control"] == "no-store"


def test_sentences_take_values_as_text_and_not_as_markup(session: Session) -> None:
    page = templating.environment().from_string("{{ _('Call %(phone)s', phone=phone) }}")
    assert page.render(language="en", phone="<b>1</b>") == "Call &lt;b&gt;1&lt;/b&gt;"


def test_the_owners_own_picture_is_served_before_ours(
    committed: Sessions, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "logo.png").write_bytes(b"their own")
    ours = Browser(create_app(committed)).get("/assets/logo.png")
    monkeypatch.setenv("BEDSIDE_TEMPLATES_DIR", str(tmp_path))
    settings.current.cache_clear()
    try:
        theirs = Browser(create_app(committed)).get("/assets/logo.png")
    finally:
        monkeypatch.undo()
        settings.current.cache_clear()
    assert ours.content.startswith(b"\x89PNG")
    assert "max-age=86400" in ours.headers["cache-control"]
    assert theirs.content == b"their own"


def test_a_request_without_end_is_refused(browser: Browser, reader: Reader) -> None:
    answer = browser.post(f"/p/{act(reader)}", content=b"x" * (MOST_BYTES + 1))
    assert answer.status_code == 413
    assert answer.headers["content-security-policy"]
