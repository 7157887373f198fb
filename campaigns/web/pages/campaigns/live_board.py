"""What everyone who watches a campaign sees: one reading a second, shared by all of them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from time import monotonic

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from campaigns import database
from campaigns.database import Sessions
from campaigns.errors import Unavailable
from campaigns.planning.models import Campaign
from campaigns.reporting import watching
from campaigns.reporting.watching import Watched

LEAST_SECONDS = 1.0
"""A reading is shared for this long, or for ten times what it took."""
MOST_WATCHERS = 200
"""A process holds open so many streams; the next one is told to look by itself."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How it stood at one moment, and until when that is good enough."""

    watched: Watched
    good_until: float


@dataclass
class Board:
    """The readings of one application."""

    sessions: Sessions
    watchers: dict[int, int] = field(default_factory=dict)
    readings: int = 0
    """How often the database was asked."""
    is_closing: bool = False
    """Whether the server is about to stop: every stream ends within a second."""
    _known: dict[int, Reading] = field(default_factory=dict)
    _locks: dict[int, asyncio.Lock] = field(default_factory=dict)

    async def latest(self, campaign_id: int) -> Watched:
        """How the campaign stands; asks the database unless somebody just did."""
        async with self._locks.setdefault(campaign_id, asyncio.Lock()):
            known = self._known.get(campaign_id)
            if known is None or known.good_until <= monotonic():
                known = await run_in_threadpool(self._read, campaign_id)
                self._known[campaign_id] = known
            return known.watched

    def check_room(self) -> None:
        """Raise Unavailable where too many watch already."""
        if sum(self.watchers.values()) >= MOST_WATCHERS:
            raise Unavailable("Too many people watch at once; this page refreshes instead.")

    def enter(self, campaign_id: int) -> None:
        """One more watches."""
        self.watchers[campaign_id] = self.watchers.get(campaign_id, 0) + 1

    def leave(self, campaign_id: int) -> None:
        """One fewer watches; with the last one, nothing is kept."""
        self.watchers[campaign_id] -= 1
        if not self.watchers[campaign_id]:
            for kept in (self.watchers, self._known, self._locks):
                kept.pop(campaign_id, None)

    async def follow(self, campaign_id: int, *, for_seconds: float) -> AsyncIterator[Watched]:
        """A reading a second for a bounded time, ending with the campaign."""
        ends = monotonic() + for_seconds
        while monotonic() < ends and not self.is_closing:
            watched = await self.latest(campaign_id)
            yield watched
            if watched.is_over:
                return
            await asyncio.sleep(LEAST_SECONDS)

    def _read(self, campaign_id: int) -> Reading:
        began = monotonic()
        with database.transaction(self.sessions) as session:
            found = watching.watched(session, session.get_one(Campaign, campaign_id))
        self.readings += 1
        ended = monotonic()
        return Reading(found, ended + max(LEAST_SECONDS * 0.9, 10 * (ended - began)))


def board(app: FastAPI) -> Board:
    """The board of this application, hung up when somebody first looks."""
    found: Board | None = getattr(app.state, "board", None)
    if found is None:
        found = app.state.board = Board(app.state.sessions or database.sessions())
    return found


def close(app: FastAPI) -> None:
    """End every stream of this application, so that its server need not wait for them."""
    board(app).is_closing = True
