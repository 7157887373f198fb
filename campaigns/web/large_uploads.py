"""Let a file of contacts be larger than other requests, which keep the usual limit."""

from collections.abc import Mapping

from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

MOST_BYTES: Mapping[tuple[str, str], int] = {("POST", "/desk/contacts/import"): 30_000_000}
"""By method and path. Above what is taken, so that the page itself says what is too large."""


class LargeUploads:
    """Raises the limit on the few requests that carry a file; stands within the usual limit."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._limited = {
            each: RequestBodyLimitMiddleware(app, max_body_size=most)
            for each, most in MOST_BYTES.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with the limit that its address has."""
        asked = (scope.get("method", ""), scope.get("path", ""))
        await self._limited.get(asked, self._app)(scope, receive, send)
