"""Settings: under which name we write, through which mail server, and proof that it arrives."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from campaigns import database
from campaigns.accounts import clinic, queries
from campaigns.accounts.clinic import Sender
from campaigns.delivery import connection, mail_servers
from campaigns.delivery.models import Security
from campaigns.delivery.transports import USUAL_PORT, Server
from campaigns.errors import BadAddress, Conflict, Invalid, NotFound, NotInState, TooMany
from campaigns.vault import Unreadable
from campaigns.web import desk, forms, throttle
from campaigns.web.dependencies import InTransaction, factory
from campaigns.web.forms import Posted
from campaigns.web.pages.settings import sender_page
from campaigns.web.pages.setup import first_steps
from campaigns.web.staff import SignedIn
from campaigns.web.visit import Visit

HERE = "/desk/settings/senders"

router = APIRouter(prefix=HERE)


class MailServerForm(BaseModel):
    """A mail server as it is typed; an empty port is the usual one, an empty password is kept."""

    host: str = Field(max_length=253)
    security: Security
    port: Annotated[int | None, Field(ge=1, le=65535)] = None
    username: str = Field("", max_length=320)
    pace_per_minute: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class To(BaseModel):
    """Where a test message goes."""

    to: str = Field(max_length=320)


@router.get("")
def show(visit: Visit, code: str = "") -> Response:
    """Everything about sending on one page; a test message leads here with its code."""
    shown = {"proof": forms.blank(code=code)} if code else {}
    return sender_page.page(visit, forms_=shown)


@router.post("")
def write_as(visit: Visit, posted: Posted) -> Response:
    """Save the sender's name and addresses."""
    form = forms.read(Sender, posted)
    if form.model is None:
        return sender_page.page(visit, forms_={"sender": form}, status=422)
    clinic.write_as(visit.session, form.model, actor=visit.user)
    return desk.moved(HERE, say="New messages are sent under this name from now on.")


@router.post("/mail-server")
def choose(visit: Visit, posted: Posted) -> Response:
    """Send through this mail server from now on."""
    in_setup = posted.get("where") == "setup"
    form = forms.read(MailServerForm, posted)
    form.values.pop("password", None)
    password = str(posted.get("password", ""))
    if form.model is not None:
        given = form.model
        server = Server(
            host=given.host,
            port=given.port or USUAL_PORT[given.security],
            security=given.security,
            username=given.username,
            password=password,
        )
        try:
            mail_servers.choose(
                visit.session,
                actor=visit.user,
                server=server,
                keeps_password=bool(given.username) and not password,
                pace_per_minute=given.pace_per_minute,
            )
        except (Invalid, Unreadable) as error:
            form.refuse(_field(str(error)), str(error))
        else:
            said = f"Messages leave through {server.host} from now on. Now test it."
            return desk.moved(_back(in_setup), say=said)
    return sender_page.page(visit, forms_={"server": form}, in_setup=in_setup, status=422)


@router.post("/default")
def use_default(session: InTransaction, user: SignedIn) -> Response:
    """Go back to the mail server that the installation came with."""
    mail_servers.use_default(session, actor=user)
    return desk.moved(HERE, say="Messages leave through the default mail server again.")


@router.post("/test")
def test(visit: Visit, posted: Posted) -> Response:
    """Send a test message, and say step by step how far it came."""
    in_setup = posted.get("where") == "setup"
    form = forms.read(To, posted)
    tested, status = None, 422
    if form.model is not None:
        try:
            throttle.check("test message", str(visit.user.id))
            tested = connection.test(visit.session, actor=visit.user, to=form.model.to)
        except (BadAddress, Conflict, TooMany) as error:
            form.refuse("to", str(error))
            status = error.status
        except (NotFound, Unreadable) as error:
            form.refuse("to", _NO_CLINIC if isinstance(error, NotFound) else str(error))
    if tested is not None and tested.has_left:
        said = f"The mail server took the test message to {tested.to}. Look there for its code."
        return desk.moved(_back(in_setup), say=said)
    return sender_page.page(
        visit,
        forms_={"test": form},
        tested=tested,
        in_setup=in_setup,
        status=200 if tested else status,
    )


@router.post("/proof")
def prove(visit: Visit, posted: Posted) -> Response:
    """The test message arrived: its code proves it.

    In a transaction of its own: a wrong code is counted though the page refuses.
    """
    in_setup = posted.get("where") == "setup"
    form = forms.blank(code=str(posted.get("code", "")).strip())
    try:
        with database.transaction(factory(visit.request)) as own:
            actor = queries.by_id(own, visit.user.id)
            is_right = mail_servers.prove(own, actor=actor, code=form.value("code"))
    except NotInState as error:
        form.refuse("code", str(error))
    else:
        if is_right:
            to = first_steps.after("mail") if in_setup else HERE
            return desk.moved(to, say="Proven: messages arrive through this mail server.")
        form.refuse("code", "This is not the code of the last test message. It has six figures.")
    return sender_page.page(visit, forms_={"proof": form}, in_setup=in_setup, status=422)


_NO_CLINIC = "Describe the clinic first: a test message needs a sender’s address."
_OF_FIELD = (("password", "password"), ("user name", "username"), ("port", "port"))


def _field(sentence: str) -> str:
    """The field that a refusal is about."""
    lowered = sentence.lower()
    if "choose starttls" in lowered:
        return "security"
    return next((name for word, name in _OF_FIELD if word in lowered), "host")


def _back(in_setup: bool) -> str:
    return f"{first_steps.HOME}/mail" if in_setup else HERE
