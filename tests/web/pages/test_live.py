"""A campaign while it goes out: what is told as it happens, and what pause and resume do."""

import asyncio
import re
import signal
from datetime import timedelta
from typing import Any

import httpx
import pytest
import uvicorn

from campaigns import clock, database
from campaigns.accounts.models import Organisation, Role
from campaigns.database import Session
from campaigns.delivery import dispatch, throttle
from campaigns.delivery.models import Delivery, DeliveryStatus, Reason
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign, CampaignStatus
from campaigns.promotions.models import Promotion
from campaigns.registry import REGISTRY
from campaigns.reporting import watching
from campaigns.web.__main__ import StreamEnding
from campaigns.web.app import create_app
from campaigns.web.pages.campaigns import live as live_page
from campaigns.web.pages.campaigns import live_board
from campaigns.web.pages.campaigns.live_board import Board
from campaigns.web.staff import COOKIE
from tests.browser import run_apart
from tests.web.pages.campaign_desk import House, make_house
from tests.web.pages.desk import OWN, Desk, Live, Seat, sign_in

LIVE = "/desk/campaigns/letter/live"
S, D = CampaignStatus, DeliveryStatus


@pytest.fixture
def house(desk: Desk) -> House:
    return make_house(desk.sessions)


def _sending(house: House, name: str = "letter") -> None:
    """Started, its audience of four written down: three wait, one is skipped."""
    house.scheduled(name)
    dispatch.start_due(house.sessions, REGISTRY)
    dispatch.freeze_prepared(house.sessions, REGISTRY)
    assert house.status(name) is S.SENDING


def _set(house: House, *states: tuple[DeliveryStatus, Reason]) -> None:
    """What became of those who waited, in order."""

    def settle(session: Session) -> None:
        rows = session.query(Delivery).filter_by(status=D.QUEUED).order_by(Delivery.id)
        now = clock.now(session)
        for row, (status, reason) in zip(rows.all(), states, strict=False):
            row.status, row.reason, row.batch_id = status, reason, None
            row.sent_at = now if status is D.SENT else None

    house.do(settle)


def _press(seat: Seat, path: str, **form: str) -> str:
    answer = seat.post(path, data=form)
    return seat.follow(answer).text if answer.status_code == 303 else answer.text


def _number(house: House) -> int:
    return house.campaign("letter").id


def _told(board: Board, campaign_id: int, *, known: str = "", most: int = 3) -> list[str]:
    """The first things that a stream says."""

    async def listen() -> list[str]:
        said = []
        stream = live_page._events(board, campaign_id, known=known)
        async for each in stream:
            said.append(each)
            if len(said) == most:
                break
        await stream.aclose()  # type: ignore[attr-defined]
        return said

    return run_apart(listen())


def test_before_it_may_begin_the_way_leads_to_the_review(desk: Desk, house: House) -> None:
    answer = desk.as_(user=house.cora).get(LIVE)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/desk/campaigns/letter/review",
    )


def test_scheduled_it_says_when_it_begins(desk: Desk, house: House) -> None:
    house.scheduled("letter")
    page = desk.as_(user=house.cora).get(LIVE).text
    assert "It begins by itself on" in page
    assert "Nobody has it yet." in page


def test_while_it_goes_out_each_part_of_the_audience_is_told(desk: Desk, house: House) -> None:
    _sending(house)
    _set(house, (D.SENT, Reason.NONE), (D.UNCERTAIN, Reason.NONE), (D.FAILED, Reason.REFUSED))
    page = desk.as_(user=house.cora).get(LIVE).text
    assert "It is going out" in page
    assert "4 of 4 done with" in page
    assert "Never agreed to this topic." in page
    assert "The mail server refused it." in page
    assert "It may have arrived, so it is not sent again by itself." in page
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in page


def test_a_pause_says_to_whom_it_happens_and_can_be_taken_back(desk: Desk, house: House) -> None:
    _sending(house)
    _set(house, (D.SENT, Reason.NONE))
    seat = desk.as_(user=house.cora)
    assert "1 person has it and keep it; 2 wait until" in seat.get(LIVE).text
    page = _press(seat, f"{LIVE}/pause", reason="the price is wrong")
    assert "Paused. 1 have it; 2 wait until somebody resumes it." in page
    assert "By Cora: the price is wrong." in page
    assert house.status("letter") is S.PAUSED
    assert "It goes on. Everything was checked once more." in _press(seat, f"{LIVE}/resume")
    assert house.status("letter") is S.SENDING


