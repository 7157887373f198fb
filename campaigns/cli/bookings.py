"""`bedside bookings list | confirm | decline`: the desk."""

from typing import Annotated, Any

import typer

from campaigns.accounts import permissions
from campaigns.accounts.permissions import Verb
from campaigns.bookings import lifecycle, queries
from campaigns.bookings.models import BookingStatus
from campaigns.bookings.queries import Visit
from campaigns.cli.console import AsOption, JsonOption, actor, edge, say, show

app = typer.Typer(no_args_is_help=True)

Reference = Annotated[str, typer.Argument(help="The booking, such as BK-7F3K2.")]


@app.command("list", epilog="Example: bedside bookings list --status held --as desk@example.com")
def list_(
    status: Annotated[
        list[BookingStatus] | None,
        typer.Option(help="Only these, may be repeated; else all that stand."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that fell away too.")] = False,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Bookings, the next visit first; without an option those that still stand."""
    wanted = status or (tuple(BookingStatus) if everything else queries.LIVE)
    with edge() as session:
        permissions.require(actor(session, as_), Verb.BOOKINGS)
        rows = [_line(each) for each in queries.listed(session, wanted)]
    show(rows, as_json=as_json, title="Bookings", empty="No bookings.")


@app.command("confirm", epilog="Example: bedside bookings confirm BK-7F3K2 --as desk@example.com")
def confirm(reference: Reference, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Expect them: the time and the price are theirs, and a letter says so."""
    with edge() as session:
        booking = queries.by_reference(session, reference)
        lifecycle.confirm(session, booking, actor=actor(session, as_))
        record = _line(queries.visit(session, booking))
    say(_sentence(record, "is confirmed"), as_json=as_json, **record)


@app.command(
    "decline",
    epilog="Example: bedside bookings decline BK-7F3K2 --reason 'closed that day' "
    "--as desk@example.com",
)
def decline(
    reference: Reference,
    reason: Annotated[str, typer.Option(help="Why, for the audit; the letter does not say it.")],
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Turn the request down: the time and the offer are free again, and a letter says so."""
    with edge() as session:
        booking = queries.by_reference(session, reference)
        lifecycle.decline(session, booking, actor=actor(session, as_), reason=reason)
        record = _line(queries.visit(session, booking))
    say(_sentence(record, "is declined"), as_json=as_json, **record)


def _line(visit: Visit) -> dict[str, Any]:
    booking = visit.booking
    return {
        "reference": booking.reference,
        "status": booking.status,
        "when": visit.when,
        "package": visit.package.name,
        "price": visit.price,
        "name": booking.name,
        "phone": booking.phone or None,
        "held_until": visit.held_until or None,
    }


def _sentence(record: dict[str, Any], became: str) -> str:
    return f"Booking {record['reference']} {became}: {record['name']}, {record['when']}."
