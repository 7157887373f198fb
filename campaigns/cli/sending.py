"""`bedside campaigns submit | approve | schedule | start | pause ...`: let it out, or stop it."""

from datetime import datetime
from typing import Annotated

import typer

from campaigns import clock
from campaigns.accounts import queries as accounts
from campaigns.cli.campaigns import Name
from campaigns.cli.console import AsOption, JsonOption, actor, edge, say
from campaigns.compliance import approval
from campaigns.delivery import stopping
from campaigns.errors import Invalid
from campaigns.planning import queries, timing
from campaigns.registry import FACTS, RULES

app = typer.Typer()


@app.command(epilog="Example: bedside campaigns submit autumn-savings --as coordinator@example.com")
def submit(name: Name, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Hand a draft over: a worker renders, freezes and checks it."""
    with edge() as session:
        campaign = queries.named(session, name)
        approval.submit(session, campaign, actor=actor(session, as_))
        status = campaign.status.value
    say(
        f"Campaign {name} is being rendered and checked. Next: bedside campaigns show {name}",
        as_json=as_json,
        name=name,
        status=status,
    )


@app.command(
    epilog="Example: bedside campaigns approve autumn-savings --as legal@example.com "
    "--reason 'Prices and terms checked.'"
)
def approve(
    name: Name,
    reason: Annotated[str, typer.Option(help="Why you sign; kept with your signature.")] = "",
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Sign for every role of yours that the findings ask for; bound to exactly this content."""
    with edge() as session:
        campaign = queries.named(session, name)
        who = actor(session, as_)
        missing = approval.approve(session, campaign, actor=who, reason=reason)
        status = campaign.status.value
    still = f" Still to sign: {', '.join(missing)}." if missing else ""
    say(
        f"Signed. Campaign {name} is {status}.{still}",
        as_json=as_json,
        name=name,
        status=status,
        still_to_sign=list(missing),
    )


@app.command(
    "send-back",
    epilog="Example: bedside campaigns send-back autumn-savings --reason 'Shorter, please.'",
)
def send_back(
    name: Name,
    reason: Annotated[str, typer.Option(help="What is to be changed.")],
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Return it to its author with a note."""
    with edge() as session:
        campaign = queries.named(session, name)
        approval.send_back(session, campaign, actor=actor(session, as_), reason=reason)
    say(f"Campaign {name} is a draft again.", as_json=as_json, name=name)


@app.command(
    epilog="Example: bedside campaigns schedule autumn-savings --at '2026-11-24 09:00' "
    "--as coordinator@example.com"
)
def schedule(
    name: Name,
    at: Annotated[str, typer.Option(help="A moment such as '2026-11-24 09:00'.")],
    zone: Annotated[str, typer.Option(help="Its time zone; else the clinic's.")] = "",
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Send it at a moment on the clinic's clock; the scheduler starts it."""
    with edge() as session:
        campaign = queries.named(session, name)
        moment = clock.moment(_wall_time(at), zone or accounts.organisation(session).zone)
        approval.schedule(
            session, campaign, actor=actor(session, as_), moment=moment, rules=RULES, facts=FACTS
        )
    words = clock.local_text(moment.instant, moment.zone)
    note = timing.jump_text(moment)
    say(
        f"Campaign {name} starts {words} ({moment.instant:%H:%M} UTC). {note}".rstrip(),
        as_json=as_json,
        name=name,
        at=moment.instant,
    )


def _wall_time(text: str) -> datetime:
    try:
        local = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"{text!r} is not a moment; write it like 2026-11-24 09:00.") from error
    if local.tzinfo is not None:
        raise Invalid("Give the time as the clock shows it, without an offset; use --zone.")
    return local


@app.command(epilog="Example: bedside campaigns start autumn-savings --as coordinator@example.com")
def start(name: Name, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Send an approved campaign now."""
    with edge() as session:
        campaign = queries.named(session, name)
        approval.start(session, campaign, actor=actor(session, as_), rules=RULES, facts=FACTS)
    say(f"Campaign {name} starts now.", as_json=as_json, name=name)


@app.command(epilog="Example: bedside campaigns unschedule autumn-savings")
def unschedule(name: Name, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Take it off the schedule; its approval stands."""
    with edge() as session:
        stopping.unschedule(session, queries.named(session, name), actor=actor(session, as_))
    say(f"Campaign {name} is approved and not scheduled.", as_json=as_json, name=name)


@app.command(epilog="Example: bedside campaigns pause autumn-savings --as coordinator@example.com")
def pause(
    name: Name,
    reason: Annotated[str, typer.Option(help="Why; others will read it.")] = "",
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Hold it before its next message."""
    with edge() as session:
        campaign = queries.named(session, name)
        stopping.pause(session, campaign, actor=actor(session, as_), reason=reason)
    say(f"Campaign {name} is paused.", as_json=as_json, name=name)


@app.command(epilog="Example: bedside campaigns resume autumn-savings --as coordinator@example.com")
def resume(name: Name, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Let it go on after the checks of a start."""
    with edge() as session:
        campaign = queries.named(session, name)
        stopping.resume(session, campaign, actor=actor(session, as_), rules=RULES, facts=FACTS)
        status = campaign.status.value
    say(f"Campaign {name} is {status} again.", as_json=as_json, name=name, status=status)


@app.command(epilog="Example: bedside campaigns cancel autumn-savings --as coordinator@example.com")
def cancel(
    name: Name,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """End it for good: what has not left will not."""
    with edge() as session:
        campaign = queries.named(session, name)
        number = stopping.cancel(session, campaign, actor=actor(session, as_), reason=reason)
    say(
        f"Campaign {name} is cancelled; {number} contacts will not get it.",
        as_json=as_json,
        name=name,
        not_sent=number,
    )
