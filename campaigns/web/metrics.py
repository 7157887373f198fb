"""Figures for Prometheus: what the database knows, and what this process answered."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from fastapi import APIRouter, FastAPI, Request, Response
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from campaigns import clock, database, logs
from campaigns.database import Session, Sessions
from campaigns.delivery import heartbeat, queries
from campaigns.delivery.models import BatchState, DeliveryStatus
from campaigns.errors import BedsideError
from campaigns.notices import NoticeStatus
from campaigns.web import insiders

log = logs.get(__name__)

router = APIRouter()


class Facts(Collector):
    """What the database knows now, asked at each scrape."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def collect(self) -> Iterator[Metric]:
        """Each figure; where the database does not answer, only that it does not."""
        sessions: Sessions = self._app.state.sessions or database.sessions()
        try:
            with database.transaction(sessions) as session:
                found = list(_facts(session))
        except (BedsideError, SQLAlchemyError) as error:
            log.warning("the metrics' database does not answer", error=type(error).__name__)
            found = []
        yield GaugeMetricFamily(
            "bedside_database_up", "Whether the database answers", value=1 if found else 0
        )
        yield from found


class Metrics:
    """The figures of one application."""

    def __init__(self, app: FastAPI) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(Facts(app))
        self.requests = Counter(
            "bedside_requests",
            "Requests answered",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "bedside_request_seconds", "Time to answer", ["route"], registry=self.registry
        )


@router.get("/metrics")
def scrape(request: Request) -> Response:
    """All figures as Prometheus text, for insiders; no address and no name is among them."""
    insiders.require(request)
    metrics: Metrics = request.app.state.metrics
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _facts(session: Session) -> Iterator[Metric]:
    now = clock.now(session)
    yield _by_state("deliveries", "Deliveries", DeliveryStatus, queries.totals(session))
    yield _by_state("batches", "Batches", BatchState, queries.batch_totals(session))
    yield _by_state("notices", "Notices", NoticeStatus, queries.notice_totals(session))
    yield _age("oldest_due", "Since when a delivery waits", queries.oldest_due(session), now)
    ticks = [each.at for each in queries.heartbeats(session) if each.name == heartbeat.TICK]
    yield _age("last_tick", "Since the scheduler last ticked", max(ticks, default=None), now)
    accepted = queries.last_accepted(session)
    yield _age("last_accepted", "Since the mail server last accepted a message", accepted, now)


S = TypeVar("S", bound=StrEnum)


def _by_state(name: str, what: str, states: type[S], counted: Mapping[S, int]) -> Metric:
    family = GaugeMetricFamily(f"bedside_{name}", f"{what} by state", labels=["status"])
    for state in states:
        family.add_metric([state.value], counted.get(state, 0))
    return family


def _age(name: str, what: str, moment: datetime | None, now: datetime) -> Metric:
    family = GaugeMetricFamily(f"bedside_{name}_seconds", f"{what}, in seconds")
    if moment is not None:
        family.add_metric([], max(0.0, (now - moment).total_seconds()))
    return family
