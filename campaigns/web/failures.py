"""What a person sees when something is refused or goes wrong: a kind page, never a trace."""

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from sqlalchemy.exc import DataError, SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from campaigns import database, logs
from campaigns.accounts import logins, queries
from campaigns.accounts.models import Organisation
from campaigns.accounts.permissions import Verb, may
from campaigns.errors import BedsideError, NoKey, NotSetUp, TooMany
from campaigns.language import mark as _
from campaigns.web import desk, staff, templating
from campaigns.web.api import failing
from campaigns.web.dependencies import factory

log = logs.get(__name__)

_SENTENCES = {
    404: _("This page does not exist. Please use the link from your message once more."),
    405: _("This page cannot be used in that way."),
    422: _(
        "Something in this form was missing or could not be read. Please go back and try again."
    ),
    500: _("Something went wrong on our side. We have made a note of it; please try again later."),
}
_FIRST_STEP = f"{staff.SETUP}/clinic"
_AT_THE_DESK = {
    _SENTENCES[404]: "There is no such page at this desk. It may have been renamed or removed.",
    _SENTENCES[500]: "Something went wrong here. It is noted in the log of the web server; "
    "nothing of what you pressed was done. Please try again.",
}
_TITLES = {
    403: _("You may not do this"),
    404: _("We could not find that"),
    429: _("Too many tries"),
    410: _("This offer has ended"),
    409: _("That is not possible any more"),
    422: _("Please check that once more"),
    503: _("One moment, please"),
}


def install(app: FastAPI) -> None:
    """Answer every refusal and every failure with a page."""
    app.add_exception_handler(BedsideError, _refused)
    app.add_exception_handler(NotSetUp, _not_set_up)
    app.add_exception_handler(HTTPException, _no_such_page)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(DataError, _unstorable)
    app.add_middleware(LastDoor)


class LastDoor:
    """Where nothing else answered a failure, a page does, within the headers of every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer a failure that comes before the answer has begun."""
        begun = False

        async def noticing(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noticing)
        except Exception as error:
            log.error("a request failed", error=type(error).__name__, exc_info=error)
            if begun or scope["type"] != "http":
                raise
            page = await _answer(Request(scope), 500, _SENTENCES[500])
            await page(scope, receive, send)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, BedsideError)
    if error.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("a request failed", error=str(error))
        return await _answer(request, 500, _SENTENCES[500])
    answer = await _answer(request, error.status, str(error))
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.seconds)
    if isinstance(error, NoKey):
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


async def _not_set_up(request: Request, error: Exception) -> Response:
    """An owner is led to the step that describes the clinic; others are told whom to ask."""
    if failing.is_asked(request) or not staff.is_own_page(request.url.path):
        return await _refused(request, error)
    if request.method == "GET" and await run_in_threadpool(_is_by_an_owner, request):
        said = "First describe the clinic: that page needs its name, its address and its clock."
        return desk.moved(_FIRST_STEP, say=said, tone="info")
    return await _answer(request, 409, "The clinic is not set up yet. An owner does that first.")


async def _no_such_page(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return await _answer(
        request, error.status_code, _SENTENCES.get(error.status_code, _SENTENCES[422])
    )


async def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if failing.is_asked(request):
        return failing.unreadable(error)
    in_address = any(each["loc"][0] == "path" for each in error.errors())
    status = 404 if in_address else 422
    return await _answer(request, status, _SENTENCES[status])


async def _unstorable(request: Request, _error: Exception) -> Response:
    """A NUL among the letters, or a number out of all bounds, is the sender's mistake."""
    return await _answer(request, 422, _SENTENCES[422])


async def _answer(request: Request, status: int, sentence: str) -> Response:
    if failing.is_asked(request):
        return failing.answer(status, "" if sentence in _SENTENCES.values() else sentence)
    return await run_in_threadpool(_page, request, status, sentence)


def _page(request: Request, status: int, sentence: str) -> HTMLResponse:
    if staff.is_own_page(request.url.path):
        return _at_the_desk(request, status, sentence)
    return templating.bare_page(
        "public/failure.html",
        organisation=_clinic(request),
        status=status,
        heading=_TITLES.get(status, _("Something went wrong")),
        sentence=sentence,
    )


def _at_the_desk(request: Request, status: int, sentence: str) -> HTMLResponse:
    """A page for those who work here, also where the database does not answer."""
    return HTMLResponse(
        desk.bare(
            "desk/failure.html",
            organisation=_clinic(request),
            heading=_TITLES.get(status, _("Something went wrong")),
            sentence=_AT_THE_DESK.get(sentence, sentence),
        ),
        status,
    )


def _is_by_an_owner(request: Request) -> bool:
    """Whether whoever asked may set the clinic up; read afresh, for the request was undone."""
    token = request.cookies.get(staff.COOKIE, "")
    with database.transaction(factory(request)) as session:
        found = logins.current(session, token) if token else None
        return found is not None and may(queries.by_id(session, found.user_id), Verb.MANAGE_PEOPLE)


def _clinic(request: Request) -> Organisation | None:
    """The clinic for the foot of the page, where the database can say."""
    try:
        with database.transaction(factory(request)) as session:
            return queries.organisation(session)
    except (BedsideError, SQLAlchemyError):
        return None
