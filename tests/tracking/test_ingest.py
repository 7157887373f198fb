"""What readers do is recorded once, judged again when a burst shows itself, and acted on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from campaigns.contacts import consent, suppression
from campaigns.contacts.models import ConsentState, Suppression, Topic
from campaigns.database import Session, Sessions
from campaigns.delivery.models import Delivery, DeliveryStatus
from campaigns.tracking import events, ingest, queries
from campaigns.tracking.models import Event, EventKind, MadeBy
from tests.tracking.factories import NOW, PHONE, Reader, make_reader, pass_time, stop_clock


@pytest.fixture
def reader(session: Session) -> Reader:
    stop_clock(session)
    return make_reader(session)


def recorded(session: Session) -> list[Event]:
    return list(session.scalars(select(Event).order_by(Event.id)))


def click(session: Session, reader: Reader, index: int = 0, agent: str = PHONE) -> None:
    ingest.clicked(session, reader.delivery, link_index=index, agent=agent)


def test_a_persons_click_is_recorded_and_the_contact_was_active(
    session: Session, reader: Reader
) -> None:
    click(session, reader, 3)

    (event,) = recorded(session)
    assert (event.kind, event.link_index, event.made_by) == (EventKind.CLICKED, 3, MadeBy.HUMAN)
    assert (event.campaign_id, event.occurred_at) == (reader.campaign.id, NOW)
    session.refresh(reader.contact)
    assert reader.contact.last_clicked_at == NOW


def test_a_reload_is_the_same_click_and_one_later_is_another(
    session: Session, reader: Reader
) -> None:
    click(session, reader)
    pass_time(session, seconds=4)
    click(session, reader)
    assert len(recorded(session)) == 1

    pass_time(session, seconds=7)
    click(session, reader)
    assert len(recorded(session)) == 2

    pass_time(session, seconds=9)
    click(session, reader)
    assert len(recorded(session)) == 2


def test_another_link_and_another_program_are_other_clicks(
    session: Session, reader: Reader
) -> None:
    click(session, reader, 0)
    click(session, reader, 1)
    click(session, reader, 1, agent=f"{PHONE} (at work)")
    assert len(recorded(session)) == 3


def test_two_links_and_a_third_at_once_take_back_that_the_contact_was_active(
    session: Session, reader: Reader
) -> None:
    click(session, reader, 0)
    pass_time(session, days=2)
    for index in (1, 2, 3):
        click(session, reader, index)

    assert [each.made_by for each in recorded(session)] == [MadeBy.HUMAN] + [MadeBy.MACHINE] * 3
    assert all(each.reasons == ["burst"] for each in recorded(session)[1:])
    session.refresh(reader.contact)
    assert reader.contact.last_clicked_at == NOW


def test_a_scanner_that_looks_at_the_preferences_first_is_marked_whole(
    session: Session, reader: Reader
) -> None:
    ingest.visited(session, reader.delivery, agent=PHONE)
    click(session, reader)
    assert {each.made_by for each in recorded(session)} == {MadeBy.MACHINE}
    session.refresh(reader.contact)
    assert reader.contact.last_clicked_at is None


def test_a_scanner_that_clicks_first_is_marked_whole(session: Session, reader: Reader) -> None:
    click(session, reader)
    ingest.visited(session, reader.delivery, agent=PHONE)
    assert {each.made_by for each in recorded(session)} == {MadeBy.MACHINE}
    session.refresh(reader.contact)
    assert reader.contact.last_clicked_at is None


def test_a_robots_click_leaves_the_contact_as_it_was(session: Session, reader: Reader) -> None:
    click(session, reader, agent="curl/8.5.0")
    session.refresh(reader.contact)
    assert reader.contact.last_clicked_at is None


def test_an_open_never_makes_a_contact_active(session: Session, reader: Reader) -> None:
    ingest.opened(session, reader.delivery, agent=PHONE)
    ingest.viewed(session, reader.delivery, agent=PHONE)
    session.refresh(reader.contact)
    assert reader.contact.last_clicked_at is None
    assert [each.kind for each in recorded(session)] == [EventKind.OPENED, EventKind.VIEWED]


def test_unsubscribing_ends_every_topic_once_and_for_this_message(
    session: Session, reader: Reader
) -> None:
    assert set(ingest.unsubscribed(session, reader.delivery, through="one-click")) == set(Topic)
    assert ingest.unsubscribed(session, reader.delivery, through="one-click") == []

    states = consent.states(session, reader.contact)
    assert {each.state for each in states.values()} == {ConsentState.WITHDRAWN}
    assert [each.kind for each in recorded(session)] == [EventKind.UNSUBSCRIBED]


def test_a_complaint_silences_marketing_but_not_the_booking_letters(
    session: Session, reader: Reader
) -> None:
    ingest.complained(session, reader.delivery)
    address = reader.contact.canonical_address or ""
    assert suppression.is_suppressed(session, address, marketing=True)
    assert not suppression.is_suppressed(session, address, marketing=False)


def test_a_hard_bounce_silences_the_address_for_everything(
    session: Session, reader: Reader
) -> None:
    ingest.bounced(session, reader.delivery, is_hard=True, answer="550 5.1.1 no such user")
    assert suppression.is_suppressed(
        session, reader.contact.canonical_address or "", marketing=False
    )


def test_a_soft_bounce_is_counted_and_silences_nobody(session: Session, reader: Reader) -> None:
    ingest.bounced(session, reader.delivery, is_hard=False, answer="452 4.2.2 mailbox full")
    assert not suppression.is_suppressed(
        session, reader.contact.canonical_address or "", marketing=True
    )
    assert queries.figures(session, reader.campaign.id).bounced == 1


def test_a_bounce_of_an_erased_contact_has_no_address_left_to_silence(
    session: Session, reader: Reader
) -> None:
    reader.contact.address = reader.contact.canonical_address = None
    ingest.bounced(session, reader.delivery, is_hard=True, answer="550 5.1.1 no such user")
    assert session.scalars(select(Suppression)).all() == []
    assert len(recorded(session)) == 1


def test_a_programs_name_is_kept_short_and_storable(session: Session, reader: Reader) -> None:
    ingest.opened(session, reader.delivery, agent="Mozilla\0 " + "x" * 500)
    assert len(recorded(session)[0].agent) == events.AGENT_LENGTH


def test_links_followed_at_the_same_moment_by_a_scanner_see_each_other(
    committed: Sessions,
) -> None:
    with committed.begin() as session:
        stop_clock(session)
        delivery_id = make_reader(session).delivery.id
    together = Barrier(4)

    def follow(index: int) -> None:
        with committed.begin() as session:
            delivery = session.get_one(Delivery, delivery_id)
            together.wait(timeout=20)
            ingest.clicked(session, delivery, link_index=index, agent=PHONE)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(follow, range(4)))

    with committed() as session:
        assert [each.made_by for each in recorded(session)] == [MadeBy.MACHINE] * 4


def test_the_same_request_twice_at_the_same_moment_is_one_event(committed: Sessions) -> None:
    with committed.begin() as session:
        stop_clock(session)
        delivery_id = make_reader(session).delivery.id
    together = Barrier(2)

    def follow(_: int) -> None:
        with committed.begin() as session:
            delivery = session.get_one(Delivery, delivery_id)
            together.wait(timeout=20)
            ingest.clicked(session, delivery, link_index=1, agent=PHONE)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(follow, range(2)))

    with committed() as session:
        assert len(recorded(session)) == 1


@pytest.mark.parametrize(
    "happens",
    [
        lambda session, delivery: ingest.opened(session, delivery, agent="GoogleImageProxy"),
        lambda session, delivery: ingest.clicked(session, delivery, link_index=1, agent=PHONE),
        lambda session, delivery: ingest.unsubscribed(session, delivery, through="one-click"),
        lambda session, delivery: ingest.bounced(session, delivery, is_hard=False, answer="full"),
    ],
)
def test_an_uncertain_message_of_which_anything_is_heard_has_arrived(
    session: Session, reader: Reader, happens: Callable[[Session, Delivery], object]
) -> None:
    due = NOW - timedelta(hours=2)
    delivery = reader.delivery
    delivery.status, delivery.sent_at, delivery.next_at = DeliveryStatus.UNCERTAIN, None, due
    session.flush()
    happens(session, delivery)
    session.expire(delivery)
    now_is = session.get_one(Delivery, delivery.id)
    assert (now_is.status, now_is.sent_at, now_is.settled_at) == (DeliveryStatus.SENT, due, NOW)
    assert "it arrived" in now_is.answer


def test_what_is_heard_of_any_other_message_changes_nothing_about_it(
    session: Session, reader: Reader
) -> None:
    reader.delivery.status, reader.delivery.answer = DeliveryStatus.SENT, "250 ok"
    session.flush()
    click(session, reader)
    session.refresh(reader.delivery)
    assert (reader.delivery.status, reader.delivery.answer) == (DeliveryStatus.SENT, "250 ok")
