"""Let a file of contacts or a picture be larger than other requests, which keep the usual limit."""

import re
from collections.abc import Mapping

from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_PICTURE = 12_000_000

MOST_BYTES: Mapping[str, int] = {
    "/desk/contacts/import": 30_000_000,
    "/desk/campaigns/[^/]+/content/pictures": _PICTURE,
    "/desk/campaigns/[^/]+/content/html": 4_000_000,
    "/desk/campaigns/[^/]+/content/html/pictures": 30_000_000,
    "/desk/(?:settings|setup)/brand/logo": _PICTURE,
}
"""By path of what is posted; above what is taken, so that the page itself says what is too much."""


class LargeUploads:
    """Raises the limit on the few requests that carry a file; stands within the usual limit."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._limited = [
            (re.compile(path), RequestBodyLimitMiddleware(app, max_body_size=most))
            for path, most in MOST_BYTES.items()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with the limit that its address has."""
        await self._way(scope)(scope, receive, send)

    def _way(self, scope: Scope) -> ASGIApp:
        if scope.get("method") == "POST":
            for path, limited in self._limited:
                if path.fullmatch(scope.get("path", "")):
                    return limited
        return self._app
