"""A finished message, and a rendered one as checks read it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from campaigns.rendering import conditions as choosing
from campaigns.rendering.merge import Recipient, Values, filled, merged
from campaigns.rendering.models import Program
from campaigns.rendering.program import checked, places_of

WARN_BYTES = 80_000
"""An HTML part above this is near the size at which Gmail clips."""
MOST_BYTES = 100_000
"""An HTML part above this is clipped (at about 102 KB), and the footer goes with it."""
CLIPPED_AT = 102_000
"""Where Gmail clips it."""


@dataclass(frozen=True, slots=True)
class Message:
    """The finished thing for one contact."""

    subject: str
    html: str
    text: str
    headers: Mapping[str, str]

    @property
    def html_bytes(self) -> int:
        """The size of the HTML part."""
        return len(self.html.encode())


@dataclass(frozen=True, slots=True)
class Twins:
    """HTML and text of the same."""

    html: str
    text: str


@dataclass(frozen=True, slots=True)
class RenderedBlock:
    """One block as it stands in the message; `data` is what staff wrote, with values in place."""

    id: str
    type: str
    html: str
    text: str
    data: Mapping[str, Any]
    certain: Twins
    """What every reader of this block gets of it: nothing that a template keeps for some."""

    @property
    def segment(self) -> str:
        """The only segment whose contacts get it; empty: everyone does."""
        return str(self.data.get("visibility") or "")


@dataclass(frozen=True, slots=True)
class RenderedLink:
    """A tracked link; `kind` is `content` or `book`."""

    index: int
    url: str
    kind: str
    block: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A program with sample values in its places: what compliance reads."""

    subject: str
    preheader: str
    html: str
    text: str
    blocks: tuple[RenderedBlock, ...]
    links: tuple[RenderedLink, ...]
    headers: Mapping[str, str]
    """The headers that are the same for every contact."""
    urls: Mapping[str, str]
    """Sample addresses by name: unsubscribe, preferences, view."""
    certain: Twins
    """What every reader gets, whichever segments each is within."""

    @property
    def html_bytes(self) -> int:
        """The size of the HTML part; see WARN_BYTES and MOST_BYTES."""
        return len(self.html.encode())

    @classmethod
    def of(cls, program: Program) -> Self:
        """The program as one contact of whom nothing is known would see it, with every part."""
        return cls.of_content(checked(program), campaign_id=program.campaign_id)

    @classmethod
    def of_content(cls, content: Mapping[str, Any], *, campaign_id: int) -> Self:
        """The same for content that is not stored."""
        places = places_of(content)
        values = Values(sample(campaign_id))

        def html(text: str) -> str:
            return filled(text, places, values.html)

        def plain(text: str) -> str:
            return filled(text, places, values.text)

        def certain(twins: Mapping[str, Any], within: Collection[str] = ()) -> Twins:
            pieces = (
                choosing.certain(places.split(twins[each]), places.known, within)
                for each in ("html", "text")
            )
            of_html, of_text = pieces
            return Twins(
                merged(of_html, places.known, values.html),
                merged(of_text, places.known, values.text),
            )

        return cls(
            subject=plain(content["subject"]),
            preheader=plain(content["preheader"]),
            html=html(content["html"]),
            text=plain(content["text"]),
            blocks=tuple(
                RenderedBlock(
                    id=each["id"],
                    type=each["type"],
                    html=html(each["html"]),
                    text=plain(each["text"]),
                    data=each["data"],
                    certain=certain(each, {each["data"].get("visibility")}),
                )
                for each in content["blocks"]
            ),
            links=tuple(RenderedLink(**each) for each in content["links"]),
            headers={name: plain(each) for name, each in content["headers"].items()},
            urls={name: values.url(name) for name in ("unsubscribe", "preferences", "view")},
            certain=certain(content),
        )


def sample(
    campaign_id: int,
    *,
    first_name: str = "",
    last_name: str = "",
    code: str = "SAMPLE234567",
    conditions: Collection[str] = (),
) -> Recipient:
    """A recipient that is no one's delivery: its links lead nowhere."""
    return Recipient(
        address="sample@example.com",
        first_name=first_name,
        last_name=last_name,
        campaign_id=campaign_id,
        delivery_id=0,
        at=datetime(2000, 1, 1, tzinfo=UTC),
        code=code,
        conditions=frozenset(conditions),
    )
