"""A form of the desk is taken from the desk's own pages only (CSRF, OWASP: fetch metadata)."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from campaigns import settings

_SAFE = {"GET", "HEAD", "OPTIONS"}
_GUARDED = "/desk"
_SENTENCE = (
    "This form did not come from a page of this desk, so nothing was done. "
    "Open the page here, and try again."
)


class OwnOrigin:
    """Refuses what another site has a browser send."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on unless it changes something and comes from elsewhere."""
        if _changes_the_desk(scope) and not _is_own(Headers(scope=scope)):
            await PlainTextResponse(_SENTENCE, status_code=403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _changes_the_desk(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and scope["path"].startswith(_GUARDED)
        and scope["method"] not in _SAFE
    )


def _is_own(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(headers.get("origin", "")).netloc
    return bool(origin) and origin in {
        headers.get("host"),
        urlsplit(settings.current().public_url).netloc,
    }
