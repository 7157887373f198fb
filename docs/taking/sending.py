"""What has to happen at the demo's clinic before its pages have anything to show."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from campaigns.local import sample

CAMPAIGN = "package-savings"
PATIENCE_SECONDS = 60


def bedside(*words: str, as_: str = "") -> Any:
    """Run a command as a person would, and read its JSON."""
    command = [sys.executable, "-m", "campaigns", *words, *(("--as", as_) if as_ else ()), "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603 - our own words
    return json.loads(done.stdout)


def until(look: Callable[[], Any]) -> Any:
    """Look again and again until something is there."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        if time.monotonic() > end:
            raise TimeoutError(f"nothing came within {PATIENCE_SECONDS} s")
        time.sleep(0.3)
    return found


def send() -> None:
    """Have the discount newsletter checked, signed and sent."""
    bedside("campaigns", "submit", CAMPAIGN, as_=sample.COORDINATOR)
    until(lambda: bedside("campaigns", "show", CAMPAIGN)["status"] == "in_review")
    reason = "Fictitious demo content."
    bedside("campaigns", "approve", CAMPAIGN, "--reason", reason, as_=sample.LEGAL)
    bedside("campaigns", "start", CAMPAIGN, as_=sample.COORDINATOR)
    until(lambda: bedside("report", CAMPAIGN)["status"] == "finished")


def copy(name: str) -> None:
    """Begin another draft like the campaign that is sent."""
    bedside("campaigns", "duplicate", CAMPAIGN, name, as_=sample.COORDINATOR)
