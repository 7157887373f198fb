"""What endpoints ask for: a session in a transaction, and who a token names."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Path, Request

from campaigns import database
from campaigns.database import Session, Sessions

_REFUSED = "bedside.refused"


def factory(request: Request) -> Sessions:
    """The factory of sessions that this application was made with."""
    made: Sessions | None = request.app.state.sessions
    return made or database.sessions()


def session(request: Request) -> Iterator[Session]:
    """One transaction for one request; use it as `InTransaction`."""
    with database.transaction(factory(request)) as opened:
        yield opened
        if opened.info.get(_REFUSED):
            opened.rollback()


def refuse(session: Session) -> None:
    """What this request wrote is undone at its end: a form that was refused changes nothing."""
    session.info[_REFUSED] = True


InTransaction = Annotated[Session, Depends(session, scope="function")]
"""A session that commits before the answer leaves: a failed commit is a 500, never a 200."""

Number = Annotated[int, Path(ge=1, lt=2**63)]
"""A row's number in an address; one that no row can have is a page that does not exist."""
