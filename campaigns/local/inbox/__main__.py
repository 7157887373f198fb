"""Run the development inbox: `python -m campaigns.local.inbox`."""

import asyncio
import logging
import signal
import sys

import uvicorn

from campaigns import settings
from campaigns.errors import BedsideError, Misconfigured
from campaigns.local import ports, servers
from campaigns.local.inbox.pages import make_app
from campaigns.local.inbox.receiving import listen
from campaigns.local.inbox.store import Store
from campaigns.settings import Settings

HOST = "127.0.0.1"


def main() -> int:
    """Receive and show until told to stop; returns the exit code."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn raises them again once it has stopped
    try:
        asyncio.run(serve(settings.current()))
    except BedsideError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


async def serve(configured: Settings) -> None:
    """Listen for messages and for browsers, on this machine only; raises Misconfigured."""
    refuse_production(configured)
    ports.require_free(configured.inbox_smtp_port, field="inbox_smtp_port", use="the inbox")
    ports.require_free(configured.inbox_web_port, field="inbox_web_port", use="the inbox")
    data_dir = servers.whole(configured.data_dir)
    servers.make_data_dir(data_dir)
    store = Store(data_dir / "inbox.sqlite3")
    receiver = await listen(store, host=HOST, port=configured.inbox_smtp_port)
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    app = make_app(store, images_from=configured.public_url)
    config = uvicorn.Config(
        app,
        host=HOST,
        port=configured.inbox_web_port,
        access_log=False,
        timeout_graceful_shutdown=3,
    )
    try:
        await uvicorn.Server(config).serve()
    finally:
        receiver.close()
        store.close()


def refuse_production(configured: Settings) -> None:
    """Raise Misconfigured in production: there, messages must leave."""
    if configured.mode == "production":
        raise Misconfigured(
            "The development inbox does not run in production: BEDSIDE_MODE is production. "
            "Set BEDSIDE_SMTP_URL to your mail server instead."
        )


if __name__ == "__main__":
    sys.exit(main())
