"""The same message made slowly and plainly: words replaced one by one, then Python's EmailMessage.

Nothing here uses what fills messages in the product: not its escaping, its quoted-printable, its
headers, nor the way it cuts texts into pieces.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from campaigns import settings, tokens
from campaigns.rendering.merge import Recipient
from campaigns.tokens import Family

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}
_TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


def one_line(value: str) -> str:
    """A value on one line, without controls and marks that turn the direction of what follows."""
    seen = "".join(
        " "
        if each.isspace() or unicodedata.category(each) in {"Cc", "Cs"} or each in _TURNING
        else each
        for each in value
    )
    return " ".join(part for part in seen.split(" ") if part)


def escaped(text: str) -> str:
    """A text as HTML, one character after the other."""
    return "".join(_ENTITIES.get(each, each) for each in text)


def headers(content: Mapping[str, Any], to: Recipient) -> dict[str, str]:
    """What each header says to the reader of a frozen letter; a subject is one line."""
    teller = _Teller(content, to)
    topic = content["sender"]["topic"]
    domain = content["sender"]["address"].rpartition("@")[2]
    unchanging = {name: teller.filled(value, str) for name, value in content["headers"].items()}
    return unchanging | {
        "Subject": one_line(unchanging["Subject"]),
        "To": to.address,
        "Date": format_datetime(to.at),
        "Message-ID": tokens.message_id(to.delivery_id, domain=domain),
        "List-Unsubscribe": (
            f"<{teller.url}/u/{teller.act}>, "
            f"<mailto:{content['sender']['reply_to']}?subject=unsubscribe%20{teller.act}>"
        ),
        "Feedback-ID": f"{to.campaign_id}:{topic}:newsletter:bedside",
    }


def message(content: Mapping[str, Any], to: Recipient) -> EmailMessage:
    """Text and HTML for the reader of a frozen letter."""
    teller = _Teller(content, to)
    made = EmailMessage(policy=SMTP)
    made.set_content(teller.filled(content["text"], str))
    made.add_alternative(teller.filled(content["html"], escaped), subtype="html")
    return made


def page(content: Mapping[str, Any], to: Recipient) -> str:
    """The HTML that the reader sees in a browser: the same without its pixel."""
    teller = _Teller(content, to, has_pixel=False)
    return teller.filled(content["html"], escaped)


class _Teller:
    """Knows what stands in each place for one reader."""

    def __init__(
        self, content: Mapping[str, Any], to: Recipient, *, has_pixel: bool = True
    ) -> None:
        self.has_pixel = has_pixel
        self.places = content["places"]
        self.word = content["nonce"] + r"x(\d+)z"
        self.to = to
        self.url = settings.current().public_url
        names = {"campaign_id": to.campaign_id, "delivery_id": to.delivery_id}
        self.track = tokens.mint(Family.TRACK, **names)
        self.act = tokens.mint(Family.ACT, **names)

    def filled(self, text: str, written: Callable[[str], str]) -> str:
        """A text with everything in its place, each place looked at once."""
        text = self._chosen(text)
        place = re.compile(f"https://{self.word}\\.invalid/|{self.word}")
        return place.sub(lambda found: self._said(_number(found), written), text)

    def _chosen(self, text: str) -> str:
        """The text without what is for others: the innermost condition first."""
        mark = re.compile(f"<!--{self.word}-->|{self.word}")
        while True:
            open_: tuple[re.Match[str], re.Match[str] | None] | None = None
            for found in mark.finditer(text):
                kind = self.places[_number(found)]["kind"]
                if kind == "when":
                    open_ = (found, None)
                elif kind == "otherwise" and open_:
                    open_ = (open_[0], found)
                elif kind == "end" and open_:
                    text = self._decided(text, *open_, found)
                    break
            else:
                return text

    def _decided(
        self, text: str, when: re.Match[str], other: re.Match[str] | None, end: re.Match[str]
    ) -> str:
        is_within = self.places[_number(when)]["name"] in self.to.conditions
        middle = other or end
        first = text[when.end() : middle.start()]
        second = text[other.end() : end.start()] if other else ""
        return text[: when.start()] + (first if is_within else second) + text[end.end() :]

    def _said(self, number: int, written: Callable[[str], str]) -> str:
        place = self.places[number]
        match place["kind"]:
            case "field":
                known = {
                    "first_name": self.to.first_name,
                    "last_name": self.to.last_name,
                    "email": self.to.address,
                    "code": self.to.code,
                }
                return written(one_line(known[place["name"]]) or place["fallback"])
            case "link":
                return written(f"{self.url}/c/{self.track}/{place['number']}")
            case "untracked":
                return written(place["name"])
            case "pixel":
                return self._pixel() if self.has_pixel and written is escaped else ""
            case "url":
                return written(self._address(place["name"]))
            case _:
                return ""

    def _address(self, name: str) -> str:
        letter = {"unsubscribe": "u", "preferences": "p"}.get(name, "v")
        return f"{self.url}/{letter}/{self.track if letter == 'v' else self.act}"

    def _pixel(self) -> str:
        return (
            f'<img src="{self.url}/o/{self.track}.gif" width="1" height="1" alt="" '
            'style="display:block;width:1px;height:1px;border:0">'
        )


def _number(found: re.Match[str]) -> int:
    return int(next(each for each in found.groups() if each is not None))
