"""`bedside demo`, `settings check`, `migrate`, `pause-all`, `resume-all`: for the operator."""

import os
import re
from contextlib import suppress
from typing import Annotated

import typer
from pydantic import SecretStr

from campaigns import database, settings
from campaigns.cli.console import AsOption, JsonOption, actor, edge, refusals, say, show
from campaigns.delivery import stopping
from campaigns.errors import Misconfigured
from campaigns.local import servers

settings_app = typer.Typer(no_args_is_help=True)


@settings_app.callback()
def _group() -> None:
    """The knobs."""


@settings_app.command(epilog="Example: bedside settings check")
def check(as_json: JsonOption = False) -> None:
    """Read every setting and say what is wrong; secrets are not shown."""
    with refusals():
        with suppress(Misconfigured):
            servers.join_running(os.environ)
        current = settings.load()
    rows = [
        {
            "setting": settings.variable(name),
            "value": _shown(getattr(current, name), is_secret=not field.repr),
            "means": field.description or "",
        }
        for name, field in settings.Settings.model_fields.items()
    ]
    show(rows, as_json=as_json)
    if not as_json:
        say("The settings can be used.")


def _shown(value: object, *, is_secret: bool) -> str:
    if is_secret or isinstance(value, SecretStr):
        return "(set, not shown)" if value else ""
    without = re.sub(r"(://[^:@/?]*:).*(?=@)", r"\1***", str(value))
    return re.sub(r"([?&]\w*password=)[^&]*", r"\1***", without, flags=re.IGNORECASE)


def pause_all(as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Stop every newsletter before its next message; letters (bookings) still go.

    Example: bedside pause-all --as owner@example.com
    """
    with edge() as session:
        stopping.pause_all(session, actor=actor(session, as_))
    say("All newsletters stand still. `bedside resume-all` lets them go on.", as_json=as_json)


def resume_all(as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Let newsletters go on.

    Example: bedside resume-all --as owner@example.com
    """
    with edge() as session:
        stopping.resume_all(session, actor=actor(session, as_))
    say("Newsletters go on.", as_json=as_json)


def migrate(as_json: JsonOption = False) -> None:
    """Bring the database to the newest schema.

    Example: bedside migrate
    """
    from alembic.util import CommandError

    with refusals():
        servers.join_running(os.environ)
        try:
            database.migrate(settings.current().database_url)
        except CommandError as error:
            raise Misconfigured(
                f"The database was made by another version of Bedside ({error}). "
                "Run that version, or `make demo-reset` where it is the demo's."
            ) from error
    say("The database is up to date.", as_json=as_json)


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Walk the whole story once on a fresh clinic, and stop.")
    ] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Forget the demo's data.")] = False,
    empty: Annotated[
        bool, typer.Option("--empty", help="Bring no sample clinic: try the first run.")
    ] = False,
) -> None:
    """Run everything on this machine with a sample clinic, until Ctrl-C.

    Example: bedside demo --once
    """
    from campaigns.local import demo as local
    from campaigns.local import story

    with refusals():
        if reset:
            local.reset(local.demo_settings())
        elif once:
            raise typer.Exit(story.tell())
        else:
            local.run(local.demo_settings(), with_sample=not empty)
