"""The list's figures are those of the campaigns' own reports."""

from campaigns.bookings import lifecycle
from campaigns.database import Session
from campaigns.delivery.models import DeliveryStatus
from campaigns.planning.models import Campaign
from campaigns.reporting import funnel, summaries
from campaigns.tracking.models import EventKind, MadeBy
from tests.bookings import factories
from tests.factories import make_campaign
from tests.reporting.conftest import Road
from tests.reporting.test_funnel import audience, happened, request, stands


def test_nothing_is_asked_for_nothing(session: Session) -> None:
    assert summaries.of(session, []) == {}


def test_a_campaign_that_never_started_has_no_figures(session: Session, road: Road) -> None:
    draft = make_campaign(session)
    found = summaries.of(session, [road.campaign.id, draft.id])
    assert set(found) == {road.campaign.id}
    one = found[road.campaign.id]
    assert (one.audience, one.sent, one.waiting, one.settled) == (3, 3, 0, 3)
    assert (one.clickers, one.bookings, one.revenue_cents) == (0, 0, 0)


def agrees(session: Session, campaign: Campaign) -> summaries.Summary:
    """The summary, which says nothing else than the report."""
    report = funnel.report(session, campaign)
    one = summaries.of(session, [campaign.id])[campaign.id]
    assert one.audience == report.audience
    assert one.sent == report.count(DeliveryStatus.SENT)
    assert one.clickers == report.figures.clickers
    assert one.bookings == report.bookings.confirmed
    assert one.revenue_cents == report.bookings.revenue.cents
    return one


def test_the_list_says_what_the_report_says(session: Session) -> None:
    clinic = factories.make_clinic(session)
    audience(session, clinic.campaign, of=4)
    for status in (DeliveryStatus.QUEUED, DeliveryStatus.INFLIGHT, DeliveryStatus.SKIPPED):
        stands(session, clinic.campaign, status)
    happened(session, clinic.delivery, EventKind.CLICKED, MadeBy.MACHINE)
    before = agrees(session, clinic.campaign)
    assert (before.audience, before.waiting, before.settled) == (4, 2, 2)
    factories.make_click(session, clinic.delivery, hours_ago=0.5)
    booking = request(session, clinic)
    assert agrees(session, clinic.campaign).bookings == 0
    lifecycle.confirm(session, booking, actor=clinic.desk)
    after = agrees(session, clinic.campaign)
    assert (after.clickers, after.bookings, after.revenue_cents) == (1, 1, booking.price_cents)
