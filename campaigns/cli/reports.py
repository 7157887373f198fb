"""`bedside report`, `bedside verify`, `bedside status`."""

import sys
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from campaigns.cli.console import JsonOption, edge, out, print_json, say, show
from campaigns.planning import queries as planning
from campaigns.reporting import exports, funnel, invariants
from campaigns.reporting import status as state


class Form(StrEnum):
    """How a report is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def report(
    campaign: Annotated[str, typer.Argument(help="The campaign's name.")],
    form: Annotated[Form, typer.Option("--format", help="table, json or csv")] = Form.TABLE,
    as_json: JsonOption = False,
) -> None:
    """The waterfall of a campaign's audience and the funnel of what came of it.

    Example: bedside report autumn-savings --format csv
    """
    with edge() as session:
        found = funnel.report(session, planning.named(session, campaign))
    if as_json or form is Form.JSON:
        print_json(exports.as_record(found))
    elif form is Form.CSV:
        sys.stdout.write(exports.as_csv(found))
    else:
        show(
            exports.waterfall_rows(found), as_json=False, title=f"{found.campaign}: {found.status}"
        )
        show(exports.funnel_rows(found), as_json=False, title="What came of it")
        say(f"Credit: {found.attribution}.")
        if not found.figures.is_settled:
            say("Hits of the last minute may still turn out to be made by machines.")


def verify(as_json: JsonOption = False) -> None:
    """Count everything that must be true: nothing sent twice, nothing lost; else exit 1.

    Example: bedside verify --json
    """
    with edge() as session:
        checks = invariants.verify(session)
    rows = [
        {
            "invariant": check.name,
            "holds": "yes" if check.holds else "NO",
            "violations": check.violations,
            "means": check.sentence,
            "examples": list(check.examples),
        }
        for check in checks
    ]
    show(rows, as_json=as_json)
    if not all(check.holds for check in checks):
        raise typer.Exit(1)
    if not as_json:
        say("Everything adds up.")


def status(as_json: JsonOption = False) -> None:
    """How it is going, in plain words: what waits, who holds what, when it last moved.

    Example: bedside status
    """
    with edge() as session:
        now = state.status(session)
    if as_json:
        print_json(
            {
                name: getattr(now, name)
                for name in now.__slots__
                if name not in {"held", "campaigns", "loads", "parts", "stuck"}
            }
            | {
                "campaigns": [list(each) for each in now.campaigns],
                "held": [asdict(each) for each in now.held],
                "loads": [asdict(each) for each in now.loads],
                "parts": [asdict(each) for each in now.parts],
                "stuck": asdict(now.stuck),
            }
        )
        return
    for sentence in state.sentences(now):
        say(sentence)
    if now.worries:
        out.print()
    for worry in now.worries:
        out.print(f"! {worry}", style="yellow", markup=False, highlight=False)
