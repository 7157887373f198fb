"""A program on the wire: literals encoded at freeze are joined with one contact's values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from campaigns import settings, tokens
from campaigns.errors import Invalid
from campaigns.rendering import headers, quoted
from campaigns.rendering.merge import Recipient, Values
from campaigns.rendering.models import Program
from campaigns.rendering.places import Kind, Pieces, Place
from campaigns.rendering.program import checked, places_of

__all__ = ["Recipient", "Wire"]

_PART = (
    "--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Wire:
    """A program ready to be filled; immutable, so that workers keep it."""

    head: str
    boundary: str
    text: Pieces
    html: Pieces
    known: Sequence[Place]
    topic: str
    sender: str
    reply_to: str
    is_listed: bool

    @classmethod
    def of(cls, program: Program) -> Self:
        """The wire form of a stored program."""
        return cls.of_content(checked(program))

    @classmethod
    def of_content(cls, content: Mapping[str, Any]) -> Self:
        """The wire form of content that is not stored."""
        boundary = f"=_{content['nonce']}"
        unchanging = headers.frozen(content["headers"])
        return cls(
            head=f"{unchanging}MIME-Version: 1.0\r\n"
            f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n',
            boundary=boundary,
            text=content["wire"]["text"],
            html=content["wire"]["html"],
            known=places_of(content).known,
            topic=content["sender"]["topic"],
            sender=content["sender"]["address"],
            reply_to=content["sender"]["reply_to"],
            is_listed=headers.is_listed(content["headers"]),
        )

    @property
    def needs_code(self) -> bool:
        """Whether each contact must bring a promo code of their own."""
        return any(each.kind is Kind.FIELD and each.name == "code" for each in self.known)

    def opened_with(self, line: str) -> Self:
        """The same with this line above its text."""
        return replace(self, text=[quoted.encoded(f"{line}\n\n"), *self.text])

    def fill(self, recipient: Recipient, *, banner: str = "") -> bytes:
        """The message of one contact (RFC 5322, CRLF, ASCII only, no line begins with a dot).

        `banner` is HTML above the letter.

        Raises Invalid where a promo code is needed and missing, BadAddress for an address that
        would need SMTPUTF8.
        """
        if self.needs_code and not recipient.code:
            raise Invalid("This message shows a promo code, and this contact has none.")
        values = Values(recipient, banner=banner)
        personal = headers.personal(
            values,
            topic=self.topic,
            sender=self.sender,
            reply_to=self.reply_to,
            listed=self.is_listed,
        )
        return "".join(
            (
                headers.joined(personal),
                self.head,
                _PART.format(boundary=self.boundary, kind="plain"),
                *self._filled(self.text, values.text),
                f"\r\n{_PART.format(boundary=self.boundary, kind='html')}",
                *self._filled(self.html, values.html),
                f"\r\n--{self.boundary}--\r\n",
            )
        ).encode("ascii")

    def return_path(self, recipient: Recipient) -> str:
        """The envelope sender of one contact's message: bounces name the delivery by it (VERP)."""
        domain = settings.current().bounce_domain or headers.domain_of(self.sender)
        token = tokens.mint_verp(
            campaign_id=recipient.campaign_id, delivery_id=recipient.delivery_id
        )
        return f"bounce-{token}@{domain}"

    def _filled(self, pieces: Pieces, value: Callable[[Place], str]) -> list[str]:
        return [
            each if isinstance(each, str) else quoted.encoded(value(self.known[each]))
            for each in pieces
        ]
