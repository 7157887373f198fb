"""Start campaigns, send batches and notices, sweep up."""

from functools import cache

from campaigns import database
from campaigns.delivery import batch, dispatch, heartbeat, notices, outgoing, upkeep
from campaigns.delivery.batch import Outcome
from campaigns.delivery.domains import checking
from campaigns.delivery.transports import Transport
from campaigns.jobs import Job, publish
from campaigns.registry import REGISTRY
from workers.app import app

_SECONDS = 12.0
"""How long a task claims batches: with one slow message on top it ends before its time limit."""


@cache
def transport() -> Transport:
    """The connection of this process to the mail server, kept between batches."""
    return outgoing.following(database.sessions())


@app.task(name=Job.START_DUE)
def start_due() -> None:
    """Start campaigns whose moment has come, and go on with those half prepared."""
    sessions = database.sessions()
    with sessions.begin() as session:
        heartbeat.beat(session, heartbeat.TICK)
    dispatch.start_due(sessions, REGISTRY)
    dispatch.freeze_prepared(sessions, REGISTRY)


@app.task(name=Job.FREEZE_AUDIENCE)
def freeze_audience(campaign_id: int) -> None:
    """Freeze the audience of one campaign."""
    dispatch.freeze_audience(database.sessions(), campaign_id, REGISTRY)


@app.task(name=Job.SEND_BATCH)
def send_batch(batch_id: int) -> None:
    """Send batches until none waits or the time is up; `batch_id` only says why it rang."""
    sessions = database.sessions()
    outcome = batch.run(sessions, transport(), seconds=_SECONDS)
    if outcome is Outcome.YIELDED and batch_id:
        publish(Job.SEND_BATCH, batch_id=batch_id)
    with sessions.begin() as session:
        upkeep.finish_done(session)
        heartbeat.beat(session, heartbeat.part(heartbeat.SENDS))


@app.task(name=Job.REAP)
def reap() -> None:
    """Sweep up after workers that are gone, and ring for what waits."""
    sessions = database.sessions()
    upkeep.sweep(sessions)
    with sessions.begin() as session:
        heartbeat.beat(session, heartbeat.part(heartbeat.SWEEPS))


@app.task(name=Job.SEND_NOTICES)
def send_notices() -> None:
    """Send the letters that are due."""
    sessions = database.sessions()
    notices.send_due(sessions, transport())
    with sessions.begin() as session:
        heartbeat.beat(session, heartbeat.part(heartbeat.LETTERS))


@app.task(name=Job.LOOK_AT_RECORDS)
def look_at_records() -> None:
    """Look at the public records of the sender's domain, when it is time."""
    checking.look_again(database.sessions())
