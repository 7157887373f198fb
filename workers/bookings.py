"""Let go of places that nobody confirmed in time."""

from campaigns import database
from campaigns.bookings import lifecycle
from campaigns.jobs import Job
from workers.app import app


@app.task(name=Job.RELEASE_HOLDS)
def release_holds() -> None:
    """Expire holds that are over."""
    lifecycle.expire_due(database.sessions())
