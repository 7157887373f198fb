"""The waterfall of an audience and the funnel of what came of it, figure by figure."""

from datetime import timedelta

import pytest

from campaigns import clock
from campaigns.bookings import lifecycle
from campaigns.bookings.models import Booking
from campaigns.contacts.models import Contact
from campaigns.database import Session
from campaigns.delivery.models import Delivery, DeliveryStatus, Reason
from campaigns.planning.models import Campaign, CampaignOccurrence, CampaignStatus
from campaigns.reporting import funnel
from campaigns.reporting.funnel import Report
from campaigns.tracking.models import Event, EventKind, MadeBy
from tests.bookings import factories
from tests.bookings.factories import Clinic
from tests.factories import make_campaign, make_contact

S = DeliveryStatus


@pytest.fixture
def clinic(session: Session) -> Clinic:
    """A clinic whose campaign was accepted for one reader an hour ago."""
    return factories.make_clinic(session)


def audience(session: Session, campaign: Campaign, *, of: int) -> None:
    """The campaign's audience was frozen with so many contacts."""
    now = clock.now(session)
    session.add(
        CampaignOccurrence(
            campaign_id=campaign.id,
            due_at=now,
            local_time=now.replace(tzinfo=None),
            zone=factories.ZONE,
            audience_count=of,
            frozen_at=now,
        )
    )
    session.flush()


def stands(
    session: Session, campaign: Campaign, status: DeliveryStatus, reason: Reason = Reason.NONE
) -> Delivery:
    """One more contact of this campaign, whose delivery stands so."""
    delivery = Delivery(
        campaign_id=campaign.id,
        contact_id=make_contact(session).id,
        status=status,
        reason=reason,
        next_at=clock.now(session),
    )
    session.add(delivery)
    session.flush()
    return delivery


def happened(
    session: Session, delivery: Delivery, kind: EventKind, by: MadeBy = MadeBy.HUMAN, ago: int = 300
) -> None:
    """Something became of this delivery some seconds ago."""
    session.add(
        Event(
            key=f"{kind}-{by}-{delivery.id}-{ago}",
            kind=kind,
            campaign_id=delivery.campaign_id,
            delivery_id=delivery.id,
            occurred_at=clock.now(session) - timedelta(seconds=ago),
            made_by=by,
            reasons=[],
            rule_version=1,
        )
    )
    session.flush()


def request(session: Session, clinic: Clinic, *, key: str = "form", slot: int = 0) -> Booking:
    """The reader asks for a visit."""
    wish = factories.make_wish(clinic, slot_id=clinic.slots[slot].id)
    return lifecycle.request(session, delivery=clinic.delivery, wish=wish, key=key)


def lines(report: Report) -> list[tuple[str, str, int]]:
    return [(each.status.value, each.reason.value, each.count) for each in report.lines]


def test_before_its_start_a_campaign_has_no_figures(session: Session) -> None:
    found = funnel.report(session, make_campaign(session, name="winter"))
    assert (found.campaign, found.status, found.audience) == ("winter", CampaignStatus.DRAFT, 0)
    assert (found.lines, found.adds_up) == ((), True)
    assert all(found.count(status) == 0 for status in S)
    bookings = found.bookings
    assert (bookings.requested, bookings.credited, bookings.confirmed) == (0, 0, 0)
    assert str(bookings.revenue) == "$0"
    figures = found.figures
    assert (figures.clickers, figures.opens_seen, figures.unsubscribed) == (0, 0, 0)
    assert figures.is_settled


def test_every_contact_of_the_audience_is_in_one_line(session: Session, clinic: Clinic) -> None:
    campaign = clinic.campaign
    for status, reason in (
        (S.SKIPPED, Reason.CAP),
        (S.SKIPPED, Reason.NO_CONSENT),
        (S.SKIPPED, Reason.NO_CONSENT),
        (S.FAILED, Reason.HARD_BOUNCE),
        (S.UNCERTAIN, Reason.NONE),
        (S.QUEUED, Reason.NONE),
        (S.INFLIGHT, Reason.NONE),
    ):
        stands(session, campaign, status, reason)
    audience(session, campaign, of=8)

    found = funnel.report(session, campaign)

    assert lines(found) == [
        ("queued", "", 1),
        ("inflight", "", 1),
        ("sent", "", 1),
        ("skipped", "no_consent", 2),
        ("skipped", "cap", 1),
        ("failed", "hard_bounce", 1),
        ("uncertain", "", 1),
    ]
    assert found.adds_up
    assert found.count(S.SKIPPED) == 3
    assert found.at == clock.now(session)


def test_a_contact_without_a_line_does_not_add_up(session: Session, clinic: Clinic) -> None:
    audience(session, clinic.campaign, of=2)
    assert not funnel.report(session, clinic.campaign).adds_up


