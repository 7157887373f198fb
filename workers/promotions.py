"""Begin and end promotions at their hour."""

from campaigns import database
from campaigns.jobs import Job
from campaigns.promotions import lifecycle
from workers.app import app


@app.task(name=Job.END_PROMOTIONS)
def end_promotions() -> None:
    """Move promotions whose window opened or closed, or whose limits are reached."""
    with database.transaction(database.sessions()) as session:
        lifecycle.tick(session)
