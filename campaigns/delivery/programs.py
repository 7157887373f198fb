"""The frozen programs a worker sends from, kept in its memory: they never change."""

from collections import OrderedDict

from campaigns.database import Session
from campaigns.rendering.models import Program
from campaigns.rendering.wire import Wire

_MOST = 32
_kept: OrderedDict[int, Wire] = OrderedDict()


def wire(session: Session, program_id: int) -> Wire:
    """The program of this id (primary key), read once and kept while it is among the last used."""
    known = _kept.get(program_id)
    if known is None:
        known = Wire.of(session.get_one(Program, program_id))
        _kept[program_id] = known
        if len(_kept) > _MOST:
            _kept.popitem(last=False)
    _kept.move_to_end(program_id)
    return known


def forget() -> None:
    """Keep none: for a process whose database was replaced."""
    _kept.clear()
