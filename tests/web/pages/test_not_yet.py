"""What keeps a campaign from going out, said where somebody looks before it does."""

from datetime import datetime, timedelta

import pytest

from campaigns import clock
from campaigns.accounts.models import Organisation, Role, User
from campaigns.compliance import approval
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.planning import queries as planning
from campaigns.planning import timing
from campaigns.planning.models import CampaignStatus
from campaigns.promotions import lifecycle as offers
from campaigns.promotions.models import Package, Promotion
from tests.promotions.factories import add_price, make_slot
from tests.web.pages.campaign_desk import EVERYTHING, House, make_house
from tests.web.pages.campaigns import words
from tests.web.pages.desk import Desk, Seat

S = CampaignStatus
LETTER, OFFER = "/desk/campaigns/letter", "/desk/campaigns/offer"
INVITE = "/desk/settings/people/invite"


@pytest.fixture
def house(desk: Desk) -> House:
    return make_house(desk.sessions)


def scheduled(house: House, name: str, *, days: int = 2) -> datetime:
    """Approved, and to begin on the clinic's clock in some days; what that clock shows then."""
    house.approved(name)

    def settle(session: Session) -> datetime:
        make_slot(session, starts_at=clock.now(session) + timedelta(days=days + 2))
        campaign = planning.named(session, name)
        local = in_days(session, days)
        timing.wish(
            session, campaign, actor=house.cora, local=local, not_after=None, pace_per_minute=0
        )
        moment = timing.moment(session, campaign)
        approval.schedule(session, campaign, actor=house.cora, moment=moment, **EVERYTHING)
        return local

    return house.do(settle)


def in_days(session: Session, days: int) -> datetime:
    now = clock.now(session).astimezone(clock.zone("America/Chicago"))
    then = now + timedelta(days=days)
    return then.replace(hour=10, minute=0, second=0, microsecond=0, tzinfo=None)


def press(seat: Seat, path: str, **form: str) -> str:
    return words(seat.follow(seat.post(path, data=form)).text)


def no_legal_approver(session: Session) -> None:
    people = session.query(User).all()
    for each in people:
        each.roles = [role for role in each.roles if role != Role.LEGAL.value] or ["viewer"]


def test_a_pause_before_the_start_says_how_many_would_get_it(desk: Desk, house: House) -> None:
    scheduled(house, "letter")
    seat = desk.as_(user=house.cora)
    page = press(seat, f"{LETTER}/live/pause")
    assert "Paused before its start: 3 people would get it once somebody resumes it." in page
    assert "It is paused before its start: nobody has it yet." in page
    assert "it begins then, and 3 people get it." in page
    assert "It is scheduled again: it begins on" in press(seat, f"{LETTER}/live/resume")


def test_a_time_saved_while_it_is_held_is_when_it_begins_and_is_said(
    desk: Desk, house: House
) -> None:
    before = scheduled(house, "letter")
    seat = desk.as_(user=house.cora)
    seat.post(f"{LETTER}/live/pause")
    page = seat.get(f"{LETTER}/when").text
    assert f'value="{before:%Y-%m-%d}"' in page
    assert "It is paused before its start" in page
    then = house.do(lambda session: in_days(session, 5))
    form = {"how": "at", "day": f"{then:%Y-%m-%d}", "hour": "10:00", "then": "stay"}
    said = f"It begins on {then:%a %-d %b %Y}, 10:00"
    assert said in press(seat, f"{LETTER}/when", **form)
    assert "it begins on" in press(seat, f"{LETTER}/live/resume")
    letter = house.campaign("letter")
    assert (letter.status, letter.local_time) == (S.SCHEDULED, then)
    assert letter.scheduled_at == clock.moment(then, "America/Chicago").instant


def test_saving_only_the_pace_while_it_is_held_leaves_its_start(desk: Desk, house: House) -> None:
    before = scheduled(house, "letter")
    seat = desk.as_(user=house.cora)
    seat.post(f"{LETTER}/live/pause")
    day = f"{before:%Y-%m-%d}"
    seat.post(f"{LETTER}/when", data={"how": "at", "day": day, "hour": "10:00", "pace": "5"})
    seat.post(f"{LETTER}/live/resume")
    letter = house.campaign("letter")
    assert (letter.pace_per_minute, letter.local_time) == (5, before)


