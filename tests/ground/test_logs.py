"""No address leaves in a log line, whatever field it came in."""

import json
import logging
import smtplib
from collections.abc import Iterator

import pytest
import structlog

from campaigns import logs

WHO = "ada.lovelace@example.com"


@pytest.fixture(params=["text", "json"])
def log_format(request: pytest.FixtureRequest) -> Iterator[str]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield request.param
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def line(capsys: pytest.CaptureFixture[str]) -> str:
    written = capsys.readouterr()
    assert written.out == ""
    assert "example.com" in written.err, "the line must have been written"
    return written.err


def test_no_field_of_ours_shows_an_address(
    log_format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(log_format=log_format, level="info")
    structlog.contextvars.bind_contextvars(contact=WHO)
    logs.get("bedside").info(
        f"writing to {WHO}",
        address=WHO,
        listed=[WHO, (WHO,), {WHO}],
        nested={"deep": {"to": WHO}},
        refused={WHO: (550, b"no such user " + WHO.encode())},
        error=smtplib.SMTPRecipientsRefused({WHO: (550, WHO.encode())}),
        raw=WHO.encode(),
        count=7,
    )
    assert "lovelace" not in line(capsys)


def test_no_exception_shows_an_address(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(log_format=log_format, level="info")
    try:
        raise ValueError(f"cannot write to {WHO}")
    except ValueError:
        logs.get("bedside").exception("failed")
    assert "lovelace" not in line(capsys)


def test_no_library_shows_an_address(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(log_format=log_format, level="info")
    logging.getLogger("celery.worker").warning("task for %s failed: %r", WHO, {"to": WHO})
    try:
        raise smtplib.SMTPSenderRefused(550, b"no", WHO)
    except smtplib.SMTPException:
        logging.getLogger("uvicorn.error").exception("a request failed", stack_info=True)
    written = line(capsys)
    assert "lovelace" not in written
    assert "SMTPSenderRefused" in written


def test_json_lines_say_when_who_and_how_bad(
    capsys: pytest.CaptureFixture[str], log_format: str
) -> None:
    if log_format != "json":
        return
    logs.configure(log_format="json", level="info")
    logs.get("bedside.batch").warning("slow", batch=7, seconds=1.5, retried=True, owner=None)
    entry = json.loads(capsys.readouterr().err)
    assert entry["event"] == "slow"
    assert (entry["level"], entry["logger"]) == ("warning", "bedside.batch")
    assert (entry["batch"], entry["seconds"], entry["retried"]) == (7, 1.5, True)
    assert entry["owner"] is None
    assert entry["timestamp"].endswith("Z")


def test_what_is_beneath_the_level_is_not_written(
    log_format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(log_format=log_format, level="warning")
    logs.get("bedside").info("routine")
    assert capsys.readouterr().err == ""
