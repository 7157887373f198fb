"""What the start says while nobody works here yet: where the first person comes in."""

from sqlalchemy.exc import ProgrammingError

from campaigns import database, public_urls
from campaigns.accounts import first_run
from campaigns.database import Sessions
from campaigns.errors import Unavailable


def invitation(sessions: Sessions) -> str:
    """A sentence with a fresh address for the first person; empty where somebody works here.

    Empty, too, while the database does not answer or has no tables yet: the readiness tells that.
    """
    try:
        with database.transaction(sessions) as session:
            token = first_run.issue(session)
    except (Unavailable, ProgrammingError):
        return ""
    if token is None:
        return ""
    return (
        "Nobody works here yet. Whoever opens this address becomes the owner; it is good once, "
        f"for a week:\n  {public_urls.setup(token)}\n"
    )
