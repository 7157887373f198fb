"""A test message from any step of a campaign: to up to five addresses, as whom one likes."""

import re
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response

from campaigns import registry
from campaigns.delivery import trial
from campaigns.errors import BedsideError, Conflict, Invalid, NotAllowed, NotFound
from campaigns.planning import queries
from campaigns.planning.models import Campaign
from campaigns.web import desk, forms, throttle
from campaigns.web.forms import Form, Posted
from campaigns.web.pages.campaigns.campaign_frame import frame
from campaigns.web.pages.content import content_readers
from campaigns.web.pages.content.content_readers import Reader, Seen
from campaigns.web.visit import Visit, Visiting

router = APIRouter(prefix="/desk/campaigns/{name}/test")

BACK = ("content", "check", "review")
"""The steps it is sent from, and led back to."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the addresses."""

    went: list[str]
    refused: list[str]

    @property
    def said(self) -> str:
        """Both in a sentence or two."""
        accepted = f"The mail server accepted a test message for {' and '.join(self.went)}."
        first = f"{accepted} It counts nowhere." if self.went else "No test message left."
        return " ".join([first, *self.refused])


@router.get("")
def ask(visit: Visit, name: str) -> Response:
    """The form on a page of its own."""
    campaign = queries.named(visit.session, name)
    typed = forms.blank(to=visit.user.address, person="sample", back="content")
    return _page(visit, campaign, typed)


@router.post("")
def send(visit: Visit, name: str, posted: Posted) -> Response:
    """Send it to each address; where one of them cannot be, none is sent."""
    campaign = queries.named(visit.session, name)
    typed = forms.blank(**{each: str(posted.get(each, "")) for each in ("to", "person", "back")})
    wanted = list(dict.fromkeys(each for each in re.split(r"[\s,;]+", typed.value("to")) if each))
    try:
        reader = _reader(visit, typed.value("person"))
        _require(visit, wanted)
        sent = _sent(visit, campaign, wanted, reader)
    except NotAllowed:
        raise
    except BedsideError as error:
        said = str(error) if isinstance(error, Invalid) else f"It did not leave. {error}"
        typed.refuse("to", said)
        return _page(visit, campaign, typed, status=error.status)
    back = typed.value("back") if typed.value("back") in BACK else BACK[0]
    tone: desk.Tone = "bad" if sent.refused else "good"
    return desk.moved(f"/desk/campaigns/{campaign.name}/{back}", say=sent.said, tone=tone)


def _reader(visit: Visiting, person: str) -> Reader | None:
    """As whom; None: as whoever works here under the address, else as somebody invented."""
    if person in ("", "sample"):
        return None
    return content_readers.reader_of(visit.session, visit.user, Seen(person=person))


def _require(visit: Visiting, wanted: list[str]) -> None:
    if not wanted:
        raise Invalid("Type at least one address.")
    if len(wanted) > trial.MOST:
        raise Invalid(f"A test goes to {trial.MOST} addresses at most.")
    for each in wanted:
        try:
            trial.require_writable(visit.session, each)
        except Conflict as error:
            raise Conflict(f"{each}: {error}") from error
    for _each in wanted:
        throttle.check("test message", str(visit.user.id))


def _sent(visit: Visiting, campaign: Campaign, wanted: list[str], reader: Reader | None) -> Sent:
    """Every address is tried; raises the first refusal where not one was taken."""
    went: list[str] = []
    refused: list[BedsideError] = []
    for each in wanted:
        try:
            trial.send_by_hand(
                visit.session,
                campaign,
                actor=visit.user,
                to=each,
                reader=reader.who if reader else None,
                facts=registry.FACTS,
            )
        except (NotAllowed, NotFound, Invalid):
            raise
        except BedsideError as error:
            refused.append(error)
        else:
            went.append(each)
    if not went:
        raise refused[0]
    left = [each for each in wanted if each not in went]
    return Sent(went, [f"{to}: {why}" for to, why in zip(left, refused, strict=True)])


def _page(visit: Visiting, campaign: Campaign, typed: Form[Any], *, status: int = 200) -> Response:
    person = typed.value("person")
    try:
        reader = content_readers.reader_of(visit.session, visit.user, Seen(person=person))
    except NotFound:
        reader = content_readers.reader_of(visit.session, visit.user, Seen())
    return visit.page(
        "desk/campaigns/test.html",
        status=status,
        frame=frame(visit.session, campaign, visit.user, step="content"),
        campaign=campaign,
        typed=typed,
        reader=reader,
        invented=content_readers.INVENTED,
    )
