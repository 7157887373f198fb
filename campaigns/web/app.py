"""The web application: every public route, the errors, the headers."""

from fastapi import FastAPI
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from campaigns.database import Sessions
from campaigns.web import failures, health, metrics
from campaigns.web.metrics import Metrics
from campaigns.web.public import (
    booking,
    confirming,
    files,
    front,
    preferences,
    tracking,
    unsubscribe,
    viewing,
)
from campaigns.web.security import SecurityHeaders
from campaigns.web.watching import Watching

MOST_BYTES = 1_000_000
"""The largest request that is read; no form of ours comes near it."""

ROUTERS = (
    front.router,
    health.router,
    metrics.router,
    files.router,
    tracking.router,
    viewing.router,
    unsubscribe.router,
    preferences.router,
    confirming.router,
    booking.router,
)
"""Every router, with what is served to readers first by name."""


def create_app(sessions: Sessions | None = None) -> FastAPI:
    """An application over this factory of sessions; without one, over the settings' database."""
    app = FastAPI(title="Bedside", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.sessions = sessions
    app.state.metrics = Metrics(app)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MOST_BYTES)
    failures.install(app)
    for router in ROUTERS:
        app.include_router(router)
    files.mount(app)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Watching, metrics=app.state.metrics)
    return app
