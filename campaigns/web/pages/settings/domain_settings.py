"""Settings: the public records of the sender's domain, looked up on request, and our own key."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from campaigns.accounts import queries
from campaigns.delivery import dkim_keys
from campaigns.delivery.domains import checking
from campaigns.errors import Invalid
from campaigns.rendering import headers
from campaigns.web import desk, forms
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Posted
from campaigns.web.pages.settings import sender_page, sender_settings
from campaigns.web.pages.setup import first_run, first_steps
from campaigns.web.staff import SignedIn
from campaigns.web.visit import Visit

router = APIRouter(prefix=sender_settings.HERE)


class Asked(BaseModel):
    """The name under which another signer publishes its key, where there is one."""

    selector: str = Field("", max_length=63)


@router.post("/records")
def look_up(visit: Visit, posted: Posted) -> Response:
    """Ask the name servers now."""
    in_setup = posted.get("where") == "setup"
    form = forms.read(Asked, posted)
    if form.model is not None:
        try:
            checking.check(visit.session, actor=visit.user, selector=form.model.selector)
        except Invalid as error:
            form.refuse("selector", str(error))
        else:
            return desk.moved(_back(in_setup))
    if in_setup:
        return first_run.domain_page(visit, selector=form, status=422)
    return sender_page.page(visit, forms_={"records": form}, status=422)


@router.post("/key")
def make_key(session: InTransaction, user: SignedIn, posted: Posted) -> Response:
    """Make a key of our own, and look at once what is there."""
    here = queries.organisation(session)
    dkim_keys.make(session, actor=user, domain=headers.domain_of(here.sender_address))
    checking.check(session, actor=user)
    said = "The key is made. Publish its record below; messages are signed once it is seen."
    return desk.moved(_back(posted.get("where") == "setup"), say=said)


def _back(in_setup: bool) -> str:
    return f"{first_steps.HOME}/domain" if in_setup else f"{sender_settings.HERE}#domain"
