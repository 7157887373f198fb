"""One request at the desk: what is asked, in which transaction, and by whom."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from campaigns.accounts.models import User
from campaigns.database import Session
from campaigns.web import desk
from campaigns.web.dependencies import InTransaction
from campaigns.web.staff import SignedIn


@dataclass(frozen=True, slots=True)
class Visiting:
    """Somebody who is signed in, and what their browser asks."""

    request: Request
    session: Session
    user: User

    @property
    def is_partial(self) -> bool:
        """Whether the page in the browser asks for a piece of itself."""
        return desk.is_partial(self.request)

    def page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A whole page of the desk for this person; see `desk.page`."""
        return desk.page(self.request, self.session, self.user, template, status=status, **values)

    def part(self, template: str, **values: Any) -> HTMLResponse:
        """A piece of a page for this person."""
        return desk.part(self.request, self.session, self.user, template, **values)


def _visiting(request: Request, session: InTransaction, user: SignedIn) -> Visiting:
    return Visiting(request, session, user)


Visit = Annotated[Visiting, Depends(_visiting, scope="function")]
"""What an endpoint of the desk is handed."""
