"""Receive over SMTP, on this machine only, and keep what arrives before saying so."""

import asyncio
import sqlite3
from functools import partial

from aiosmtpd.smtp import SMTP, Envelope, Session

from campaigns.local.inbox.store import Store

MOST_BYTES = 10 * 1024 * 1024


class Receiver:
    """Keeps each message; the answer 250 means that it is on disk."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep one message, or ask the sender to come again when the disk refuses."""
        raw = envelope.original_content or b""
        try:
            number = self._store.keep(
                raw,
                envelope_from=envelope.mail_from or "",
                envelope_to=[str(each) for each in envelope.rcpt_tos],
            )
        except sqlite3.Error as error:
            return f"452 4.3.1 not kept: {error}"
        return f"250 2.0.0 kept as message {number}"


async def listen(store: Store, *, host: str, port: int) -> asyncio.Server:
    """Open the SMTP port; 8BITMIME, SMTPUTF8 and SIZE up to 10 MB are offered."""
    loop = asyncio.get_running_loop()
    protocol = partial(
        SMTP,
        Receiver(store),
        loop=loop,
        data_size_limit=MOST_BYTES,
        enable_SMTPUTF8=True,
        hostname="localhost",
        ident="Bedside development inbox",
    )
    return await loop.create_server(protocol, host=host, port=port)
