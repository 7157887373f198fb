"""The web application: every public route, the errors, the headers."""

from fastapi import Depends, FastAPI
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.gzip import GZipMiddleware

from campaigns.database import Sessions
from campaigns.web import api, failures, health, metrics, pages, staff
from campaigns.web.large_uploads import LargeUploads
from campaigns.web.metrics import Metrics
from campaigns.web.origin import OwnOrigin
from campaigns.web.public import (
    booking,
    confirming,
    events,
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
    events.router,
)
"""Every router, with what is served to readers first by name."""


def create_app(sessions: Sessions | None = None) -> FastAPI:
    """An application over this factory of sessions; without one, over the settings' database."""
    app = FastAPI(title="Bedside", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.sessions = sessions
    app.state.metrics = Metrics(app)
    app.add_middleware(LargeUploads)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MOST_BYTES)
    failures.install(app)
    for router in ROUTERS:
        app.include_router(router)
    for router in pages.ROUTERS:
        app.include_router(router, dependencies=[Depends(staff.guard)])
    for router in api.ROUTERS:
        app.include_router(router)
    app.add_exception_handler(staff.SignInNeeded, staff.to_sign_in)
    files.mount(app)
    app.add_middleware(OwnOrigin)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Watching, metrics=app.state.metrics)
    return app
