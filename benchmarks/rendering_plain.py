"""The same message the usual ways: a Jinja template and Python's EmailMessage for each contact."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from html import unescape
from itertools import takewhile
from typing import Any, Self

from jinja2 import Environment, Template
from markupsafe import escape
from premailer import Premailer

from campaigns import public_urls, tokens
from campaigns.rendering.merge import Recipient
from campaigns.rendering.places import Kind, Place, Places
from campaigns.rendering.program import places_of
from campaigns.tokens import Family

_BLOCK_MARK = r"<!--{nonce}[be]\d+z-->"
_PIXEL = (
    '<img src="{{ public }}/o/{{ track }}.gif" width="1" height="1" alt="" '
    'style="display:block;width:1px;height:1px;border:0">'
)
_STYLE = re.compile(r'(?<= style=")([^"]*)(?=")')
_URLS = {"unsubscribe": "u/{{ act }}", "preferences": "p/{{ act }}", "view": "v/{{ track }}"}


def _expression(place: Place) -> str:
    """What a template writer would write in this place."""
    match place.kind:
        case Kind.FIELD:
            name = "address" if place.name == "email" else place.name
            return f"{{{{ contact.{name} or {place.fallback!r} }}}}"
        case Kind.LINK:
            return f"{{{{ public }}}}/c/{{{{ track }}}}/{place.number}"
        case Kind.URL:
            return f"{{{{ public }}}}/{_URLS[place.name]}"
        case Kind.UNTRACKED:
            return str(escape(place.name))
        case Kind.PIXEL:
            return _PIXEL
        case _:
            return ""


def _template(text: str, places: Places, *, autoescape: bool) -> Template:
    pieces = places.split(text)
    if any(isinstance(each, str) and re.search(r"\{[{%#]", each) for each in pieces):
        raise SystemExit("The letter itself has Jinja's delimiters.")
    source = "".join(
        each if isinstance(each, str) else _expression(places.known[each]) for each in pieces
    )
    return Environment(autoescape=autoescape, keep_trailing_newline=True).from_string(source)  # noqa: S701


def _not_inlined(page: str, frozen: Mapping[str, Any]) -> str:
    """The page as it stood before inlining, its links tracked like those of the frozen one."""
    page = re.sub(_BLOCK_MARK.format(nonce=frozen["nonce"]), "", page)
    words = {
        place["name"] + str(place["number"]): f"https://{frozen['nonce']}x{number}z.invalid/"
        for number, place in enumerate(frozen["places"])
        if place["kind"] == Kind.LINK
    }
    for link in frozen["links"]:
        stood = words["book0"] if link["kind"] == "book" else escape(link["url"])
        word = words[f"link{link['index']}"]
        page = page.replace(f'href="{stood}"', f'href="{word}"')
    return page


@dataclass(frozen=True)
class Plain:
    """Both usual ways, with everything that can be prepared prepared."""

    subject: Template
    html: Template
    page: Template
    text: Template
    headers: Mapping[str, str]
    sender: Mapping[str, str]

    @classmethod
    def of(cls, frozen: Mapping[str, Any], *, page: str) -> Self:
        """The templates of a frozen letter; `page` is its HTML before inlining."""
        places = places_of(frozen)
        return cls(
            subject=_template(frozen["headers"]["Subject"], places, autoescape=False),
            html=_template(frozen["html"], places, autoescape=True),
            page=_template(_not_inlined(page, frozen), places, autoescape=True),
            text=_template(frozen["text"], places, autoescape=False),
            headers={name: each for name, each in frozen["headers"].items() if name != "Subject"},
            sender=frozen["sender"],
        )

    def with_jinja(self, to: Recipient) -> bytes:
        """Jinja on the page inlined once, then EmailMessage."""
        names = _names(to)
        return self._message(to, self.html.render(names), names)

    def with_premailer(self, to: Recipient) -> bytes:
        """Jinja, then premailer, then EmailMessage."""
        names = _names(to)
        inlined = Premailer(
            self.page.render(names),
            allow_network=False,
            strip_important=False,
            remove_classes=False,
            disable_validation=True,
            disable_link_rewrites=True,
            disable_basic_attributes=["width", "height"],
            align_floating_images=False,
            cssutils_logging_level=logging.CRITICAL,
        ).transform(pretty_print=False)
        return self._message(to, inlined, names)

    def _message(self, to: Recipient, html: str, names: Mapping[str, Any]) -> bytes:
        message = EmailMessage(policy=policy.SMTP)
        domain = self.sender["address"].rpartition("@")[2]
        message["To"] = to.address
        message["Date"] = format_datetime(to.at)
        message["Message-ID"] = tokens.message_id(to.delivery_id, domain=domain)
        message["List-Unsubscribe"] = f"<{public_urls.unsubscribe(names['act'])}>"
        message["Feedback-ID"] = f"{to.campaign_id}:{self.sender['topic']}:newsletter:bedside"
        message["Subject"] = self.subject.render(names)
        for name, value in self.headers.items():
            message[name] = value
        message.set_content(self.text.render(names), cte="quoted-printable")
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        tokens.mint_verp(campaign_id=to.campaign_id, delivery_id=to.delivery_id)
        return message.as_bytes()


def _names(to: Recipient) -> dict[str, Any]:
    delivery = {"campaign_id": to.campaign_id, "delivery_id": to.delivery_id}
    return {
        "contact": to,
        "public": public_urls.click("", "").partition("/c/")[0],
        "track": tokens.mint(Family.TRACK, **delivery),
        "act": tokens.mint(Family.ACT, **delivery),
    }


def agree(messages: list[bytes]) -> None:
    """Stop unless all messages say the same subject, text and HTML."""
    first, *others = [_said(each) for each in messages]
    for other in others:
        for ours, theirs in zip(first, other, strict=True):
            if ours != theirs:
                raise SystemExit(f"Two ways say different things: {_apart(ours, theirs)}")


def _apart(one: str, other: str) -> str:
    """Where two texts part ways."""
    at = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return f"{one[max(at - 60, 0) : at + 60]!r} and {other[max(at - 60, 0) : at + 60]!r}"


def _said(raw: bytes) -> tuple[str, str, str]:
    message = message_from_bytes(raw, policy=policy.default)
    text, html = (
        str(each.get_content()).replace("\r\n", "\n").rstrip("\n")
        for each in message.iter_parts()
        if isinstance(each, EmailMessage)
    )
    return str(message["Subject"]), text, _STYLE.sub(_in_order, unescape(html))


def _in_order(style: re.Match[str]) -> str:
    """A style as premailer writes it: the declarations by name."""
    return "; ".join(sorted(each.strip() for each in style.group(1).split(";") if each.strip()))
