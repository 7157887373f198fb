"""A campaign's figures are honest: each person once, machines apart, opens never proof."""

import pytest

from campaigns.database import Session
from campaigns.errors import BadToken, NotFound
from campaigns.tokens import DeliveryToken
from campaigns.tracking import ingest, queries
from campaigns.tracking.models import EventKind
from campaigns.tracking.queries import Figures
from tests.tracking.factories import PHONE, make_reader, make_sent_campaign, pass_time, stop_clock

APPLE = "Mozilla/5.0"


def test_opens_are_split_into_automatic_possible_and_confirmed_by_a_click(
    session: Session,
) -> None:
    stop_clock(session)
    campaign = make_sent_campaign(session)
    prefetched, looked, clicked, scanned = (make_reader(session, campaign) for _ in range(4))
    for each in (prefetched, looked, clicked):
        ingest.opened(session, each.delivery, agent=APPLE)
    for each in (looked, clicked):
        ingest.opened(session, each.delivery, agent=PHONE)
    ingest.clicked(session, clicked.delivery, link_index=0, agent=PHONE)
    for index in range(4):
        ingest.clicked(session, scanned.delivery, link_index=index, agent=PHONE)

    assert queries.figures(session, campaign.id) == Figures(
        clickers=1,
        clicked_by_machine=1,
        opens_seen=3,
        opens_automatic=1,
        opens_possible=2,
        opens_confirmed=1,
        is_settled=False,
    )


def test_figures_settle_a_minute_after_the_last_hit(session: Session) -> None:
    stop_clock(session)
    reader = make_reader(session)
    ingest.clicked(session, reader.delivery, link_index=0, agent=PHONE)
    pass_time(session, seconds=59)
    assert not queries.figures(session, reader.campaign.id).is_settled
    pass_time(session, seconds=1)
    assert queries.figures(session, reader.campaign.id).is_settled


def test_one_person_who_clicks_twice_and_unsubscribes_counts_once(session: Session) -> None:
    stop_clock(session)
    reader = make_reader(session)
    for index in (0, 1):
        ingest.clicked(session, reader.delivery, link_index=index, agent=PHONE)
        pass_time(session, minutes=3)
    ingest.viewed(session, reader.delivery, agent=PHONE)
    ingest.unsubscribed(session, reader.delivery, through="unsubscribe page")
    ingest.complained(session, reader.delivery)
    figures = queries.figures(session, reader.campaign.id)
    assert (figures.clickers, figures.viewed) == (1, 1)
    assert (figures.unsubscribed, figures.complained) == (1, 1)


def test_a_campaign_of_which_nothing_became_has_settled_zeroes(session: Session) -> None:
    stop_clock(session)
    assert queries.figures(session, make_sent_campaign(session).id) == Figures()


def test_what_became_of_the_messages_to_one_person(session: Session) -> None:
    stop_clock(session)
    reader, other = make_reader(session), make_reader(session)
    ingest.opened(session, reader.delivery, agent=PHONE)
    ingest.opened(session, other.delivery, agent=PHONE)
    ingest.clicked(session, reader.delivery, link_index=2, agent=PHONE)
    found = queries.of_contact(session, reader.contact.id)
    assert [each.kind for each in found] == [EventKind.OPENED, EventKind.CLICKED]


def test_a_link_of_a_test_message_says_so(session: Session) -> None:
    with pytest.raises(NotFound, match="test message"):
        queries.delivery(session, DeliveryToken(campaign_id=1, delivery_id=0))


def test_a_token_of_another_campaign_names_nobody(session: Session) -> None:
    stop_clock(session)
    reader = make_reader(session)
    wrong = DeliveryToken(campaign_id=reader.campaign.id + 1, delivery_id=reader.delivery.id)
    with pytest.raises(NotFound, match="do not know this message"):
        queries.delivery(session, wrong)


def test_a_link_that_the_campaign_has_not_is_damaged(session: Session) -> None:
    stop_clock(session)
    campaign = make_sent_campaign(session)
    assert queries.link(session, campaign.id, 5).kind == "book"
    with pytest.raises(BadToken):
        queries.link(session, campaign.id, 6)
