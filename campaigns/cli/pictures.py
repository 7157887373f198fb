"""`bedside pictures add | list | remove`."""

from pathlib import Path
from typing import Annotated

import typer

from campaigns.accounts import permissions
from campaigns.accounts.permissions import Verb
from campaigns.cli.console import AsOption, JsonOption, actor, edge, read_bytes, say, show
from campaigns.rendering import pictures, queries

app = typer.Typer(no_args_is_help=True)

_ALL = 1_000_000


@app.command(epilog="Example: bedside pictures add hills.jpg --as coordinator@example.com")
def add(file: Path, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Keep a PNG or JPEG for messages; prints the name by which a campaign file shows it."""
    with edge() as session:
        taken = pictures.take(
            session, actor=actor(session, as_), content=read_bytes(file), file_name=file.name
        )
    line = f'image: {{file: {taken.name}, alt: "…"}}'
    was = "is kept" if taken.is_new else "was here already"
    said = f"{file.name} {was}. In a block of a campaign file: {line}. {taken.said}"
    say(said.strip(), as_json=as_json, name=taken.name, is_new=taken.is_new)


@app.command("list", epilog="Example: bedside pictures list --as coordinator@example.com")
def list_(as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Every picture, newest first, and which campaigns show it now."""
    with edge() as session:
        permissions.require(actor(session, as_), Verb.EDIT_CAMPAIGNS)
        kept = queries.shelf(session, page=1, size=_ALL)
        shown = queries.shown_in(session, {each.name for each in kept})
        rows = [
            {
                "name": each.name,
                "file": each.file_name,
                "width": each.width,
                "height": each.height,
                "bytes": each.bytes,
                "shown in": ", ".join(shown.get(each.name, [])),
            }
            for each in kept
        ]
    show(rows, as_json=as_json, empty="No pictures yet: `bedside pictures add FILE`.")


@app.command(
    epilog="Example: bedside pictures remove 4d39375151446d91e61b.jpg --as coordinator@example.com"
)
def remove(
    name: Annotated[str, typer.Argument(help="The picture's name.")],
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Delete a picture that no message shows, now or in an earlier version."""
    with edge() as session:
        pictures.remove(session, actor=actor(session, as_), name=name)
    say(f"The picture {name} is deleted.", as_json=as_json, name=name)
