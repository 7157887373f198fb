"""Leave a sign of life that `bedside status` and the metrics read."""

import platform

from sqlalchemy.dialects.postgresql import insert

from campaigns import clock
from campaigns.database import Session
from campaigns.delivery.models import Heartbeat

TICK = "tick"
"""The scheduler's bell, heard by a worker."""
SENDS, SWEEPS, LETTERS = "newsletters", "sweeping up", "letters"
"""The work of which workers leave a sign each time they have done some."""


def part(work: str) -> str:
    """The name under which whoever does this work on this machine is seen."""
    return f"{work} on {platform.node()}"


def beat(session: Session, name: str, *, detail: str = "") -> None:
    """This part is at work now."""
    now = clock.now(session)
    statement = insert(Heartbeat).values(name=name, at=now, detail=detail, count=1)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"at": now, "detail": detail, "count": Heartbeat.count + 1},
        )
    )
