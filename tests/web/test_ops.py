"""Health, readiness and metrics: each part by its name, facts from the database."""

import re

import pytest
from sqlalchemy import text

from campaigns import clock, database, settings
from campaigns.database import Sessions
from campaigns.delivery import heartbeat
from campaigns.delivery.models import DeliveryStatus, Relay
from campaigns.web.app import create_app
from tests.tracking.factories import NOW, Reader, pass_time
from tests.web.browsing import Browser


@pytest.fixture
def nowhere() -> Browser:
    """A browser of an application whose database does not answer."""
    engine = database.make_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    return Browser(create_app(database.make_sessions(engine)))


def test_a_living_process_says_ok_also_without_its_database(nowhere: Browser) -> None:
    assert nowhere.get("/healthz").text == "ok\n"


def test_ready_is_when_every_part_answers(browser: Browser) -> None:
    answer = browser.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "parts": ["database", "migrations", "redis"]}


def test_a_database_that_does_not_answer_is_named(nowhere: Browser) -> None:
    answer = nowhere.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["part"] == "database"
    assert "does not answer" in answer.json()["problem"]


def test_a_schema_of_another_version_is_named(browser: Browser, committed: Sessions) -> None:
    with committed.begin() as session:
        was = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    try:
        answer = browser.get("/readyz")
    finally:
        with committed.begin() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :was"), {"was": was})
    assert (answer.status_code, answer.json()["part"]) == (503, "migrations")


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "redis+socket:///nowhere.sock", ""])
def test_a_redis_that_does_not_answer_is_named(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    settings.current.cache_clear()
    try:
        answer = browser.get("/readyz")
    finally:
        monkeypatch.undo()
        settings.current.cache_clear()
    assert (answer.status_code, answer.json()["part"]) == (503, "redis")


def figure(page: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", page, re.MULTILINE)
    assert found is not None, f"{name} is missing"
    return float(found.group(1))


def test_metrics_count_what_stands_in_the_database(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    with committed.begin() as session:
        heartbeat.beat(session, heartbeat.TICK)
        session.add(Relay(name="smtp", last_accepted_at=clock.now(session)))
    with committed.begin() as session:
        pass_time(session, seconds=90)
    page = browser.get("/metrics").text
    assert figure(page, "bedside_database_up") == 1
    assert figure(page, 'bedside_deliveries{status="sent"}') == 1
    assert figure(page, 'bedside_deliveries{status="queued"}') == 0
    assert figure(page, 'bedside_batches{status="claimed"}') == 0
    assert figure(page, 'bedside_notices{status="failed"}') == 0
    assert figure(page, "bedside_last_tick_seconds") == 90
    assert figure(page, "bedside_last_accepted_seconds") == 90
    assert "\nbedside_oldest_due_seconds " not in page
    assert "@example.com" not in page


def test_metrics_say_since_when_a_delivery_waits(
    browser: Browser, reader: Reader, committed: Sessions
) -> None:
    with committed.begin() as session:
        session.execute(
            text("UPDATE delivery SET status = :queued, next_at = :then"),
            {"queued": DeliveryStatus.QUEUED.value, "then": NOW},
        )
        pass_time(session, minutes=5)
    assert figure(browser.get("/metrics").text, "bedside_oldest_due_seconds") == 300


def test_metrics_count_requests_by_route_and_not_by_address(browser: Browser) -> None:
    for path in ("/u/forged", "/u/forged-too", "/nowhere", "/static/reader.css"):
        browser.get(path)
    browser.ask("BREW", "/")
    page = browser.get("/metrics").text
    counted = 'bedside_requests_total{method="GET",route="/u/{token}",status="404"}'
    assert figure(page, counted) == 2
    assert 'method="other"' in page
    assert 'route="files"' in page
    assert 'route="none"' in page
    assert "forged" not in page


def test_metrics_say_when_the_database_does_not_answer(nowhere: Browser) -> None:
    page = nowhere.get("/metrics").text
    assert figure(page, "bedside_database_up") == 0
    assert "bedside_deliveries" not in page