def test_a_draft_that_would_reach_nobody_says_so_on_every_step(desk: Desk, house: House) -> None:
    house.do(lambda session: session.query(Contact).update({"region": "XX"}))
    seat = desk.as_(user=house.cora)
    page = words(seat.get(f"{LETTER}/content").text)
    assert f'<li class="problem"><a href="{LETTER}/who"' in page
    assert f'Still to do: <a href="{LETTER}/who">Who</a> (nobody would get it)' in page
    page = seat.get(f"{LETTER}/check").text
    assert "Nobody would get it" in page
    assert "Nothing stops it" not in page
    assert "Nothing was found" not in page
    assert "Everyone the segment names would be skipped at the moment." in page


def test_a_role_that_nobody_has_is_said_with_the_way_to_invite_one(
    desk: Desk, house: House
) -> None:
    house.in_review("offer")
    assert "Nobody here is" not in desk.as_(user=house.olga).get("/desk").text
    house.do(no_legal_approver)
    olga, cora = desk.as_(user=house.olga), desk.as_(user=house.cora)
    for path in ("/desk", f"{OFFER}/review"):
        page = words(olga.get(path).text)
        assert "Nobody here is a legal approver yet." in page
        assert f'href="{INVITE}"' in page
        page = words(cora.get(path).text)
        assert "Nobody here is a legal approver yet. Ask an owner to invite one." in page
        assert f'href="{INVITE}"' not in page
    assert "Nobody here is" not in desk.as_(Role.COORDINATOR).get("/desk").text


def test_a_legal_approver_who_wrote_it_does_not_count_under_four_eyes(
    desk: Desk, house: House
) -> None:
    house.in_review("offer")
    house.do(no_legal_approver)

    def cora_is_legal(session: Session) -> User:
        cora = session.get_one(User, house.cora.id)
        cora.roles = [Role.COORDINATOR.value, Role.LEGAL.value]
        return cora

    seat = desk.as_(user=house.do(cora_is_legal))
    assert "Nobody else here is a legal approver yet." in seat.get("/desk").text
    house.do(lambda session: session.query(Organisation).update({"four_eyes": False}))
    page = seat.get(f"{OFFER}/review").text
    assert "Nobody else here" not in page
    assert "You sign as legal approver" in page


def test_without_four_eyes_nothing_is_said_of_them(desk: Desk, house: House) -> None:
    house.in_review("offer")
    house.do(no_legal_approver)

    def olga_wrote_it(session: Session) -> None:
        planning.named(session, "offer").author_id = house.olga.id

    house.do(olga_wrote_it)
    seat = desk.as_(user=house.olga)
    assert "Four eyes" in seat.get(f"{OFFER}/review").text
    house.do(lambda session: session.query(Organisation).update({"four_eyes": False}))
    page = seat.get(f"{OFFER}/review").text
    assert "Four eyes" not in page
    assert "Nobody here is a legal approver yet." in page


def test_a_scheduled_campaign_that_will_not_start_is_on_today_and_on_its_steps(
    desk: Desk, house: House
) -> None:
    scheduled(house, "offer")
    seat = desk.as_(user=house.cora)
    assert "will not start" not in seat.get("/desk").text
    house.do(
        lambda session: offers.pause(session, session.query(Promotion).one(), actor=house.cora)
    )
    page = words(seat.get("/desk").text)
    assert "Offer will not start:" in page
    assert f'href="{OFFER}/check"' in page
    assert "will not start" not in desk.as_(Role.DESK).get("/desk").text
    page = words(seat.get(f"{OFFER}/check").text)
    assert "It will not start as long as" in page
    assert "handed in until" not in page
    assert "It will not start" in seat.get(f"{OFFER}/review").text
    assert f'<li class="problem"><a href="{OFFER}/check"' in seat.get(f"{OFFER}/who").text


def test_a_text_that_asks_the_promotion_already_is_not_told_to(desk: Desk, house: House) -> None:
    scheduled(house, "offer")

    def dearer(session: Session) -> None:
        add_price(session, session.query(Package).one(), 256_000, since_days=0.001)

    house.do(dearer)
    page = words(desk.as_(user=house.cora).get(f"{OFFER}/check").text)
    assert "write {saving}" not in page
    assert "The text asks the promotion already" in page
