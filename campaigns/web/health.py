"""Whether this process lives (`/healthz`) and can do its work (`/readyz`), part by part."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from alembic.config import Config
from alembic.script import ScriptDirectory
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from redis import Redis, RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from campaigns import database, migrations, settings
from campaigns.database import Sessions
from campaigns.errors import BedsideError, Misconfigured, Unavailable
from campaigns.web import insiders
from campaigns.web.dependencies import factory

REDIS_SECONDS = 2

router = APIRouter()


@router.get("/healthz")
def alive() -> PlainTextResponse:
    """This process answers."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
def ready(request: Request, sessions: Annotated[Sessions, Depends(factory)]) -> JSONResponse:
    """Every part that this process needs answers; else 503, to insiders with the part and why."""
    details: dict[str, object] = {"parts": list(PARTS)}
    status = 200
    for part, check in PARTS.items():
        try:
            check(sessions)
        except (BedsideError, SQLAlchemyError, RedisError, OSError) as error:
            problem = str(error) if isinstance(error, BedsideError) else type(error).__name__
            status, details = 503, {"part": part, "problem": problem}
            break
    is_ready: dict[str, object] = {"ready": status == 200}
    return JSONResponse(is_ready | details if insiders.is_one(request) else is_ready, status)


def _database(sessions: Sessions) -> None:
    with database.transaction(sessions) as session:
        session.execute(text("SELECT 1"))


def _migrations(sessions: Sessions) -> None:
    with database.transaction(sessions) as session:
        found = set(session.scalars(text("SELECT version_num FROM alembic_version")))
    if found != _heads():
        raise Unavailable("The database has another schema than this program: migrate it.")


@cache
def _heads() -> set[str]:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    return set(ScriptDirectory.from_config(config).get_heads())


def _redis(_sessions: Sessions) -> None:
    url = settings.current().redis_url
    if not url:
        raise Misconfigured("REDIS_URL is not set.")
    plain = url.replace("redis+socket://", "unix://", 1)
    with Redis.from_url(
        plain, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
    ) as client:
        client.ping()


PARTS: Mapping[str, Callable[[Sessions], None]] = {
    "database": _database,
    "migrations": _migrations,
    "redis": _redis,
}
"""Each part by name, in the order in which they are asked."""
