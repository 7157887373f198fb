"""The operator sees what waits, who holds it and what went wrong, and mends it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaigns import addresses, clock, notices
from campaigns.accounts.models import AuditEntry, Organisation, Role
from campaigns.database import Sessions
from campaigns.delivery import batch, heartbeat, throttle, upkeep
from campaigns.delivery.models import Batch, BatchState, Delivery, DeliveryStatus, Reason, Relay
from campaigns.delivery.transports.memory import Memory
from campaigns.notices import Notice, NoticeStatus
from tests.delivery import sample_road as road
from tests.delivery.factories import make_deliveries, make_sending
from tests.delivery.test_retrying import NOBODY, REFUSED, SILENT, answering
from tests.web.pages.desk import Desk, Live, Scheme, Seat

S = DeliveryStatus
HERE = "/desk/sending"
SAVINGS = f"{HERE}/campaigns/{road.NAME}"


@pytest.fixture
def finished(committed: Sessions) -> Sessions:
    """The sample clinic after a send with something of everything: refused, uncertain, bounced."""
    road.start(committed)
    upkeep.sweep(committed)
    way = Memory(answer=answering(REFUSED, REFUSED, SILENT, SILENT, NOBODY))
    batch.run(committed, way, seconds=30)
    upkeep.sweep(committed)
    with committed.begin() as session:
        heartbeat.beat(session, heartbeat.TICK)
        heartbeat.beat(session, heartbeat.part(heartbeat.SENDS))
        notices.leave(
            session,
            key="test:1",
            kind="confirm_address",
            to=addresses.parse("ada@example.com"),
            context={},
        )
        session.execute(
            update(Notice)
            .where(Notice.key == "test:1")
            .values(status=NoticeStatus.FAILED, error="550 no")
        )
    return committed


@pytest.fixture
def operator(finished: Sessions) -> Seat:
    return Desk(finished).as_(Role.OWNER)


def statuses(sessions: Sessions) -> set[tuple[DeliveryStatus, Reason]]:
    with sessions() as session:
        rows = session.execute(select(Delivery.status, Delivery.reason))
        return {(row.status, row.reason) for row in rows}


def trail(sessions: Sessions) -> list[str]:
    with sessions() as session:
        return list(session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)))


def test_a_clinic_at_rest_is_told_that_all_is_well(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        heartbeat.beat(session, heartbeat.TICK)
    page = desk.as_(Role.OWNER).get(HERE)
    assert page.status_code == 200
    assert "Sending works" in page.text
    assert "no newsletter has left yet" in page.text
    assert "No message waits." in page.text
    assert "Nothing has failed, and nothing is uncertain." in page.text
    assert "Release" not in page.text


@pytest.mark.parametrize("role", [Role.CLINICAL, Role.LEGAL, Role.DESK, Role.VIEWER])
def test_only_who_looks_after_sending_comes_in(desk: Desk, role: Role) -> None:
    seat = desk.as_(role)
    assert seat.get(HERE).status_code == 403
    for path in ("release", "pause-all", "resume-all", "servers/default/retry"):
        assert seat.post(f"{HERE}/{path}").status_code == 403
    assert seat.get("/desk/sending/campaigns/x/uncertain").status_code == 403


def test_who_holds_what_and_what_a_restart_would_do(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        campaign, program = make_sending(session, name="autumn")
        held, deliveries = make_deliveries(session, campaign, program)
        held.state, held.owner = BatchState.CLAIMED, "host-1:4711"
        held.lease_until = clock.now(session) + timedelta(seconds=40)
        deliveries[0].status = S.INFLIGHT
    text = desk.as_(Role.COORDINATOR).get(HERE).text
    assert "host-1:4711" in text
    assert "autumn" in text
    assert "1 batch goes back with 2 messages that have not left" in text
    assert "At most 1 message becomes uncertain" in text


def test_a_part_of_the_page_is_asked_for_and_nothing_else(desk: Desk) -> None:
    part = desk.as_(Role.OWNER).get(HERE, headers={"hx-request-type": "partial"})
    assert "Who holds what" in part.text
    assert "<html" not in part.text
    assert "What went wrong" not in part.text
    part = desk.as_(Role.OWNER).get(f"{HERE}?piece=restart", headers={"hx-request-type": "partial"})
    assert "If you restart the workers now" in part.text
    assert "Who holds what" not in part.text


def test_everything_is_paused_and_goes_on(desk: Desk) -> None:
    seat = desk.as_(Role.OWNER)
    said = seat.follow(seat.post(f"{HERE}/pause-all"))
    assert "All newsletters stand still" in said.text
    assert "Resume everything" in said.text
    with desk.sessions() as session:
        assert session.scalar(select(Organisation.sending_paused_at)) is not None
    said = seat.follow(seat.post(f"{HERE}/resume-all"))
    assert "Newsletters go on." in said.text
    with desk.sessions() as session:
        assert session.scalar(select(Organisation.sending_paused_at)) is None


def test_what_is_stuck_is_released(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        campaign, program = make_sending(session)
        held, deliveries = make_deliveries(session, campaign, program)
        held.state, held.owner = BatchState.CLAIMED, "gone:1"
        held.lease_until = clock.now(session) - timedelta(minutes=1)
        deliveries[0].status = S.INFLIGHT
    seat = desk.as_(Role.OWNER)
    assert "Release what is stuck" in seat.get(HERE).text
    said = seat.follow(seat.post(f"{HERE}/release"))
    assert "1 batch freed" in said.text
    assert "Release what is stuck" not in said.text
    with desk.sessions() as session:
        assert session.scalars(select(Batch.state)).one() is BatchState.WAITING
    assert statuses(desk.sessions) == {(S.UNCERTAIN, Reason.NONE), (S.QUEUED, Reason.NONE)}
    said = seat.follow(seat.post(f"{HERE}/release"))
    assert "Nothing had been left behind" in said.text


def test_a_mail_server_that_was_left_alone_is_tried_again(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        throttle.relay(session)
        for _ in range(5):
            throttle.note_failure(session, error="connection refused")
    seat = desk.as_(Role.OWNER)
    assert "connection refused" in seat.get(HERE).text
    seat.follow(seat.post(f"{HERE}/servers/default/retry"))
    with desk.sessions() as session:
        assert session.scalars(select(Relay.open_until)).one() is None
    assert seat.post(f"{HERE}/servers/other/retry").status_code == 404


def test_what_failed_is_tried_again_by_kind(finished: Sessions, operator: Seat) -> None:
    page = operator.get(HERE).text
    assert "The mail server refused it." in page
    assert "The address does not exist any more" in page
    said = operator.follow(operator.post(f"{SAVINGS}/retry", data={"kind": "refused"}))
    assert "2 messages wait to leave again." in said.text
    assert (S.FAILED, Reason.REFUSED) not in statuses(finished)
    assert (S.FAILED, Reason.HARD_BOUNCE) in statuses(finished)
    assert trail(finished)[-1] == "retry failed messages"
    again = operator.follow(operator.post(f"{SAVINGS}/retry", data={"kind": "refused"}))
    assert "Nothing of “Package savings” has failed as refused" in again.text


def test_a_kind_of_failure_that_does_not_exist_is_refused(operator: Seat) -> None:
    answer = operator.post(f"{SAVINGS}/retry", data={"kind": "weather"})
    assert answer.status_code == 422
    assert operator.post(f"{HERE}/campaigns/nowhere/retry").status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Fill this in."),
        ("two", "Enter a whole number"),
        ("0", "Enter 1 or more."),
        ("3", "2 messages of “Package savings” are uncertain now, not 3"),
    ],
)
def test_the_wrong_number_sends_nothing_again(
    finished: Sessions, operator: Seat, typed: str, sentence: str
) -> None:
    answer = operator.post(f"{SAVINGS}/uncertain/resend", data={"number": typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{typed}"' in answer.text
    assert (S.UNCERTAIN, Reason.NONE) in statuses(finished)
    with finished() as session:
        assert road.named(session).status == "finished"


def test_the_number_typed_sends_the_uncertain_ones_again(
    finished: Sessions, operator: Seat
) -> None:
    page = operator.get(f"{SAVINGS}/uncertain").text
    assert "gets a second one" in page
    said = operator.follow(operator.post(f"{SAVINGS}/uncertain/resend", data={"number": "2"}))
    assert "2 messages wait to leave a second time." in said.text
    assert (S.UNCERTAIN, Reason.NONE) not in statuses(finished)
    assert "Nothing to decide" in operator.get(f"{SAVINGS}/uncertain").text


def test_uncertain_messages_are_left_so_and_taken_up_again(
    finished: Sessions, operator: Seat
) -> None:
    said = operator.follow(operator.post(f"{SAVINGS}/uncertain/leave"))
    assert "2 messages stay uncertain." in said.text
    assert "Ask again" in said.text
    assert "2 were left as they are" in operator.get(f"{SAVINGS}/uncertain").text
    said = operator.follow(operator.post(f"{SAVINGS}/uncertain/take-up"))
    assert "2 messages wait for your decision again." in said.text
    assert trail(finished)[-2:] == [
        "leave messages as uncertain",
        "ask about uncertain messages again",
    ]


def test_letters_that_failed_are_sent_again(finished: Sessions, operator: Seat) -> None:
    assert "Confirm address" in operator.get(HERE).text
    said = operator.follow(operator.post(f"{HERE}/letters/confirm_address/retry"))
    assert "1 letter waits to leave again." in said.text
    with finished() as session:
        assert set(session.scalars(select(Notice.status))) == {NoticeStatus.QUEUED}


def test_no_address_stands_on_the_page(operator: Seat) -> None:
    assert "@example.com" not in operator.get(HERE).text.replace("renew-health.example.com", "")


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_it_can_be_used_by_everyone(
    finished: Sessions, live: Live, width: int, scheme: Scheme
) -> None:
    page = live.as_(Role.OWNER, path=HERE, width=width, scheme=scheme)
    page.get_by_role("heading", name="What went wrong").wait_for()
    live.inspect(page)
    page.get_by_role("link", name="Decide about Package savings").click()
    live.inspect(page)
