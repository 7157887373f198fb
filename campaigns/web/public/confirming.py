"""Confirm an address: the page shows a button, for a scanner's visit must confirm nothing."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from campaigns import addresses, clock, tokens
from campaigns.contacts import consent, queries
from campaigns.contacts.models import ConsentState, Contact
from campaigns.tokens import Family
from campaigns.web import templating
from campaigns.web.dependencies import InTransaction

SOURCE = "confirmation link"

router = APIRouter()


def asked(session: InTransaction, token: str) -> Contact:
    """Who was asked to confirm; raises BadToken when the link is forged or too old."""
    contact_id = tokens.read_notice(token, Family.CONFIRM, now=clock.now(session))
    return queries.by_id(session, contact_id)


Asked = Annotated[Contact, Depends(asked, scope="function")]


@router.get("/confirm/{token}")
def ask(session: InTransaction, token: str, contact: Asked) -> HTMLResponse:
    """The button; or that there is nothing left to confirm."""
    states = consent.states(session, contact).values()
    return templating.page(
        session,
        "public/confirm.html",
        contact=contact,
        token=token,
        address=addresses.mask(contact.address) if contact.address else None,
        is_open=any(each.state is ConsentState.UNCONFIRMED for each in states),
    )


@router.post("/confirm/{token}")
def act(session: InTransaction, contact: Asked) -> HTMLResponse:
    """What was unconfirmed is given now; twice is once."""
    consent.confirm(session, contact, source=SOURCE)
    return templating.page(session, "public/confirmed.html", contact=contact)
