"""Render, freeze and check what was submitted."""

from campaigns import database, logs
from campaigns.compliance import approval
from campaigns.errors import Unavailable
from campaigns.jobs import Job
from campaigns.registry import FACTS, RULES
from workers.app import app

log = logs.get(__name__)


@app.task(name=Job.RENDER)
def render(version_id: int) -> None:
    """Freeze one submitted version and run every check; a fault of ours sends it back, named."""
    sessions = database.sessions()
    try:
        approval.review(sessions, version_id, rules=RULES, facts=FACTS)
    except Unavailable:
        raise
    except Exception as error:
        log.exception("a version could not be reviewed", version=version_id)
        with database.transaction(sessions) as session:
            approval.give_up(session, version_id, error=type(error).__name__)


@app.task(name=Job.RENDER_LEFT)
def render_left() -> None:
    """Whatever was submitted and lost its bell."""
    with database.transaction(database.sessions()) as session:
        left = approval.waiting(session)
    for version_id in left:
        render(version_id)
