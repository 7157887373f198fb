"""Real processes, a real mail server, and kill -9 in the middle of a send."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from sqlalchemy import func, select

from campaigns import database
from campaigns.accounts import queries as accounts
from campaigns.compliance import approval
from campaigns.contacts import importing
from campaigns.contacts.models import Topic
from campaigns.delivery import queries as delivery
from campaigns.delivery.models import Delivery, DeliveryStatus
from campaigns.local import demo, sample
from campaigns.local.reader import Inbox
from campaigns.planning import queries as planning
from campaigns.planning.models import CampaignStatus
from campaigns.registry import FACTS, RULES
from campaigns.reporting import invariants

pytestmark = [pytest.mark.processes, pytest.mark.faults]

NAME = "health-letter"
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
"""How often the fault strikes in one send; `make faults` asks for more."""
READERS = 100 + 100 * ROUNDS
LEASE_SECONDS = 3
S = DeliveryStatus


@dataclass(frozen=True)
class Clinic:
    """The sample clinic with more readers, its processes running, its letter on its way."""

    running: demo.Running
    inbox: Inbox

    def counts(self) -> Counter[DeliveryStatus]:
        with database.sessions()() as session:
            campaign = planning.named(session, NAME)
            found: Counter[DeliveryStatus] = Counter()
            for (status, _), number in delivery.counts(session, campaign.id).items():
                found[status] += number
            return found

    def status(self) -> CampaignStatus:
        with database.sessions()() as session:
            return planning.named(session, NAME).status

    def wait(self, what: str, holds: Callable[[], bool], *, seconds: float = 90) -> None:
        until = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < until, f"waited {seconds} s for {what}: {self.counts()}"
            time.sleep(0.1)

    def wait_sent(self, number: int) -> None:
        self.wait(f"{number} messages to leave", lambda: self.counts()[S.SENT] >= number)

    def kill_worker(self) -> None:
        """kill -9 the worker with all its children; the supervisor starts another."""
        pid = self.running.supervisor.pid("worker")
        for child in [*_children(pid), pid]:
            os.kill(child, signal.SIGKILL)
        self.running.supervisor.wait_ready("worker", after=pid)

    def flush_broker(self) -> None:
        url = str(self.running.settings.redis_url).replace("redis+socket://", "unix://")
        with redis.Redis.from_url(url) as client:
            client.flushall()


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(each) for each in listed.split()]


@contextmanager
def clinic(folder: Path) -> Iterator[Clinic]:
    settings = demo.with_free_ports(
        demo.demo_settings(
            mode="test",
            data_dir=folder,
            database_url="",
            redis_url="",
            redis_prefix="bedside:",
            lease_seconds=LEASE_SECONDS,
            tick_seconds=0.5,
            batch_size=40,
        )
    )
    with demo.running(settings, quiet=True) as running:
        _import_readers()
        _approve()
        yield Clinic(running, Inbox(running.inbox_url))


def _import_readers() -> None:
    rows = "\n".join(f"reader{number}@example.com,Reader" for number in range(READERS))
    with database.sessions()() as session:
        coordinator = accounts.user(session, sample.COORDINATOR)
    raw = f"email,first_name\n{rows}\n".encode()
    proof = sample.PROOFS[Topic.EDUCATION]
    importing.import_contacts(database.sessions(), raw, proof=proof, actor=coordinator)


def _approve() -> None:
    sessions = database.sessions()
    with sessions.begin() as session:
        coordinator = accounts.user(session, sample.COORDINATOR)
        approval.submit(session, planning.named(session, NAME), actor=coordinator)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with sessions() as session:
            if planning.named(session, NAME).status is CampaignStatus.IN_REVIEW:
                break
        time.sleep(0.2)
    with sessions.begin() as session:
        campaign = planning.named(session, NAME)
        legal = accounts.user(session, sample.LEGAL)
        approval.approve(session, campaign, actor=legal, reason="Read and checked.")


def _start() -> None:
    with database.sessions().begin() as session:
        coordinator = accounts.user(session, sample.COORDINATOR)
        campaign = planning.named(session, NAME)
        approval.start(session, campaign, actor=coordinator, rules=RULES, facts=FACTS)


def _nothing_lost_nothing_twice(found: Clinic, *, kills: int) -> None:
    counts = found.counts()
    with database.sessions()() as session:
        campaign = planning.named(session, NAME)
        occurrence = planning.occurrence(session, campaign)
        sent = session.scalars(
            select(func.count(Delivery.id)).where(
                Delivery.campaign_id == campaign.id, Delivery.status == S.SENT
            )
        ).one()
        assert occurrence is not None
        assert occurrence.audience_count == sum(counts.values())
        broken = [check for check in invariants.verify(session) if not check.holds]
        assert broken == []
    subject = "signals, sleep and good questions"
    arrived = [
        address
        for message in found.inbox.messages(query=subject)
        for address in message["envelope_to"]
    ]
    assert max(Counter(arrived).values()) == 1
    assert sent <= len(arrived) <= sent + counts[S.UNCERTAIN]
    workers = found.running.settings.worker_concurrency
    assert counts[S.UNCERTAIN] <= kills * workers
    assert counts[S.QUEUED] == counts[S.INFLIGHT] == counts[S.FAILED] == 0


def test_a_killed_worker_loses_nothing_and_sends_nothing_twice(tmp_path: Path) -> None:
    with clinic(tmp_path) as found:
        _start()
        for kill in range(1, ROUNDS + 1):
            found.wait_sent(kill * 40)
            found.kill_worker()
        found.wait("the campaign to finish", lambda: found.status() is CampaignStatus.FINISHED)
        _nothing_lost_nothing_twice(found, kills=ROUNDS)


def test_a_flushed_broker_changes_nothing_but_latency(tmp_path: Path) -> None:
    with clinic(tmp_path) as found:
        _start()
        for flush in range(1, ROUNDS + 1):
            found.wait_sent(flush * 40)
            found.flush_broker()
        found.wait("the campaign to finish", lambda: found.status() is CampaignStatus.FINISHED)
        _nothing_lost_nothing_twice(found, kills=0)
