"""The headers that every answer carries: no script, no frame, no referrer, nothing kept."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from campaigns import settings

READER_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Reader pages run no script at all."""

DESK_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""The desk runs its own scripts, and nothing from elsewhere."""

FRAMED_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
    )
)
"""A message shown within a page of the desk; answer it with `X-Frame-Options: SAMEORIGIN`."""

MESSAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
    )
)
"""A message in the browser keeps its inline styles, and is otherwise shut in."""

_ALWAYS = {
    "Content-Security-Policy": READER_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}

_AT_THE_DESK = {
    "Content-Security-Policy": DESK_POLICY,
    "Referrer-Policy": "same-origin",  # without it a form's Origin would be null
}


class SecurityHeaders:
    """Adds each header that the endpoint has not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = dict(_ALWAYS)
        if settings.current().public_url.startswith("https://"):
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete its answer."""

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                own = _AT_THE_DESK if scope["path"].startswith("/desk") else {}
                for name, value in (self._headers | own).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, complete)
