"""The first run: from the printed token to one's own first newsletter, step by step."""

from typing import Annotated, Any

from fastapi import APIRouter, File, Request, Response, UploadFile
from pydantic import BaseModel, Field

from campaigns.accounts import first_run, logins, passwords, queries
from campaigns.accounts.models import User
from campaigns.accounts.permissions import Verb, may
from campaigns.contacts import segments
from campaigns.contacts.models import Topic
from campaigns.database import Session
from campaigns.delivery import trial
from campaigns.errors import (
    BadAddress,
    BadToken,
    BedsideError,
    Conflict,
    Invalid,
    NotFound,
    TooMany,
)
from campaigns.planning import drafting
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign
from campaigns.rendering import starters
from campaigns.web import desk, forms, staff, throttle
from campaigns.web.dependencies import InTransaction
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.settings import brand_settings, clinic_settings, sender_page
from campaigns.web.pages.setup import first_steps
from campaigns.web.staff import MaybeSignedIn
from campaigns.web.visit import Visit

router = APIRouter(prefix=first_steps.HOME)

_STARTER = "education"


class FirstPerson(BaseModel):
    """Who owns this installation."""

    token: str = Field(max_length=200)
    name: str = Field(max_length=100)
    address: str = Field(max_length=320)
    password: str = Field(max_length=1000)


class To(BaseModel):
    """Where the first newsletter goes."""

    to: str = Field(max_length=320)


@router.get("")
def show(
    request: Request, session: InTransaction, user: MaybeSignedIn, token: str = ""
) -> Response:
    """Whoever has the token becomes the owner; whoever is one goes on where they were."""
    if user is not None:
        is_owner = may(user, Verb.MANAGE_PEOPLE)
        return desk.moved(first_steps.next_open(session) if is_owner else staff.HOME)
    if queries.has_users(session):
        return desk.moved(staff.LOGIN)
    return _owner_page(request, session, forms.blank(token=token))


@router.post("")
def begin(request: Request, session: InTransaction, posted: Posted) -> Response:
    """Make the first person and sign them in."""
    form = forms.read(FirstPerson, posted)
    if form.model is None:
        return _owner_page(request, session, form, status=422)
    given, client = form.model, staff.client(request)
    throttle.check("setup", client)
    try:
        with session.begin_nested():
            owner = first_run.begin(
                session,
                token=given.token,
                name=given.name,
                address=given.address,
                password=str(posted["password"]),
            )
    except BadToken as error:
        form.refuse("token", str(error))
    except BadAddress as error:
        form.refuse("address", str(error))
    except Conflict as error:
        form.refuse("form", str(error))
    except Invalid as error:
        form.refuse("password", str(error))
    else:
        agent = request.headers.get("user-agent", "")
        answer = desk.moved(f"{first_steps.HOME}/clinic", say=f"Welcome, {owner.name}.")
        staff.remember(answer, logins.begin(session, owner, agent=agent, client=client))
        return answer
    return _owner_page(request, session, form, status=422)


@router.get("/clinic")
def clinic(visit: Visit) -> Response:
    """Who the clinic is."""
    return clinic_settings.page(visit, in_setup=True)


@router.get("/brand")
def brand(visit: Visit) -> Response:
    """Its colours and its logo."""
    return brand_settings.page(visit, in_setup=True)


@router.post("/brand")
def paint(visit: Visit, posted: Posted) -> Response:
    """Take the colours and go on, or stay at this step and say why not."""
    return brand_settings.paint(visit, posted)


@router.post("/brand/logo")
def put_logo(
    visit: Visit,
    posted: Posted,
    logo: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take a logo, or stay at this step and say why not."""
    return brand_settings.put_logo(visit, posted, logo)


@router.get("/mail")
def mail(visit: Visit) -> Response:
    """Its mail server, with a test message that must arrive."""
    return sender_page.page(visit, in_setup=True)


@router.get("/domain")
def domain(visit: Visit) -> Response:
    """The public records of the sender's domain."""
    return domain_page(visit)


@router.get("/newsletter")
def newsletter(visit: Visit) -> Response:
    """Send yourself your first newsletter."""
    return _newsletter_page(visit, forms.blank(to=visit.user.address))


@router.post("/newsletter")
def send(visit: Visit, posted: Posted) -> Response:
    """Make the first newsletter where there is none, and send it as a test."""
    form = forms.read(To, posted)
    if form.model is None:
        return _newsletter_page(visit, form, status=422)
    try:
        throttle.check("test message", str(visit.user.id))
        with visit.session.begin_nested():
            trial.send_by_hand(
                visit.session, _first(visit.session, visit.user), actor=visit.user, to=form.model.to
            )
    except BedsideError as error:
        form.refuse("to", str(error))
        status = error.status if isinstance(error, TooMany) else 422
        return _newsletter_page(visit, form, status=status)
    said = f"Your first newsletter is on its way to {form.model.to}."
    return desk.moved(f"{first_steps.HOME}/newsletter", say=said)


def domain_page(
    visit: Visit,
    *,
    selector: Form[Any] | None = None,
    status: int = 200,
) -> Response:
    """The step of the sender's domain."""
    here = first_steps.organisation(visit.session)
    return visit.page(
        "desk/setup/domain.html",
        status=status,
        steps=first_steps.steps(visit.session, current="domain"),
        skip=first_steps.after("domain"),
        **sender_page.records(visit.session, here, selector=selector),
    )


def _first(session: Session, user: User) -> Campaign:
    known = _known(session)
    if known is not None:
        return known
    starter = starters.named(_STARTER)
    file = starter.file
    return drafting.begin(
        session,
        actor=user,
        name=first_steps.FIRST_NEWSLETTER,
        title="My first newsletter",
        topic=Topic.EDUCATION,
        segment=segments.everyone(session).name,
        promotion_codes=[],
        subject=file.subject,
        preheader=file.preheader,
        blocks=starters.blocks(session, starter),
    )


def _known(session: Session) -> Campaign | None:
    try:
        return planning.named(session, first_steps.FIRST_NEWSLETTER)
    except NotFound:
        return None


def _newsletter_page(visit: Visit, form: Form[Any], *, status: int = 200) -> Response:
    steps = first_steps.steps(visit.session)
    return visit.page(
        "desk/setup/newsletter.html",
        status=status,
        form=form,
        campaign=_known(visit.session),
        is_sent=steps[-1].state == "done",
        has_clinic=first_steps.organisation(visit.session) is not None,
        steps=first_steps.steps(visit.session, current="newsletter"),
        open_steps=[each for each in steps[:-1] if each.state != "done"],
    )


def _owner_page(request: Request, session: Session, form: Form[Any], status: int = 200) -> Response:
    return desk.page(
        request,
        session,
        None,
        "desk/setup/owner.html",
        status=status,
        form=form,
        shortest=passwords.SHORTEST,
    )
