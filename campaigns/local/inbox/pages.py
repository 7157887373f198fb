"""The inbox in the browser and as JSON: list, one message, search, delete all; no JavaScript."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.middleware.trustedhost import TrustedHostMiddleware

from campaigns.local.inbox import letters
from campaigns.local.inbox.store import Kept, Store

_HERE = Path(__file__).parent / "templates"
_PAGE = 50
_OURS = ["localhost", "127.0.0.1"]
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

View = Literal["html", "text", "headers", "source"]


def make_app(store: Store, *, images_from: str) -> FastAPI:
    """The inbox's web application; messages may load images from this one origin only."""
    app = FastAPI(title="Bedside development inbox", docs_url=None, redoc_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=_OURS)
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(images_from))
    _add_pages(app, store, origin=origin)
    _add_frames(app, store, origin=origin)
    _add_json(app, store)
    return app


def _add_pages(app: FastAPI, store: Store, *, origin: str) -> None:
    @app.get("/")
    def show_list(to: str = "", query: str = "", before: int = 0) -> Response:
        found, total = store.find(to=to, query=query, before=before, limit=_PAGE + 1)
        shown = found[:_PAGE]
        older = urlencode({"to": to, "query": query, "before": shown[-1].id if shown else 0})
        return _page(
            "list.html",
            messages=shown,
            total=total,
            to=to,
            query=query,
            before=before,
            older=older if len(found) > _PAGE else "",
        )

    @app.get("/messages/{number}")
    def show_message(
        number: int, view: View | None = None, width: Literal["600", "375"] = "600"
    ) -> Response:
        kept, raw = _found(store, number)
        opened = letters.opened(raw)
        newer, older = store.neighbours(number)
        return _page(
            "message.html",
            message=kept,
            opened=opened,
            view=view or ("html" if opened.html else "text"),
            width=width,
            source=raw.decode("utf-8", "replace"),
            images_from=origin,
            newer=newer,
            older=older,
        )

    @app.post("/delete-all")
    def delete_all(request: Request) -> Response:
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise HTTPException(403, "Another site asked for this; nothing was deleted.")
        store.empty()
        return RedirectResponse("/", status_code=303)

    @app.get("/inbox.css")
    def style() -> Response:
        return Response((_HERE / "inbox.css").read_text(encoding="utf-8"), media_type="text/css")


def _add_frames(app: FastAPI, store: Store, *, origin: str) -> None:
    @app.get("/messages/{number}/html")
    def show_html(number: int) -> Response:
        _, raw = _found(store, number)
        policy = (
            f"default-src 'none'; img-src data: {origin}; style-src 'unsafe-inline'; "
            "form-action 'none'; base-uri 'none'; frame-ancestors 'self'; "
            "sandbox allow-popups allow-popups-to-escape-sandbox"
        )
        return _answer(HTMLResponse(_in_new_tabs(letters.opened(raw).html)), policy)

    @app.get("/messages/{number}/parts/{index}")
    def download_part(number: int, index: int) -> Response:
        _, raw = _found(store, number)
        for part in letters.opened(raw).attached:
            if part.index == index:
                name = re.sub(r"[^A-Za-z0-9._-]+", "-", part.name)
                disposition = f'attachment; filename="{name}"'
                response = Response(part.content, media_type="application/octet-stream")
                response.headers["Content-Disposition"] = disposition
                return _answer(response, "default-src 'none'; sandbox")
        raise HTTPException(404, "This message has no such part.")


def _add_json(app: FastAPI, store: Store) -> None:
    @app.get("/api/messages")
    def list_json(
        to: str = "",
        query: str = "",
        before: int = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> dict[str, Any]:
        found, total = store.find(to=to, query=query, before=before, limit=limit)
        return {"total": total, "messages": [_record(each) for each in found]}

    @app.delete("/api/messages")
    def delete_json() -> dict[str, int]:
        return {"deleted": store.empty()}

    @app.get("/api/messages/{number}")
    def message_json(number: int) -> dict[str, Any]:
        kept, raw = _found(store, number)
        opened = letters.opened(raw)
        attached = [{"index": a.index, "name": a.name, "kind": a.kind} for a in opened.attached]
        return _record(kept) | {
            "headers": opened.headers,
            "text": opened.text,
            "html": opened.html,
            "attached": attached,
        }

    @app.get("/api/messages/{number}/raw")
    def raw_message(number: int) -> Response:
        _, raw = _found(store, number)
        return _answer(Response(raw, media_type="message/rfc822"), "default-src 'none'; sandbox")


def _found(store: Store, number: int) -> tuple[Kept, bytes]:
    found = store.get(number)
    if found is None:
        raise HTTPException(404, "There is no such message; perhaps all were deleted.")
    return found


def _record(kept: Kept) -> dict[str, Any]:
    return {
        "id": kept.id,
        "arrived_at": kept.arrived_at.isoformat(),
        "envelope_from": kept.envelope_from,
        "envelope_to": kept.envelope_to,
        "from": kept.author,
        "subject": kept.subject,
        "message_id": kept.message_id,
        "size": kept.size,
    }


def _in_new_tabs(html: str) -> str:
    """Have links open beside the inbox: inside the frame they could do nothing."""
    base = '<base target="_blank">'
    marked, count = re.subn(r"(<head\b[^>]*>)", rf"\1{base}", html, count=1, flags=re.IGNORECASE)
    return marked if count else base + html


def _page(template: str, **values: Any) -> Response:
    return _answer(HTMLResponse(_TEMPLATES.get_template(template).render(values)), _PAGE_POLICY)


def _answer(response: Response, policy: str) -> Response:
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


_TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
