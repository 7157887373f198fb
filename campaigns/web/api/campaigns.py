"""Campaigns and what came of them: counts and money, no names and no addresses."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query

from campaigns import addresses, settings
from campaigns.delivery import queries as delivery
from campaigns.delivery.models import DeliveryStatus
from campaigns.planning import listing
from campaigns.planning import queries as planning
from campaigns.planning.listing import Listed
from campaigns.reporting import exports, funnel, summaries
from campaigns.reporting.summaries import Summary
from campaigns.web.api.access import ByKey
from campaigns.web.dependencies import InTransaction

SIZE = 50

router = APIRouter(prefix="/api/v1")


@router.get("/campaigns")
def show(
    session: InTransaction,
    _by: ByKey,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    *,
    archived: bool = False,
) -> dict[str, Any]:
    """A page of campaigns, newest first, each with its state and figures that add up."""
    found = listing.search(session, archived=archived, page=page, size=SIZE)
    ids = [each.campaign.id for each in found.rows]
    figures = summaries.of(session, ids)
    counts = delivery.counts_of(session, ids)
    audiences = planning.audiences(session, ids)
    return {
        "campaigns": [
            _row(
                each,
                figures.get(each.campaign.id, Summary()),
                counts=counts.get(each.campaign.id, {}),
                audience=audiences.get(each.campaign.id, 0),
            )
            for each in found.rows
        ],
        "page": found.page,
        "total": found.total,
        "has_more": found.has_more,
    }


@router.get("/campaigns/{name}")
def report(session: InTransaction, _by: ByKey, name: str) -> Mapping[str, Any]:
    """The whole report of one campaign: the waterfall of its audience and what came of it."""
    return exports.as_record(funnel.report(session, planning.named(session, name)))


def _row(
    listed: Listed, figures: Summary, *, counts: Mapping[DeliveryStatus, int], audience: int
) -> dict[str, Any]:
    campaign = listed.campaign
    return {
        "name": campaign.name,
        "title": campaign.title,
        "topic": campaign.topic.value,
        "segment": listed.segment.name,
        "status": campaign.status.value,
        "status_reason": addresses.mask_all(campaign.status_reason),
        "created_at": campaign.created_at,
        "scheduled_at": campaign.scheduled_at,
        "started_at": campaign.started_at,
        "finished_at": campaign.finished_at,
        "audience": audience,
        "deliveries": {status.value: counts.get(status, 0) for status in DeliveryStatus},
        "adds_up": audience == sum(counts.values()),
        "clicked_by_people": figures.clickers,
        "bookings_confirmed": figures.bookings,
        "revenue_cents": figures.revenue_cents,
        "currency": settings.current().currency,
    }
