"""What a campaign did: its figures with what they count, charts with tables, files to take away."""

from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import APIRouter, Response

from campaigns.database import Session
from campaigns.delivery.models import DeliveryStatus
from campaigns.planning import queries
from campaigns.planning.models import Campaign
from campaigns.registry import FACTS
from campaigns.reporting import by_segment, detail, exports, funnel, tables
from campaigns.reporting.definitions import DEFINITIONS
from campaigns.reporting.detail import Detail
from campaigns.reporting.reasons import REASONS
from campaigns.web.dependencies import InTransaction
from campaigns.web.pages.campaigns import campaign_frame
from campaigns.web.staff import SignedIn
from campaigns.web.visit import Visit

router = APIRouter(prefix="/desk/campaigns/{name}/report")

D = DeliveryStatus
_PARTS = (
    ("sent", "Accepted by the mail server", (D.SENT,)),
    ("skipped", "Skipped", (D.SKIPPED,)),
    ("failed", "Failed", (D.FAILED,)),
    ("uncertain", "Uncertain", (D.UNCERTAIN,)),
    ("waiting", "Waiting or on their way", (D.QUEUED, D.INFLIGHT)),
)


@router.get("")
def report(visit: Visit, name: str) -> Response:
    """The whole report; before the start, what will stand here."""
    campaign = queries.named(visit.session, name)
    frame = campaign_frame.frame(visit.session, campaign, visit.user, step="report")
    if campaign.started_at is None:
        return visit.page("desk/reports/none.html", frame=frame)
    found = detail.detail(visit.session, campaign)
    return visit.page(
        "desk/reports/report.html",
        frame=frame,
        campaign=campaign,
        found=found,
        groups=by_segment.by_segment(visit.session, campaign, facts=FACTS),
        means=DEFINITIONS,
        reasons=REASONS,
        link_words=detail.link_words,
        **_values(found),
    )


def _values(found: Detail) -> dict[str, Any]:
    report = found.report
    accepted = report.count(D.SENT)
    return {
        "report": report,
        "figures": report.figures,
        "bookings": report.bookings,
        "accepted": accepted,
        "parts": [
            {
                "key": key,
                "label": label,
                "number": sum(report.count(each) for each in statuses),
                "lines": [
                    each for each in report.lines if each.status in statuses and each.reason.value
                ],
            }
            for key, label, statuses in _PARTS
        ],
        "click_share": report.figures.clickers / accepted if accepted else None,
        "open_share": report.figures.opens_possible / accepted if accepted else None,
        "day_summary": detail.day_summary(found),
        "hour_summary": detail.hour_summary(found),
        "link_summary": detail.link_summary(found),
    }


@router.get("/figures.csv")
def figures(session: InTransaction, user: SignedIn, name: str) -> Response:
    """The waterfall and the funnel as a file."""
    return _file(session, name, "figures", _figures)


@router.get("/links.csv")
def links(session: InTransaction, user: SignedIn, name: str) -> Response:
    """The links as a file."""
    return _file(session, name, "links", tables.links)


@router.get("/days.csv")
def days(session: InTransaction, user: SignedIn, name: str) -> Response:
    """The days as a file."""
    return _file(session, name, "days", tables.days)


@router.get("/regions.csv")
def regions(session: InTransaction, user: SignedIn, name: str) -> Response:
    """The regions as a file."""
    return _file(session, name, "regions", tables.regions)


@router.get("/segments.csv")
def by_segments(session: InTransaction, user: SignedIn, name: str) -> Response:
    """The segments as a file."""
    return _file(session, name, "segments", partial(tables.by_segments, facts=FACTS))


@router.post("/people.csv")
def people(session: InTransaction, user: SignedIn, name: str) -> Response:
    """One line for each person, with addresses: noted in the trail."""
    return _file(session, name, "people", partial(tables.people, actor=user))


def _figures(session: Session, campaign: Campaign) -> str:
    return exports.as_csv(funnel.report(session, campaign))


def _file(
    session: Session, name: str, what: str, made_by: Callable[[Session, Campaign], str]
) -> Response:
    campaign = queries.named(session, name)
    return Response(
        made_by(session, campaign),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{campaign.name}-{what}.csv"',
            "Cache-Control": "no-store",
        },
    )
