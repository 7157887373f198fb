"""A program on the wire: literals encoded at freeze are joined with one contact's values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from campaigns import settings, tokens
from campaigns.errors import Invalid
from campaigns.rendering import conditions, gaps, headers, quoted
from campaigns.rendering.conditions import Twin
from campaigns.rendering.gaps import Asked, Canonical, Gapped
from campaigns.rendering.merge import Recipient, Values, merged
from campaigns.rendering.models import Program
from campaigns.rendering.places import Kind, Pieces, Place
from campaigns.rendering.program import checked, conditions_of, places_of

__all__ = ["Canonical", "Recipient", "Wire"]

_PART = (
    "--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
)
_PLANS = 32
"""As many different readers, by what they are shown, as a worker prepares for at once."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A program ready to be filled; its content never changes, so that workers keep it."""

    head: str
    boundary: str
    subject: Pieces
    """Empty where every reader's subject is the same and stands in the head."""
    text: Pieces
    html: Pieces
    known: Sequence[Place]
    conditions: tuple[str, ...]
    topic: str
    sender: str
    reply_to: str
    is_listed: bool
    _plans: dict[frozenset[str], Gapped] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, program: Program) -> Self:
        """The wire form of a stored program."""
        return cls.of_content(checked(program))

    @classmethod
    def of_content(cls, content: Mapping[str, Any]) -> Self:
        """The wire form of content that is not stored."""
        boundary = f"=_{content['nonce']}"
        places = places_of(content)
        unchanging = dict(content["headers"])
        subject = places.split(unchanging[headers.SUBJECT])
        if len(subject) > 1:
            del unchanging[headers.SUBJECT]
        return cls(
            head=f"{headers.frozen(unchanging)}MIME-Version: 1.0\r\n"
            f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n',
            boundary=boundary,
            subject=subject if len(subject) > 1 else [],
            text=content["wire"]["text"],
            html=content["wire"]["html"],
            known=places.known,
            conditions=conditions_of(content),
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
        return replace(self, text=[quoted.encoded(f"{line}\n\n"), *self.text], _plans={})

    def fill(self, recipient: Recipient, *, banner: str = "") -> Canonical:
        """The message of one contact (RFC 5322, CRLF, ASCII only, no line begins with a dot).

        `banner` is HTML above the letter.

        Raises Invalid where a promo code is needed and missing, BadAddress for an address that
        would need SMTPUTF8.
        """
        values = Values(recipient, banner=banner)
        plan = self._plan(recipient.conditions)
        if plan.shows_code and not recipient.code:
            raise Invalid("This message shows a promo code, and this contact has none.")
        personal = headers.personal(
            values,
            topic=self.topic,
            sender=self.sender,
            reply_to=self.reply_to,
            listed=self.is_listed,
        )
        head = headers.joined(personal)
        if self.subject:
            head += headers.subject(merged(self.subject, self.known, values.text))
        return plan.filled(head, values)

    def return_path(self, recipient: Recipient) -> str:
        """The envelope sender of one contact's message: bounces name the delivery by it (VERP)."""
        domain = settings.current().bounce_domain or headers.domain_of(self.sender)
        token = tokens.mint_verp(
            campaign_id=recipient.campaign_id, delivery_id=recipient.delivery_id
        )
        return f"bounce-{token}@{domain}"

    def _plan(self, within: frozenset[str]) -> Gapped:
        """What readers of these segments get, put together once."""
        plan = self._plans.get(within)
        if plan is None:
            plan = Gapped.of(
                [
                    self.head,
                    _PART.format(boundary=self.boundary, kind="plain"),
                    *self._steps(self.text, "text", within),
                    f"\r\n{_PART.format(boundary=self.boundary, kind='html')}",
                    *self._steps(self.html, "html", within),
                    f"\r\n--{self.boundary}--\r\n",
                ]
            )
            if len(self._plans) >= _PLANS:
                self._plans.clear()
            self._plans[within] = plan
        return plan

    def _steps(self, pieces: Pieces, twin: Twin, within: frozenset[str]) -> list[str | Asked]:
        done: list[str | Asked] = []
        for each in conditions.shown(pieces, self.known, within):
            done += [each] if isinstance(each, str) else gaps.steps(self.known[each], twin)
        return done