def test_what_stands_against_going_on_is_shown_as_findings(desk: Desk, house: House) -> None:
    _sending(house, "offer")
    seat = desk.as_(user=house.cora)
    seat.post("/desk/campaigns/offer/live/pause")
    house.do(lambda session: session.query(Promotion).update({"terms": "Only on Mondays."}))
    answer = seat.post("/desk/campaigns/offer/live/resume")
    assert answer.status_code == 409
    assert "It cannot go on yet" in answer.text
    assert "are not those that Savings has now" in answer.text
    assert house.status("offer") is S.PAUSED


def test_a_last_day_that_is_over_keeps_it_from_going_on(desk: Desk, house: House) -> None:
    _sending(house)
    seat = desk.as_(user=house.cora)
    seat.post(f"{LIVE}/pause")

    def over(session: Session) -> None:
        letter = planning.named(session, "letter")
        letter.wished_not_after = (clock.now(session) - timedelta(days=2)).date()
        letter.zone = "America/Chicago"

    house.do(over)
    assert "is over by then: choose a later one" in _press(seat, f"{LIVE}/resume")
    assert house.status("letter") is S.PAUSED


def test_what_somebody_else_did_first_is_told(desk: Desk, house: House) -> None:
    _sending(house)
    seat = desk.as_(user=house.cora)
    assert "It stands at: sending." in _press(seat, f"{LIVE}/resume")
    seat.post(f"{LIVE}/pause")
    assert "It stands at: paused." in _press(seat, f"{LIVE}/pause")


def test_a_reason_that_is_too_long_is_kept_and_refused(desk: Desk, house: House) -> None:
    _sending(house)
    answer = desk.as_(user=house.cora).post(f"{LIVE}/pause", data={"reason": "x" * 301})
    assert answer.status_code == 422
    assert "at most 300 characters" in answer.text
    assert house.status("letter") is S.SENDING


def test_what_holds_everything_up_is_told_here_too(desk: Desk, house: House) -> None:
    _sending(house)
    seat = desk.as_(user=house.cora)

    def away(session: Session) -> None:
        throttle.relay(session).open_until = clock.now(session) + timedelta(minutes=1)

    house.do(away)
    assert "The mail server does not answer" in seat.get(LIVE).text
    house.do(lambda session: session.query(Organisation).update({"sending_paused_by": "Olga"}))
    assert "Olga paused everything." in seat.get(LIVE).text


@pytest.mark.parametrize(
    ("status", "said"),
    [(S.PREPARING, "Getting ready"), (S.FINISHED, "Finished"), (S.CANCELLED, "Cancelled")],
)
def test_each_state_has_its_sentence(
    desk: Desk, house: House, status: CampaignStatus, said: str
) -> None:
    _sending(house)

    def move(session: Session) -> None:
        values: dict[Any, Any] = {"status": status, "finished_at": clock.now(session)}
        session.query(Campaign).filter_by(name="letter").update(values)

    house.do(move)
    page = desk.as_(user=house.cora).get(LIVE).text
    assert f'<p class="notice-title">{said}</p>' in page
    is_over = status is not S.PREPARING
    assert ("/desk/campaigns/letter/report" in page) is True
    assert ('x-data="live"' in page) is not is_over


@pytest.mark.parametrize("role", list(Role))
def test_everyone_may_watch_and_only_some_may_hold_it(desk: Desk, house: House, role: Role) -> None:
    _sending(house)
    seat = desk.as_(role)
    page = seat.get(LIVE)
    assert page.status_code == 200
    may = role in {Role.OWNER, Role.COORDINATOR}
    assert ("Pause</button>" in page.text) is may
    assert (seat.post(f"{LIVE}/resume").status_code == 403) is not may
    assert (seat.post(f"{LIVE}/pause").status_code == 403) is not may


