"""The web application: every public route, the errors, the headers."""

from fastapi import FastAPI

from campaigns.database import Sessions
from campaigns.web import failures, templating
from campaigns.web.public import files
from campaigns.web.security import SecurityHeaders

ROUTERS = (files.router,)
"""Every router of the public pages; a module of `campaigns.web.public` each."""


def create_app(sessions: Sessions | None = None) -> FastAPI:
    """An application over this factory of sessions; without one, over the settings' database."""
    app = FastAPI(title="Bedside", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.sessions = sessions
    failures.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", files.Static(directory=templating.STATIC), name="static")
    app.add_middleware(SecurityHeaders)
    return app
