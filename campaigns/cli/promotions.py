"""`bedside packages` and `bedside promotions`: the catalogue and what is on offer."""

from pathlib import Path
from typing import Annotated, Any

import typer

from campaigns import settings
from campaigns.cli import console
from campaigns.cli.console import AsOption, JsonOption
from campaigns.database import Session
from campaigns.money import Money
from campaigns.promotions import claims, importing, pricing, queries
from campaigns.promotions.changes import Report
from campaigns.promotions.models import Promotion
from campaigns.promotions.standing import standing

packages = typer.Typer(help="What is sold, at which price.", no_args_is_help=True)
app = typer.Typer(help="Promotions and what they promise.", no_args_is_help=True)

FileArgument = Annotated[Path, typer.Argument(help="A YAML file.")]


@packages.callback()
def _packages() -> None:
    """What is sold, at which price."""


@packages.command("import", epilog="Example: bedside packages import packages.yaml")
def import_packages(file: FileArgument, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Take packages, prices and slots in; the same file once more changes nothing."""
    with console.edge() as session:
        report = importing.import_packages(
            session, console.read_text(file), actor=console.actor(session, as_)
        )
        _tell(report, as_json)


@app.command("import", epilog="Example: bedside promotions import promotions.yaml")
def import_promotions(file: FileArgument, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Take promotions in; an edit raises their epoch, and campaigns are checked again."""
    with console.edge() as session:
        report = importing.import_promotions(
            session, console.read_text(file), actor=console.actor(session, as_)
        )
        _tell(report, as_json)


@app.command("show", epilog="Example: bedside promotions show package-savings")
def show(
    code: Annotated[str, typer.Argument(help="A promotion's code; without it, all.")] = "",
    as_json: JsonOption = False,
) -> None:
    """All promotions, or one with its prices, its claim and what the claim leaves out."""
    with console.edge() as session:
        if not code:
            rows = [_line(session, each) for each in queries.listed(session)]
            console.show(rows, as_json=as_json, empty="There are no promotions yet.")
            return
        promotion = queries.named(session, code)
        record = _record(session, promotion)
        prices, left_out = record["prices"], record["not_counted"]
        if as_json:
            console.print_json(record)
            return
        console.show_record(
            {key: value for key, value in record.items() if not isinstance(value, list)},
            as_json=False,
        )
        console.show(prices, as_json=False, title="Prices", empty="It gives nothing now.")
        console.show(left_out, as_json=False, title="Not counted", empty="Every offer counts.")


def _tell(report: Report, as_json: bool) -> None:
    record: dict[str, Any] = {
        "added": report.created,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "new_slots": report.slots,
    }
    console.show_record(record, as_json=as_json)


def _line(session: Session, promotion: Promotion) -> dict[str, Any]:
    counter = queries.counter(session, promotion)
    return {
        "code": promotion.code,
        "name": promotion.name,
        "status": promotion.status,
        "from": promotion.starts_at,
        "last_day": promotion.last_day,
        "held": counter.held,
        "used": counter.captured,
        "limit": promotion.max_redemptions,
    }


def _record(session: Session, promotion: Promotion) -> dict[str, Any]:
    counter = queries.counter(session, promotion)
    claim = claims.best(session, [promotion.id])
    quotes = pricing.quotes(session, promotion.id)
    given = counter.held_cents + counter.captured_cents
    budget = promotion.budget_cents
    currency = settings.current().currency
    return {
        **_line(session, promotion),
        "stands": standing(session, promotion),
        "epoch": promotion.epoch,
        "budget": str(Money(budget, currency)) if budget is not None else None,
        "given": str(Money(given, currency)),
        "terms": promotion.terms,
        "claim": f"up to {claim.percent} %" if claim.percent else "none",
        "disclosure": claim.disclosure or None,
        "prices": [
            {
                "package": each.package.code,
                "name": each.package.name,
                "regular": str(each.regular),
                "price": str(each.price),
                "saving": f"{each.percent} %",
                "may_compare": "yes" if each.may_compare else "no",
            }
            for each in quotes
        ],
        "not_counted": [
            {"package": each.package_code, "reason": each.reason, "because": each.sentence}
            for each in claim.excluded
        ],
    }
