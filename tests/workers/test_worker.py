"""The worker does what waits, with a broker or without; a wrong setting stops it by name."""

import os
import subprocess
import sys
import time

import pytest
from sqlalchemy import select

from campaigns.accounts.models import Role
from campaigns.database import Sessions
from campaigns.delivery.models import Heartbeat
from campaigns.planning import queries
from campaigns.planning.models import CampaignStatus
from tests.factories import (
    make_campaign,
    make_contact,
    make_organisation,
    make_user,
    make_version,
)
from workers import rendering
from workers.__main__ import one_round


def beats(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(Heartbeat.count)) or 0


def submitted(sessions: Sessions) -> tuple[str, int]:
    """A campaign that was submitted and whose bell was lost."""
    with sessions.begin() as session:
        make_organisation(session)
        make_contact(session)
        author = make_user(session, Role.COORDINATOR)
        campaign = make_campaign(session, status=CampaignStatus.RENDERING, author_id=author.id)
        return campaign.name, make_version(session, campaign).id


def status(sessions: Sessions, name: str) -> CampaignStatus:
    with sessions() as session:
        return queries.named(session, name).status


def test_a_round_without_a_broker_leaves_a_sign_of_life(committed: Sessions) -> None:
    one_round()
    one_round()
    assert beats(committed) == 2


def test_a_round_without_a_broker_reviews_what_was_submitted(committed: Sessions) -> None:
    name, _ = submitted(committed)
    one_round()
    assert status(committed, name) is not CampaignStatus.RENDERING


def test_a_bell_that_rings_twice_reviews_once(committed: Sessions) -> None:
    name, version_id = submitted(committed)
    rendering.render(version_id)
    first = status(committed, name)
    rendering.render(version_id)
    assert status(committed, name) is first


@pytest.mark.usefixtures("away")
def test_a_round_goes_on_where_the_database_is_away(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    one_round()
    said = caplog.text + "".join(capsys.readouterr())
    assert said.count("this round failed; the next tries again") == 9


@pytest.mark.processes
@pytest.mark.parametrize("program", ["workers", "scheduler"])
def test_a_wrong_setting_stops_the_start_with_one_line(program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", program],
        env=os.environ | {"BEDSIDE_TICK_SECONDS": "soon"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("BEDSIDE_TICK_SECONDS is wrong: ")


@pytest.mark.processes
def test_a_worker_without_a_broker_works_in_a_loop(committed: Sessions) -> None:
    name, _ = submitted(committed)
    worker = subprocess.Popen([sys.executable, "-m", "workers", "--no-broker"])
    try:
        until = time.monotonic() + 30
        while status(committed, name) is CampaignStatus.RENDERING or beats(committed) < 2:
            assert worker.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
    finally:
        worker.terminate()
        assert worker.wait(timeout=20) == 0, "told to stop, it ends with the round"


def test_the_scheduler_is_an_application_of_celery() -> None:
    import scheduler

    assert scheduler.__getattr__("app").conf.beat_scheduler == "celery.beat:Scheduler"
    with pytest.raises(AttributeError):
        scheduler.__getattr__("nothing")
