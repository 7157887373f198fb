"""Count and log every request by its route: never its address, for that carries a token."""

from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from campaigns import logs
from campaigns.web.metrics import Metrics

log = logs.get(__name__)

_QUIET = {"/healthz", "/readyz", "/metrics", "/brand.css", "files"}
_METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}


class Watching:
    """Sees each request pass."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; note the route, the status and how long it took."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = perf_counter(), 500

        async def noticing(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noticing)
        finally:
            self._note(scope, status, perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = name(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.requests.labels(route, method, str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        if route not in _QUIET:
            log.info(
                "answered", route=route, method=method, status=status, ms=round(seconds * 1000, 1)
            )


def name(scope: Scope) -> str:
    """The route's pattern (`/u/{token}`); `files` for static ones, `none` where nothing matched."""
    route = scope.get("route")
    if route is not None:
        return str(route.path)
    return "files" if scope.get("app_root_path") is not None else "none"
