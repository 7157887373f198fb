"""Check and import files of contacts that were uploaded."""

from campaigns import database
from campaigns.contacts import uploads
from campaigns.jobs import Job
from workers.app import app

_SECONDS = 12.0
"""How long a task works before it leaves the rest to the next one: well within its time limit."""


@app.task(name=Job.TAKE_UPLOADS)
def take_uploads() -> None:
    """Go on with the files that wait."""
    uploads.work(database.sessions(), seconds=_SECONDS)
