"""What the demo says once it runs: where to come in, and what to try."""

import sys
from contextlib import suppress
from pathlib import Path

from campaigns import database
from campaigns.accounts import passwords
from campaigns.local import sample
from campaigns.settings import Settings
from campaigns.web import welcome


def lines(settings: Settings, *, inbox_url: str, has_desk: bool) -> list[str]:
    """The greeting, line by line; the first person's way in while nobody works here."""
    bedside = Path(sys.argv[0])
    with suppress(ValueError):
        bedside = bedside.relative_to(Path.cwd())
    return [
        "",
        "Open in a browser:",
        *(_way_in(settings) if has_desk else []),
        f"  the inbox    {inbox_url}   (everything sent arrives here)",
        "",
        "In another terminal:",
        f"  {bedside} --help",
        f"  {bedside} status",
        "",
        "Ctrl-C stops everything.",
    ]


def _way_in(settings: Settings) -> list[str]:
    invited = welcome.invitation(database.sessions())
    if invited:
        return [f"  {line.strip()}" for line in invited.splitlines()]
    return [
        f"  the desk     {settings.public_url}/desk",
        f"               sign in as {sample.COORDINATOR}, password: {passwords.DEMO}",
    ]
