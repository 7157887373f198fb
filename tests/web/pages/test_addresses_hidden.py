"""Who may not see contacts gets no address of anybody from any page of the table."""

import re
from collections.abc import Iterator, Mapping

import pytest
from sqlalchemy import select

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Role, User
from campaigns.bookings.models import Booking
from campaigns.contacts import queries as contacts
from campaigns.contacts.models import Contact
from campaigns.database import Session, Sessions
from campaigns.delivery import stopping
from campaigns.local import sample
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.promotions.models import Package, Promotion
from campaigns.web import permissions
from campaigns.web.pages.campaigns import live as live_page
from campaigns.web.pages.campaigns import live_board
from tests.browser import run_apart
from tests.web.pages.desk import Desk

TOLD = "Ada (ada@example.com) rang, says cora@renew-health.example.com"
EVENTS = "/desk/campaigns/{name}/live/events"
PAGES = [
    path
    for method, _, path in (row.partition(" ") for row in permissions.ROUTES)
    if method == "GET" and path.startswith("/desk") and path != EVENTS
]
NAMED = re.compile(r"\{(\w+)\}")


@pytest.fixture
def clinic(committed: Sessions) -> Sessions:
    """The sample clinic: everything is paused, and so is a campaign that began, with a reason."""
    sample.load(committed)
    with committed.begin() as session:
        olive = accounts.user(session, sample.OWNER)
        stopping.pause_all(session, actor=olive)
        campaign = session.scalars(select(Campaign).where(Campaign.name == "package-savings")).one()
        campaign.status, campaign.started_at = CampaignStatus.SENDING, clock.now(session)
        session.flush()
        stopping.pause(session, campaign, actor=olive, reason=TOLD)
    return committed


def known(session: Session) -> dict[str, list[str]]:
    """What may stand in the place of each name in an address."""
    ada = contacts.by_address(session, "ada@example.com")
    return {
        "name": [*session.scalars(select(Campaign.name)), "nobody"],
        "code": [*session.scalars(select(Package.code)), *session.scalars(select(Promotion.code))],
        "reference": [*session.scalars(select(Booking.reference).limit(2)), "BK-NONE"],
        "contact_id": [str(ada.id)],
        "user_id": [str(accounts.user(session, sample.OWNER).id)],
        "block": ["greeting"],
        "deed": ["end"],
    }


def addresses_of(path: str, values: Mapping[str, list[str]]) -> Iterator[str]:
    """This row of the table with names filled in, one after the other."""
    names = NAMED.findall(path)
    if not names:
        yield path
        return
    for value in values.get(names[0], ["1"]):
        filled = path.replace(f"{{{names[0]}}}", value, 1)
        for name in names[1:]:
            filled = filled.replace(f"{{{name}}}", values.get(name, ["1"])[0], 1)
        yield filled


@pytest.mark.parametrize("person", [sample.VIEWER, sample.CLINICAL, sample.LEGAL])
def test_who_may_not_see_contacts_reads_no_address_on_any_page(
    clinic: Sessions, person: str
) -> None:
    with clinic() as session:
        user = accounts.user(session, person)
        hidden = {each.lower() for each in session.scalars(select(Contact.address)) if each}
        if Role.VIEWER.value in user.roles:
            hidden |= {each.lower() for each in session.scalars(select(User.address))} - {person}
        paths = [each for path in PAGES for each in addresses_of(path, known(session))]
    seat = Desk(clinic).as_(user=user)
    shown, answers = {}, set()
    for path in paths:
        page = seat.get(path)
        answers.add(page.status_code)
        found = {each for each in hidden if each in page.text.lower()}
        if found:
            shown[path] = found
    assert shown == {}
    assert 200 in answers
    assert not {each for each in answers if each >= 500}


def test_all_sending_was_paused_by_a_name_and_a_reason_is_masked(clinic: Sessions) -> None:
    seat = Desk(clinic).as_(Role.VIEWER)
    assert "Olive Owner paused it" in seat.get("/desk/campaigns").text
    page = seat.get("/desk/campaigns/package-savings/live").text
    assert "Ada (a***@example.com) rang, says c***@renew-health.example.com" in page


def test_the_stream_of_a_campaign_says_that_it_is_held_and_not_by_whom(clinic: Sessions) -> None:
    with clinic() as session:
        [campaign_id] = session.scalars(
            select(Campaign.id).where(Campaign.name == "package-savings")
        )
    board = live_board.Board(clinic)

    async def listen() -> str:
        said = ""
        async for each in live_page._events(board, campaign_id, known=""):
            said += each
            if "event: state" in each:
                break
        return said

    said = run_apart(listen())
    assert "data: paused|held|" in said
    assert "@" not in said
    assert "Olive" not in said
