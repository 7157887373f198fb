"""`bedside segments import | list`."""

from pathlib import Path

import typer

from campaigns.cli.console import AsOption, JsonOption, actor, edge, read_text, say, show
from campaigns.contacts import queries, segments
from campaigns.registry import FACTS

app = typer.Typer(no_args_is_help=True)


@app.command("import", epilog="Example: bedside segments import segments.yaml --as me@example.com")
def import_(file: Path, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Save the segments of a YAML file: a name, a title and a rule each."""
    with edge() as session:
        who = actor(session, as_)
        saved = segments.import_yaml(session, read_text(file), facts=FACTS, actor=who)
        names = [each.name for each in saved]
    say(f"Saved {len(names)} segments: {', '.join(names)}.", as_json=as_json, segments=names)


@app.command("list", epilog="Example: bedside segments list")
def list_(as_json: JsonOption = False) -> None:
    """All segments with their rules."""
    with edge() as session:
        rows = [
            {"name": each.name, "title": each.title, "rule": each.rule}
            for each in queries.segments(session)
        ]
    show(rows, as_json=as_json, empty="No segments yet: `bedside segments import FILE`.")
