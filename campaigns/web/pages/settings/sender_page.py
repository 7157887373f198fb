"""The page about sending, in the settings and as two steps of the first run."""

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from campaigns import settings
from campaigns.accounts.clinic import Sender
from campaigns.accounts.models import Organisation
from campaigns.database import Session
from campaigns.delivery import dkim_keys, mail_servers, ways
from campaigns.delivery.connection import Tested
from campaigns.delivery.domains import checking, senders
from campaigns.delivery.models import MailServer, Security
from campaigns.delivery.transports.probing import Step
from campaigns.delivery.ways import Origin
from campaigns.rendering import headers
from campaigns.vault import Unreadable
from campaigns.web import forms
from campaigns.web.forms import Form
from campaigns.web.pages.setup import first_steps
from campaigns.web.visit import Visit

STEPS: Mapping[Step, str] = {
    Step.NAME: "The name is found",
    Step.CONNECT: "The connection stands",
    Step.TLS: "The connection is secure",
    Step.GREETING: "The mail server greets us",
    Step.LOGIN: "It knows us",
    Step.SENDER: "It lets us send as our address",
    Step.RECIPIENT: "It takes a message to you",
    Step.MESSAGE: "It took the message",
}

SECURITIES = (
    (Security.STARTTLS.value, "STARTTLS (usual, port 587)"),
    (Security.TLS.value, "TLS from the start (port 465)"),
    (Security.NONE.value, "None (this machine, port 25)"),
)


_NO_WAY: Mapping[str, Any] = {
    "way": None,
    "unreadable": "",
    "proof": None,
    "is_fixed": False,
    "is_inbox": False,
    "is_chosen": True,
}


def page(
    visit: Visit,
    *,
    forms_: Mapping[str, Form[Any]] | None = None,
    tested: Tested | None = None,
    in_setup: bool = False,
    status: int = 200,
) -> Response:
    """The settings of sending, or the first run's step of the mail server."""
    here = first_steps.organisation(visit.session)
    given = dict(forms_ or {})
    return visit.page(
        "desk/setup/mail.html" if in_setup else "desk/settings/senders.html",
        status=status,
        sender=given.get("sender") or _sender(here),
        form=given.get("server") or _server(visit.session),
        test=given.get("test") or forms.blank(to=visit.user.address),
        proof_form=given.get("proof") or forms.blank(),
        tested=tested,
        labels=STEPS,
        securities=SECURITIES,
        steps=first_steps.steps(visit.session, current="mail") if in_setup else [],
        skip=first_steps.after("mail"),
        **_way(visit.session),
        **records(visit.session, here, selector=given.get("records")),
    )


def records(
    session: Session, here: Organisation | None, *, selector: Form[Any] | None = None
) -> dict[str, Any]:
    """What the page says of the sender's domain."""
    domain = headers.domain_of(here.sender_address) if here else ""
    kept = checking.kept(session, domain) if domain else None
    keys = dkim_keys.of_domain(session, domain) if domain else []
    return {
        "domain": domain,
        "is_shared": senders.is_shared(domain),
        "checked_at": kept.checked_at if kept else None,
        "findings": checking.found(kept) if kept else [],
        "selector": selector or forms.blank(selector=kept.selector if kept else ""),
        "key": keys[0] if keys else None,
        "signs": next((each for each in keys if each.seen_at), None),
        "returns_to": settings.current().bounce_domain or domain,
    }


def _way(session: Session) -> dict[str, Any]:
    """Which mail server is in use, and whether a message has arrived through it."""
    try:
        way = ways.current(session)
        proof = mail_servers.proof(session)
    except Unreadable as error:
        return dict(_NO_WAY) | {"unreadable": str(error)}
    return {
        "way": way,
        "unreadable": "",
        "proof": proof,
        "is_fixed": way.origin is Origin.ENVIRONMENT,
        "is_inbox": way.server.port == settings.current().inbox_smtp_port
        and mail_servers.is_this_machine(way.server.host),
        "is_chosen": way.origin is Origin.DESK,
    }


def _sender(here: Organisation | None) -> Form[Any]:
    if here is None:
        return forms.blank()
    return forms.blank(**{name: getattr(here, name) for name in Sender.model_fields})


def _server(session: Session) -> Form[Any]:
    known = session.get(MailServer, 1)
    if known is None:
        return forms.blank(security=Security.STARTTLS.value)
    return forms.blank(
        host=known.host,
        port=known.port,
        security=known.security.value,
        username=known.username,
        pace_per_minute=known.pace_per_minute or "",
        has_password=bool(known.sealed_password),
    )
