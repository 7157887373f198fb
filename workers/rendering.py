"""Render, freeze and check what was submitted."""

from campaigns import database
from campaigns.compliance import approval
from campaigns.jobs import Job
from campaigns.registry import FACTS, RULES
from workers.app import app


@app.task(name=Job.RENDER)
def render(version_id: int) -> None:
    """Freeze one submitted version and run every check."""
    approval.review(database.sessions(), version_id, rules=RULES, facts=FACTS)


@app.task(name=Job.RENDER_LEFT)
def render_left() -> None:
    """Whatever was submitted and lost its bell."""
    approval.review_left(database.sessions(), rules=RULES, facts=FACTS)
