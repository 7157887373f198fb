"""A database restored from a back-up, or copied, wakes paused: it does not know what left since.

PostgreSQL gives a cluster, a timeline, a database and a table numbers of their own. They change
with every restore (pg_restore, continuous archiving), copy and upgrade by pg_upgrade, but for a
byte-for-byte copy of a stopped cluster's folder, which nothing inside can tell from the original.
"""

from collections.abc import Mapping

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from campaigns import clock, logs
from campaigns.accounts.models import AuditEntry, Organisation
from campaigns.database import Session
from campaigns.delivery.models import Birthplace

log = logs.get(__name__)

BY = "Bedside (this database was restored or copied)"

_HERE = text(
    "SELECT concat_ws('-', system_identifier, timeline_id,"
    " (SELECT oid FROM pg_database WHERE datname = current_database()),"
    " 'birthplace'::regclass::oid)"
    " FROM pg_control_system(), pg_control_checkpoint()"
)
_SKIPPED: Mapping[str, int] = {
    "campaign": 1_000,
    "delivery": 10_000_000,
    "booking": 10_000,
    "contact": 100_000,
}
"""Numbers left out of each table that links name, so that no old link means a new row."""


def look(session: Session) -> bool:
    """Whether all letters are held because nobody has looked at this restored database yet.

    The first look at a new place pauses all sending and moves on the numbers that links name.
    """
    here = str(session.execute(_HERE).scalar_one())
    known = session.scalar(select(Birthplace.place))
    if known is None:
        session.execute(insert(Birthplace).values(place=here).on_conflict_do_nothing())
    elif known != here:
        _wake(session, here)
    return session.scalar(select(Organisation.sending_paused_by)) == BY


def _wake(session: Session, here: str) -> None:
    row = session.scalars(select(Birthplace).with_for_update()).one()
    session.refresh(row)
    if row.place == here:
        return
    row.place = here
    clinic = session.get(Organisation, 1, with_for_update=True)
    if clinic is None:
        return
    now = clock.now(session)
    clinic.sending_paused_at, clinic.sending_paused_by = now, BY
    session.add(
        AuditEntry(
            at=now, actor="Bedside", verb="pause all sending", subject="organisation", reason=BY
        )
    )
    for table, skipped in _SKIPPED.items():
        _move_on(session, table, skipped)
    session.flush()
    log.warning(
        "this database was restored or copied; all sending is paused until a person resumes"
    )


def _move_on(session: Session, table: str, skipped: int) -> None:
    sequence = func.pg_get_serial_sequence(table, "id")
    session.execute(select(func.setval(sequence, func.nextval(sequence) + skipped)))