def test_a_stream_begins_with_the_state_of_the_moment_and_then_is_silent(
    desk: Desk, house: House
) -> None:
    _sending(house)
    board = Board(house.sessions)
    first = _told(board, _number(house), most=4)
    assert first[0] == "retry: 2000\n\n"
    assert first[1].startswith("event: figures\nid: ")
    assert "1 of 4 done with" in first[1]
    assert first[2] == "event: state\ndata: sending||\n\n"
    assert first[3] == ": nothing new\n\n"
    assert board.watchers == {}


def test_who_comes_back_is_not_told_again_what_they_know(desk: Desk, house: House) -> None:
    _sending(house)
    board, number = Board(house.sessions), _number(house)
    found = re.search(r"id: (\w+)", _told(board, number)[1])
    assert found
    assert _told(board, number, known=found[1], most=2)[1] == ": nothing new\n\n"
    _set(house, (D.SENT, Reason.NONE))
    assert "2 of 4 done with" in _told(board, number, known=found[1], most=2)[1]


def test_a_stream_ends_with_the_campaign(desk: Desk, house: House) -> None:
    _sending(house)
    _set(house, *[(D.SENT, Reason.NONE)] * 3)
    house.do(
        lambda session: (
            session.query(Campaign).filter_by(name="letter").update({"status": S.FINISHED})
        )
    )
    said = _told(Board(house.sessions), _number(house), most=99)
    assert said[-1] == "event: over\ndata: finished\n\n"


def test_a_stream_lives_for_a_bounded_time(
    desk: Desk, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sending(house)
    monkeypatch.setattr(live_page, "STREAM_SECONDS", 0.01)
    assert len(_told(Board(house.sessions), _number(house), most=99)) == 3


def test_a_server_that_is_told_to_stop_waits_for_no_stream(desk: Desk, house: House) -> None:
    _sending(house)
    app = create_app(house.sessions)
    server = StreamEnding(app, uvicorn.Config(app, log_config=None))
    server.handle_exit(signal.SIGTERM, None)
    assert server.should_exit
    assert _told(live_board.board(app), _number(house), most=99) == ["retry: 2000\n\n"]


def test_a_database_that_goes_away_ends_the_stream_and_the_browser_asks_again() -> None:
    away = database.make_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    board = Board(database.make_sessions(away))
    assert _told(board, 1, most=99) == ["retry: 2000\n\n"]
    assert board.watchers == {}
    away.dispose()


def test_a_hundred_watchers_ask_the_database_once_a_second(desk: Desk, house: House) -> None:
    _sending(house)
    board, number = Board(house.sessions), _number(house)

    async def watch() -> None:
        await asyncio.gather(*(board.latest(number) for _ in range(100)))

    run_apart(watch())
    assert board.readings == 1


def test_too_many_watchers_are_told_to_look_by_themselves(
    desk: Desk, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sending(house)
    monkeypatch.setattr(live_board, "MOST_WATCHERS", 0)
    assert desk.as_(user=house.cora).get(f"{LIVE}/events").status_code == 503


def test_those_on_their_way_keep_a_cancelled_campaign_on_the_screen(
    desk: Desk, house: House
) -> None:
    _sending(house)
    _set(house, (D.INFLIGHT, Reason.NONE))
    house.do(
        lambda session: (
            session.query(Campaign)
            .filter_by(name="letter")
            .update({"status": S.CANCELLED, "finished_at": clock.now(session)})
        )
    )
    found = house.do(lambda session: watching.watched(session, planning.named(session, "letter")))
    assert (found.is_over, found.leaving, found.settled) == (False, 1, 1)
    assert "1 on the way at this second" in desk.as_(user=house.cora).get(LIVE).text


@pytest.mark.browser
def test_events_come_through_a_real_server_unbuffered(live: Live) -> None:
    house = make_house(live.sessions)
    _sending(house)
    _, token = sign_in(live.sessions, user=house.cora)
    cookies = {"cookie": f"{COOKIE}={token}"} | OWN
    with (
        httpx.Client(base_url=live.url, headers=cookies, timeout=5) as client,
        client.stream("GET", f"{LIVE}/events") as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        lines = answer.iter_lines()
        assert next(lines) == "retry: 2000"
        assert any(line == "data: sending||" for line in lines)
