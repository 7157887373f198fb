"""A report as rows for a table, as JSON and as CSV; the words are the same in each."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from campaigns.delivery.models import DeliveryStatus, Reason
from campaigns.reporting.funnel import Report
from campaigns.reporting.reasons import REASONS

STATUS = {
    DeliveryStatus.QUEUED: "queued",
    DeliveryStatus.INFLIGHT: "on its way",
    DeliveryStatus.SENT: "accepted by the mail server",
    DeliveryStatus.SKIPPED: "skipped",
    DeliveryStatus.FAILED: "failed",
    DeliveryStatus.UNCERTAIN: "uncertain (handed over, never answered; not sent again)",
}
"""Where a delivery stands, as reports say it."""


def waterfall_rows(report: Report) -> list[dict[str, Any]]:
    """The audience, then what became of each part of it; the parts add up to the audience."""
    rows: list[dict[str, Any]] = [{"step": "audience", "reason": "", "contacts": report.audience}]
    rows += [
        {"step": STATUS[line.status], "reason": line.reason.value, "contacts": line.count}
        for line in report.lines
    ]
    return rows


def funnel_rows(report: Report) -> list[dict[str, Any]]:
    """From accepted messages to revenue; opens stand last, for nothing is decided on them."""
    figures, bookings = report.figures, report.bookings
    return [
        {"step": "accepted by the mail server", "value": report.count(DeliveryStatus.SENT)},
        {"step": "clicked by people", "value": figures.clickers},
        {"step": "clicked by machines only", "value": figures.clicked_by_machine},
        {"step": "bookings requested", "value": bookings.requested},
        {"step": "bookings credited", "value": bookings.credited},
        {"step": "bookings confirmed", "value": bookings.confirmed},
        {"step": "revenue confirmed", "value": str(bookings.revenue)},
        {"step": "unsubscribed", "value": figures.unsubscribed},
        {"step": "complained", "value": figures.complained},
        {"step": "bounced later", "value": figures.bounced},
        {"step": "opens seen", "value": figures.opens_seen},
        {"step": "opens, automatic", "value": figures.opens_automatic},
        {"step": "opens, possible", "value": figures.opens_possible},
        {"step": "opens confirmed by a click", "value": figures.opens_confirmed},
    ]


def as_record(report: Report) -> Mapping[str, Any]:
    """The whole report as one JSON object; money in cents."""
    figures, bookings = report.figures, report.bookings
    return {
        "campaign": report.campaign,
        "status": report.status.value,
        "status_reason": report.status_reason,
        "at": report.at,
        "adds_up": report.adds_up,
        "audience": report.audience,
        "waterfall": [
            {"status": line.status.value, "reason": line.reason.value, "count": line.count}
            for line in report.lines
        ],
        "clicked_by_people": figures.clickers,
        "clicked_by_machines": figures.clicked_by_machine,
        "opens": {
            "seen": figures.opens_seen,
            "automatic": figures.opens_automatic,
            "possible": figures.opens_possible,
            "confirmed_by_a_click": figures.opens_confirmed,
        },
        "unsubscribed": figures.unsubscribed,
        "complained": figures.complained,
        "bounced": figures.bounced,
        "settled": figures.is_settled,
        "bookings": {
            "requested": bookings.requested,
            "credited": bookings.credited,
            "confirmed": bookings.confirmed,
            "revenue_cents": bookings.revenue.cents,
            "currency": bookings.revenue.currency,
        },
        "attribution": report.attribution,
    }


def as_csv(report: Report) -> str:
    """Both tables as one CSV (RFC 4180); each reason once for programs and once in words."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["campaign", "section", "step", "reason", "value", "in_words"])
    for row in waterfall_rows(report):
        words = REASONS[Reason(row["reason"])] if row["reason"] else ""
        cells = [row["step"], row["reason"], row["contacts"], words]
        writer.writerow([report.campaign, "waterfall", *cells])
    for row in funnel_rows(report):
        writer.writerow([report.campaign, "funnel", row["step"], "", row["value"], ""])
    return out.getvalue()
