"""A worker and a beat as processes of their own, over a real Valkey: the bell is heard."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from campaigns.database import Sessions
from campaigns.delivery import queries as delivery
from campaigns.delivery.models import DeliveryStatus
from campaigns.planning.models import Campaign, CampaignStatus
from tests.delivery.factories import make_deliveries, make_sending
from tests.delivery.relay import relay


@contextmanager
def process(*argv: str, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    """One of our processes, ended in order."""
    with subprocess.Popen(
        [sys.executable, *argv], env=os.environ | environment, stderr=subprocess.DEVNULL
    ) as running:
        try:
            yield running
        finally:
            running.terminate()
            running.wait(timeout=20)


@pytest.mark.processes
def test_beat_rings_a_worker_hears_and_a_campaign_goes_out(committed: Sessions) -> None:
    with committed.begin() as session:
        campaign, program = make_sending(session)
        make_deliveries(session, campaign, program)

    def is_done() -> bool:
        with committed() as session:
            found = session.get_one(Campaign, campaign.id)
            ticks = [each.count for each in delivery.heartbeats(session) if each.name == "tick"]
            return found.status is CampaignStatus.FINISHED and sum(ticks) >= 2

    quick = {"BEDSIDE_TICK_SECONDS": "0.3", "BEDSIDE_WORKER_CONCURRENCY": "1"}
    with relay() as ledger:
        way = {"BEDSIDE_SMTP_URL": f"smtp://127.0.0.1:{ledger.port}"}
        with process("-m", "workers", **quick, **way), process("-m", "scheduler", **quick):
            until = time.monotonic() + 60
            while not is_done():
                assert time.monotonic() < until, "nobody heard the bell"
                time.sleep(0.1)
        assert len(set(ledger.accepted)) == len(ledger.accepted) == 3
    with committed() as session:
        totals = delivery.totals(session)
    assert totals == {DeliveryStatus.SENT: 3}
