"""SpamAssassin's own rules find nothing to hold against a starter, where it is installed."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from email.utils import format_datetime

import pytest

from campaigns import settings
from campaigns.database import Session
from campaigns.rendering.freeze import freeze
from campaigns.rendering.wire import Wire
from tests.letters import starting
from tests.rendering import factories

PROGRAM = os.environ.get("BEDSIDE_SPAMASSASSIN") or shutil.which("spamassassin")
WORST = 0.5
_STATUS = re.compile(
    r"^X-Spam-Status: \w+, score=(-?[\d.]+) .*?tests=(.*?)\sautolearn=", re.M | re.S
)

pytestmark = pytest.mark.skipif(
    PROGRAM is None,
    reason="spamassassin is not here: install it, or name it in BEDSIDE_SPAMASSASSIN",
)


@pytest.fixture(autouse=True)
def _in_production(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Addresses as a clinic's own installation writes them, not those of a trial on one machine."""
    monkeypatch.setenv("BEDSIDE_PUBLIC_URL", "https://news.renew.example.com")
    settings.current.cache_clear()
    yield
    monkeypatch.undo()
    settings.current.cache_clear()


def delivered(session: Session, name: str) -> bytes:
    """The bytes of a starter to Ada, as the mail server of her provider hands them to a filter."""
    version = starting.make_starter(session, name)
    ada = factories.make_recipient(version)
    received = (
        "Received: from mail.renew.example.com (mail.renew.example.com [93.184.215.14])\r\n"
        "\tby mx.example.com with ESMTPS id 1aB2cD for <ada@example.com>;\r\n"
        f"\t{format_datetime(ada.at)}\r\n"
    )
    return received.encode() + Wire.of(freeze(session, version)).fill(ada)


def judged(message: bytes) -> tuple[float, list[str]]:
    """The score of a message by local rules alone (-L asks nothing of the network), and why."""
    assert PROGRAM is not None
    ran = subprocess.run(
        [PROGRAM, "-L", "-t"], input=message, capture_output=True, check=True, timeout=120
    )
    found = _STATUS.search(ran.stdout.decode("utf-8", "replace"))
    assert found, ran.stderr
    return float(found.group(1)), "".join(found.group(2).split()).split(",")


@pytest.mark.parametrize("name", starting.NAMES)
def test_a_starter_is_not_taken_for_spam(session: Session, name: str) -> None:
    score, rules = judged(delivered(session, name))
    assert score <= WORST, rules


def test_the_filter_does_find_what_is_wrong() -> None:
    score, rules = judged(b"From: a@example.com\nSubject: FREE MONEY!!!\n\nClick here\n")
    assert score > WORST
    assert "MISSING_MID" in rules
