"""Server-rendered pages: Jinja with autoescape, sentences in the reader's language."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from campaigns import language, settings
from campaigns.accounts import queries
from campaigns.accounts.models import Organisation
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.errors import NotFound
from campaigns.web import brand

HERE = Path(__file__).parent
STATIC = HERE / "static"


@pass_context
def _translate(context: Context, sentence: str, **values: object) -> Markup:
    text = Markup(language.translate(sentence, str(context["language"])))  # noqa: S704 - our own
    return text % values if values else text


@cache
def static(name: str) -> str:
    """The address of a file of ours, named by its content so that it can be kept for a year."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


@cache
def environment() -> Environment:
    """The templates of all pages."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"_": _translate, "static": static, "brand_version": brand.fingerprint}
    return made


def page(
    session: Session,
    template: str,
    *,
    contact: Contact | None = None,
    status: int = 200,
    **values: Any,
) -> HTMLResponse:
    """A whole page in the clinic's look, in the contact's language where one is known."""
    return bare_page(
        template,
        organisation=_organisation(session),
        language=contact.language if contact else "en",
        status=status,
        **values,
    )


def bare_page(
    template: str,
    *,
    organisation: Organisation | None = None,
    language: str = "en",
    status: int = 200,
    **values: Any,
) -> HTMLResponse:
    """A page without a look at the database: what is shown when that does not answer."""
    html = (
        environment()
        .get_template(template)
        .render(
            organisation=organisation,
            language=language,
            mode=settings.current().mode,
            **values,
        )
    )
    return HTMLResponse(html, status_code=status)


def _organisation(session: Session) -> Organisation | None:
    try:
        return queries.organisation(session)
    except NotFound:
        return None
