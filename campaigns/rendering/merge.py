"""Put one contact's values into their places, escaped for where they stand."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from html import escape

from campaigns import public_urls, tokens
from campaigns.rendering import conditions
from campaigns.rendering.places import Kind, Pieces, Place, Places
from campaigns.tokens import Family

_HIDDEN = re.compile(
    "[\\s\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff]+"
)
"""White space, control characters, halves of letters, and marks that turn what follows."""
_TIDY = re.compile(r"[!-~]+(?: [!-~]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One contact's values, and the moment at which the message is written."""

    address: str
    first_name: str
    campaign_id: int
    delivery_id: int
    at: datetime
    last_name: str = ""
    code: str = ""
    conditions: frozenset[str] = frozenset()
    """The segments that this contact is within, of those that the message asks for."""


def tidy(value: str) -> str:
    """A contact's value on one line, without marks that could disturb the rest of the text."""
    return value if _TIDY.fullmatch(value) else _HIDDEN.sub(" ", value).strip()


@dataclass(frozen=True)
class Values:
    """What stands in each place for one recipient; previews and views have no pixel."""

    recipient: Recipient
    has_pixel: bool = True
    banner: str = ""
    """HTML that the browser view shows above the message."""

    @cached_property
    def track(self) -> str:
        """The token of opens, clicks and the browser view."""
        return self._mint(Family.TRACK)

    @cached_property
    def act(self) -> str:
        """The token that may unsubscribe and choose topics."""
        return self._mint(Family.ACT)

    def text(self, place: Place) -> str:
        """The value as it is."""
        match place.kind:
            case Kind.FIELD:
                return tidy(self._field(place.name)) or place.fallback
            case Kind.LINK:
                return public_urls.click(self.track, place.number)
            case Kind.URL:
                return self.url(place.name)
            case Kind.UNTRACKED:
                return place.name
            case _:
                return ""

    def html(self, place: Place) -> str:
        """The value as HTML text or attribute."""
        if place.kind is Kind.PIXEL:
            return self._pixel() if self.has_pixel else ""
        return self.banner if place.kind is Kind.BANNER else escape(self.text(place))

    def url(self, name: str) -> str:
        """One of the addresses that each contact has of their own."""
        match name:
            case "unsubscribe":
                return public_urls.unsubscribe(self.act)
            case "preferences":
                return public_urls.preferences(self.act)
            case _:
                return public_urls.view(self.track)

    def _field(self, name: str) -> str:
        match name:
            case "first_name":
                return self.recipient.first_name
            case "last_name":
                return self.recipient.last_name
            case "email":
                return self.recipient.address
            case _:
                return self.recipient.code

    def _pixel(self) -> str:
        source = escape(public_urls.opened(self.track))
        return (
            f'<img src="{source}" width="1" height="1" alt="" '
            'style="display:block;width:1px;height:1px;border:0">'
        )

    def _mint(self, family: Family) -> str:
        return tokens.mint(
            family,
            campaign_id=self.recipient.campaign_id,
            delivery_id=self.recipient.delivery_id,
        )


def merged(pieces: Pieces, known: Sequence[Place], value: Callable[[Place], str]) -> str:
    """The pieces as one text, each place filled by `value`."""
    return "".join(each if isinstance(each, str) else value(known[each]) for each in pieces)


def filled(
    text: str,
    places: Places,
    value: Callable[[Place], str],
    *,
    within: Collection[str] | None = None,
) -> str:
    """A text as a contact of these segments gets it; every part of it where None is given."""
    shown = conditions.shown(places.split(text), places.known, within)
    return merged(shown, places.known, value)
