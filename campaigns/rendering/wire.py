"""A program on the wire: literals encoded at freeze are joined with one contact's values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from campaigns import settings, tokens
from campaigns.errors import Invalid
from campaigns.rendering import conditions, headers, quoted
from campaigns.rendering.conditions import Twin
from campaigns.rendering.merge import Recipient, Values, merged
from campaigns.rendering.models import Program
from campaigns.rendering.places import Kind, Pieces, Place
from campaigns.rendering.program import checked, conditions_of, places_of

__all__ = ["Canonical", "Recipient", "Wire"]

_PART = (
    "--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
)
_PLANS = 128
"""As many different readers, by what they are shown, as a worker prepares for at once."""


class Canonical(bytes):
    """A message whose body is its own relaxed form (RFC 6376, 3.4.4): a signer hashes it as is."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """The rest of a message for readers of the same segments: bytes with gaps, and who fills them.

    Every literal between two gaps is one run of bytes.
    """

    runs: tuple[bytes, ...]
    asked: tuple[tuple[Place, Twin], ...]
    """What has to be written once for a reader."""
    gaps: tuple[tuple[int, int], ...]
    """Where each of the runs is empty, and which of `asked` goes there."""

    @classmethod
    def of(cls, steps: Sequence[str | tuple[Place, Twin]]) -> Self:
        """Steps in order: ASCII that is ready, and places of a twin."""
        runs: list[bytes] = []
        asked: dict[tuple[Place, Twin], int] = {}
        gaps: list[tuple[int, int]] = []
        literal: list[str] = []
        for step in steps:
            if isinstance(step, str):
                literal.append(step)
                continue
            runs += ["".join(literal).encode("ascii"), b""]
            literal = []
            gaps.append((len(runs) - 1, asked.setdefault(step, len(asked))))
        runs.append("".join(literal).encode("ascii"))
        return cls(tuple(runs), tuple(asked), tuple(gaps))

    def filled(self, head: str, values: Values) -> Canonical:
        """The whole message of one reader, under these headers."""
        written = [
            quoted.encoded(values.html(place) if twin == "html" else values.text(place)).encode()
            for place, twin in self.asked
        ]
        runs = [head.encode("ascii"), *self.runs]
        for at, which in self.gaps:
            runs[at + 1] = written[which]
        return Canonical(b"".join(runs))


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
    _plans: dict[frozenset[str], _Plan] = field(default_factory=dict, compare=False, repr=False)

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
        if not recipient.code and any(place.name == "code" for place, _ in plan.asked):
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

    def _plan(self, within: frozenset[str]) -> _Plan:
        """What readers of these segments get, put together once."""
        plan = self._plans.get(within)
        if plan is None:
            plan = _Plan.of(
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

    def _steps(
        self, pieces: Pieces, twin: Twin, within: frozenset[str]
    ) -> list[str | tuple[Place, Twin]]:
        shown = conditions.shown(pieces, self.known, within)
        return [each if isinstance(each, str) else (self.known[each], twin) for each in shown]
