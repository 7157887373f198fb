"""`bedside deliveries ...`: what failed or is uncertain, and a person's decision about it."""

from typing import Annotated

import typer

from campaigns.cli.campaigns import Name
from campaigns.cli.console import AsOption, JsonOption, actor, edge, say, show
from campaigns.delivery import mending, retrying, watching
from campaigns.delivery.models import Reason
from campaigns.planning import queries
from campaigns.registry import FACTS, RULES

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """What failed or is uncertain."""


@app.command(epilog="Example: bedside deliveries troubles")
def troubles(as_json: JsonOption = False) -> None:
    """What failed or is uncertain, by campaign and kind."""
    with edge() as session:
        found = watching.troubles(session)
    rows = [
        {
            "campaign": each.campaign,
            "kind": each.reason.value or each.kind.value,
            "messages": each.messages,
            "left as it is": "yes" if each.is_settled else "no",
            "last words": each.example,
        }
        for each in found
    ]
    show(rows, as_json=as_json)
    if not rows and not as_json:
        say("Nothing has failed, and nothing is uncertain.")


@app.command(
    epilog="Example: bedside deliveries retry autumn-savings --kind refused --as owner@example.com"
)
def retry(
    name: Name,
    kind: Annotated[Reason, typer.Option(help="How they failed, such as refused or render.")],
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Queue what failed in one way again; consent and suppression are looked at once more."""
    with edge() as session:
        number = retrying.retry_failed(
            session,
            queries.named(session, name),
            actor=actor(session, as_),
            reason=kind,
            rules=RULES,
            facts=FACTS,
        )
    say(f"{number} messages wait to leave again.", as_json=as_json, name=name, messages=number)


@app.command(
    epilog="Example: bedside deliveries resend autumn-savings --number 2 --as owner@example.com"
)
def resend(
    name: Name,
    number: Annotated[int, typer.Option(help="How many are uncertain; must be right.")],
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Send uncertain messages again: whoever got the first copy gets a second one."""
    with edge() as session:
        sent = retrying.resend_uncertain(
            session,
            queries.named(session, name),
            actor=actor(session, as_),
            expected=number,
            rules=RULES,
            facts=FACTS,
        )
    say(f"{sent} messages wait to leave a second time.", as_json=as_json, name=name, messages=sent)


@app.command(epilog="Example: bedside deliveries settle autumn-savings --as owner@example.com")
def settle(name: Name, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Leave uncertain messages as they are: they are never sent again."""
    with edge() as session:
        campaign = queries.named(session, name)
        number = retrying.leave_uncertain(session, campaign, actor=actor(session, as_))
    say(f"{number} messages stay uncertain.", as_json=as_json, name=name, messages=number)


@app.command(epilog="Example: bedside deliveries release --as owner@example.com")
def release(as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Free what workers left behind, and ring for what waits."""
    with edge() as session:
        done = mending.release(session, actor=actor(session, as_))
    say(
        f"{done.batches} batches freed, {done.gathered} messages put into new ones.",
        as_json=as_json,
        batches=done.batches,
        gathered=done.gathered,
    )
