"""Letters of the system's own: a folder each, rendered with their values as data."""

import re
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from jinja2 import TemplateError, TemplateNotFound

from campaigns import clock, public_urls, tokens
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Organisation
from campaigns.database import Session
from campaigns.errors import Invalid
from campaigns.notices import Notice
from campaigns.rendering import headers, templates
from campaigns.rendering.brand import Brand
from campaigns.rendering.inlining import inline_css
from campaigns.rendering.merge import tidy
from campaigns.rendering.message import Message
from campaigns.rendering.scene import Clinic, direction

_ADDRESS_LIKE = re.compile(r"[/@]|www\.", re.IGNORECASE)
_LONGEST_NAME = 80
_KIND = re.compile(r"[a-z_]+")


def render_notice(session: Session, notice: Notice) -> bytes:
    """A notice as a mail server takes it; its Message-ID is the same over all attempts.

    Raises Invalid for an unknown kind or a missing value, BadAddress for an undeliverable address.
    """
    organisation = accounts.organisation(session)
    letter = compose(
        organisation,
        kind=notice.kind,
        language=notice.language,
        values=notice.context | {"name": greeted(notice.name)},
    )
    message = EmailMessage(policy=SMTP)
    sender = headers.mailbox(organisation.sender_name, organisation.sender_address)
    message["From"] = sender
    message["To"] = headers.deliverable(notice.address)
    message["Reply-To"] = headers.mailbox(organisation.sender_name, organisation.reply_address)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(clock.now(session))
    domain = headers.domain_of(organisation.sender_address)
    message["Message-ID"] = tokens.notice_message_id(notice.id, domain=domain)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_notice{notice.id}")
    return message.as_bytes()


def compose(
    organisation: Organisation, *, kind: str, language: str, values: Mapping[str, Any]
) -> Message:
    """The letter of this kind with these values; raises Invalid for an unknown kind or value."""
    names = dict(values) | {
        "clinic": Clinic.of(organisation),
        "brand": Brand.of(organisation.brand),
        "language": language,
        "direction": direction(language),
        "asset": public_urls.asset,
    }
    subject = tidy(_rendered(kind, "subject.txt", language, names))
    names["subject"] = subject
    return Message(
        subject=subject,
        html=inline_css(_rendered(kind, "body.html", language, names)),
        text=_rendered(kind, "body.txt", language, names).strip("\n") + "\n",
        headers={},
    )


def greeted(name: str) -> str:
    """A name that a stranger may have typed, as a letter may greet it: no address hides in it."""
    plain = tidy(name)
    return "" if len(plain) > _LONGEST_NAME or _ADDRESS_LIKE.search(plain) else plain


def _rendered(kind: str, part: str, language: str, names: Mapping[str, Any]) -> str:
    if not _KIND.fullmatch(kind):
        raise Invalid(f"There is no letter of the kind {kind!r}.")
    try:
        return templates.environment(language).get_template(f"notices/{kind}/{part}").render(names)
    except TemplateNotFound as error:
        raise Invalid(f"There is no letter of the kind {kind}: {error.name} is missing.") from error
    except TemplateError as error:
        raise Invalid(f"The letter {kind} cannot be written ({part}): {error}.") from error