def test_another_campaigns_deliveries_and_hits_are_not_counted(
    session: Session, clinic: Clinic
) -> None:
    other = factories.make_campaign(session, clinic.desk)
    happened(session, stands(session, other, S.SENT), EventKind.CLICKED)
    found = funnel.report(session, clinic.campaign)
    assert (found.count(S.SENT), found.figures.clickers) == (1, 0)


def test_people_are_counted_once_and_machines_apart(session: Session, clinic: Clinic) -> None:
    campaign = clinic.campaign
    reader, scanned, opened = (clinic.delivery, *(stands(session, campaign, S.SENT) for _ in "ab"))
    for ago in (100, 200):
        happened(session, reader, EventKind.CLICKED, ago=ago)
        happened(session, reader, EventKind.OPENED, ago=ago)
    happened(session, reader, EventKind.CLICKED, MadeBy.MACHINE)
    happened(session, scanned, EventKind.CLICKED, MadeBy.MACHINE)
    happened(session, scanned, EventKind.OPENED, MadeBy.MACHINE)
    happened(session, opened, EventKind.OPENED, MadeBy.PROXY)
    happened(session, opened, EventKind.UNSUBSCRIBED)
    happened(session, opened, EventKind.COMPLAINED)
    happened(session, scanned, EventKind.BOUNCED)

    figures = funnel.report(session, campaign).figures

    assert (figures.clickers, figures.clicked_by_machine) == (1, 1)
    assert figures.opens_seen == figures.opens_automatic + figures.opens_possible == 3
    assert (figures.opens_possible, figures.opens_confirmed) == (1, 1)
    assert (figures.unsubscribed, figures.complained, figures.bounced) == (1, 1, 1)
    assert figures.is_settled


def test_hits_of_the_last_minute_are_not_settled(session: Session, clinic: Clinic) -> None:
    happened(session, clinic.delivery, EventKind.CLICKED, ago=30)
    assert not funnel.report(session, clinic.campaign).figures.is_settled


def test_a_booking_is_worth_money_once_the_desk_confirmed_it(
    session: Session, clinic: Clinic
) -> None:
    factories.make_click(session, clinic.delivery, hours_ago=0.5)
    booking = request(session, clinic)
    bookings = funnel.report(session, clinic.campaign).bookings
    assert (bookings.requested, bookings.credited, bookings.confirmed) == (1, 1, 0)
    assert str(bookings.revenue) == "$0"

    lifecycle.confirm(session, booking, actor=clinic.desk)
    bookings = funnel.report(session, clinic.campaign).bookings
    assert (bookings.requested, bookings.credited, bookings.confirmed) == (1, 1, 1)
    assert bookings.revenue.cents == booking.price_cents == 188_700


def test_a_cancellation_takes_credit_and_money_back_and_keeps_the_request(
    session: Session, clinic: Clinic
) -> None:
    factories.make_click(session, clinic.delivery, hours_ago=0.5)
    booking = request(session, clinic)
    lifecycle.confirm(session, booking, actor=clinic.desk)
    lifecycle.cancel(session, booking)
    bookings = funnel.report(session, clinic.campaign).bookings
    assert (bookings.requested, bookings.credited, bookings.confirmed) == (1, 0, 0)
    assert bookings.revenue.cents == 0


def test_what_no_person_clicked_is_requested_and_not_credited(
    session: Session, clinic: Clinic
) -> None:
    factories.make_click(session, clinic.delivery, hours_ago=0.5, made_by=MadeBy.MACHINE)
    lifecycle.confirm(session, request(session, clinic), actor=clinic.desk)
    bookings = funnel.report(session, clinic.campaign).bookings
    assert (bookings.requested, bookings.credited, bookings.confirmed) == (1, 0, 0)
    assert bookings.revenue.cents == 0


def test_the_money_goes_to_the_campaign_that_was_clicked_last(
    session: Session, clinic: Clinic
) -> None:
    contact = session.get_one(Contact, clinic.contact.id)
    later = factories.make_delivery(session, factories.make_campaign(session, clinic.desk), contact)
    factories.make_click(session, clinic.delivery, hours_ago=2)
    factories.make_click(session, later, hours_ago=1)
    lifecycle.confirm(session, request(session, clinic), actor=clinic.desk)

    first = funnel.report(session, clinic.campaign).bookings
    second = funnel.report(session, session.get_one(Campaign, later.campaign_id)).bookings

    assert (first.requested, first.credited, first.revenue.cents) == (1, 0, 0)
    assert (second.requested, second.credited, second.revenue.cents) == (0, 1, 188_700)


def test_the_report_says_how_credit_is_given(session: Session, clinic: Clinic) -> None:
    said = funnel.report(session, clinic.campaign).attribution
    assert said == "promo code, else last human click within 7 days; never opens"
