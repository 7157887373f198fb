"""A job rings once its transaction has truly committed; a broker that is away delays nobody."""

import base64
import json
import shutil
import socket
import time
from collections.abc import Iterator
from typing import Any, cast

import pytest
import redis

from campaigns import jobs, settings
from campaigns.database import Session, Sessions
from campaigns.jobs import QUEUES, Job
from campaigns.local import servers
from tests.ground.conftest import read_afresh


@pytest.fixture
def queue(redis_url: str) -> Iterator[redis.Redis]:
    """The Redis of this worker, with its queues emptied before and after."""
    client = redis.Redis.from_url(redis_url.replace("redis+socket://", "unix://").split("?")[0])
    read_afresh()
    _empty(client)
    yield client
    _empty(client)
    client.close()


def _empty(client: redis.Redis) -> None:
    for key in client.scan_iter(f"{settings.current().redis_prefix}*"):
        client.delete(key)


def waiting(queue: redis.Redis, name: str) -> list[dict[str, Any]]:
    """The messages in one queue under our prefix, newest first."""
    raw = cast("list[bytes]", queue.lrange(f"{settings.current().redis_prefix}{name}", 0, -1))
    return [json.loads(each) for each in raw]


def rung(queue: redis.Redis) -> list[tuple[str, dict[str, Any]]]:
    """What stands in the queues: each job's name and its arguments, oldest first."""
    found = []
    for name in sorted(set(QUEUES.values())):
        for message in reversed(waiting(queue, name)):
            _args, kwargs, _embed = json.loads(base64.b64decode(message["body"]))
            found.append((message["headers"]["task"], kwargs))
    return found


def test_a_job_rings_only_after_the_commit(committed: Sessions, queue: redis.Redis) -> None:
    with committed() as session:
        jobs.enqueue(session, Job.RENDER, version_id=7)
        assert rung(queue) == []
        session.commit()
        assert rung(queue) == [("rendering.render", {"version_id": 7})]
        session.commit()
        assert len(rung(queue)) == 1


def test_the_same_job_asked_twice_rings_once(committed: Sessions, queue: redis.Redis) -> None:
    with committed.begin() as session:
        jobs.enqueue(session, Job.SEND_BATCH, batch_id=7)
        jobs.enqueue(session, Job.SEND_BATCH, batch_id=8)
        jobs.enqueue(session, Job.SEND_BATCH, batch_id=7)
    assert rung(queue) == [("delivery.send_batch", {"batch_id": each}) for each in (7, 8)]


def test_a_rolled_back_job_never_rings(committed: Sessions, queue: redis.Redis) -> None:
    with committed() as session:
        jobs.enqueue(session, Job.SEND_NOTICES)
        session.rollback()
        jobs.enqueue(session, Job.REAP)
        session.commit()
    assert rung(queue) == [("delivery.reap", {})]


def test_a_job_in_a_session_closed_without_a_commit_never_rings(
    committed: Sessions, queue: redis.Redis
) -> None:
    session = committed()
    jobs.enqueue(session, Job.SEND_NOTICES)
    session.close()
    session.connection()
    session.commit()
    session.close()
    assert rung(queue) == []


def test_a_released_savepoint_does_not_ring_early(committed: Sessions, queue: redis.Redis) -> None:
    with committed() as session:
        with session.begin_nested(), session.begin_nested():
            jobs.enqueue(session, Job.RENDER, version_id=7)
        assert rung(queue) == []
        session.commit()
    assert rung(queue) == [("rendering.render", {"version_id": 7})]


def test_a_released_savepoint_of_a_rolled_back_transaction_never_rings(
    committed: Sessions, queue: redis.Redis
) -> None:
    with committed() as session:
        with session.begin_nested():
            jobs.enqueue(session, Job.RENDER, version_id=7)
        session.rollback()
        session.connection()
        session.commit()
    assert rung(queue) == []


def test_a_rolled_back_savepoint_takes_only_its_own_jobs(
    committed: Sessions, queue: redis.Redis
) -> None:
    with committed() as session:
        jobs.enqueue(session, Job.RENDER, version_id=7)
        savepoint = session.begin_nested()
        jobs.enqueue(session, Job.RENDER, version_id=8)
        with session.begin_nested():
            jobs.enqueue(session, Job.RENDER, version_id=9)
        savepoint.rollback()
        session.commit()
    assert rung(queue) == [("rendering.render", {"version_id": 7})]


def test_a_job_asked_of_a_session_that_had_not_begun_does_not_leak(
    committed: Sessions, queue: redis.Redis
) -> None:
    session = committed()
    assert not session.in_transaction()
    jobs.enqueue(session, Job.SEND_NOTICES)
    assert session.in_transaction()
    session.rollback()
    with session.begin():
        session.connection()
    session.close()
    assert rung(queue) == []


@pytest.mark.parametrize("job", Job)
def test_every_job_waits_in_its_queue_under_our_prefix_with_ids_only(
    job: Job, committed: Sessions, queue: redis.Redis
) -> None:
    with committed.begin() as session:
        jobs.enqueue(session, job, some_id=7)
    [message] = waiting(queue, QUEUES[job])
    assert message["content-type"] == "application/json"
    assert json.loads(base64.b64decode(message["body"]))[:2] == [[], {"some_id": 7}]
    assert message["headers"]["task"] == job.value


def test_a_broker_that_was_restarted_is_reached_again(environment: pytest.MonkeyPatch) -> None:
    home = servers.make_socket_dir()
    first = servers.start_valkey(home, home)
    environment.setenv("REDIS_URL", first.url)
    read_afresh()
    try:
        assert jobs.publish(Job.REAP)
        first.stop()
        assert not jobs.publish(Job.REAP)
        second = servers.start_valkey(home, home)
        assert jobs.publish(Job.REAP)
        second.stop()
    finally:
        first.stop()
        shutil.rmtree(home)


def assert_nobody_waits_long(
    session: Session, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(20):
        jobs.enqueue(session, Job.SEND_BATCH, batch_id=number)
    began = time.monotonic()
    session.commit()
    assert time.monotonic() - began < 4
    said = caplog.text + "".join(capsys.readouterr())
    assert "the broker did not answer; the next tick finds the work" in said
    assert jobs.publish(Job.SEND_NOTICES) is False


def test_a_broker_that_is_away_is_logged_and_otherwise_ignored(
    committed: Sessions,
    environment: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        environment.setenv("REDIS_URL", f"redis://127.0.0.1:{taken.getsockname()[1]}/0")
        read_afresh()
        with committed() as session:
            assert_nobody_waits_long(session, capsys, caplog)


def test_a_broker_that_never_answers_delays_by_three_seconds_at_most(
    committed: Sessions,
    environment: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        environment.setenv("REDIS_URL", f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        read_afresh()
        with committed() as session:
            assert_nobody_waits_long(session, capsys, caplog)
