"""`bedside contacts import | show`."""

from pathlib import Path
from typing import Annotated

import typer

from campaigns.accounts import permissions
from campaigns.accounts.permissions import Verb
from campaigns.cli.console import (
    AsOption,
    JsonOption,
    actor,
    edge,
    long_edge,
    out,
    print_json,
    read_bytes,
    say,
    show,
    show_record,
)
from campaigns.contacts import consent, importing, queries, suppression
from campaigns.contacts.importing import ImportReport, Proof
from campaigns.contacts.models import Topic
from campaigns.delivery import queries as delivery
from campaigns.planning import audience
from campaigns.planning import queries as planning
from campaigns.registry import RULES

app = typer.Typer(no_args_is_help=True)


@app.command(
    "import",
    epilog="Example: bedside contacts import people.csv --topic offers --source 'Front desk form, "
    "March 2026' --words 'Yes, send me offers by email.' --as coordinator@example.com",
)
def import_(
    file: Annotated[Path, typer.Argument(help="A CSV in UTF-8 with an email column.")],
    topic: Annotated[list[Topic], typer.Option(help="What they agreed to; may be repeated.")],
    source: Annotated[str, typer.Option(help="Where and how they agreed.")],
    words: Annotated[str, typer.Option(help="The words they were shown.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; only say.")] = False,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take contacts in with their consent; refused rows are listed with reasons."""
    with long_edge() as sessions:
        raw = read_bytes(file)
        with sessions() as session:
            who = actor(session, as_)
        proof = Proof(tuple(topic), source, words)
        report = importing.import_contacts(sessions, raw, proof=proof, actor=who, dry_run=dry_run)
    _print(report, dry_run=dry_run, as_json=as_json)


def _print(report: ImportReport, *, dry_run: bool, as_json: bool) -> None:
    refused = [
        {"line": each.line, "address": each.address, "reason": each.reason}
        for each in report.refused
    ]
    counts = {
        "rows": report.rows,
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "refused": len(refused),
    }
    if as_json:
        print_json(
            {
                "dry_run": dry_run,
                **counts,
                "left_out": list(report.left_out),
                "rows_refused": refused,
            }
        )
        return
    verb = "would be" if dry_run else "were"
    say(
        f"{report.rows} rows: {report.added} {verb} added, {report.updated} updated, "
        f"{report.unchanged} unchanged, {len(refused)} refused."
    )
    if report.left_out:
        say(f"Columns not taken: {', '.join(report.left_out)}.")
    if refused:
        show(refused, as_json=False, title="Refused rows")


@app.command(
    "show", epilog="Example: bedside contacts show ada@example.com --as coordinator@example.com"
)
def show_(address: str, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """One contact: consents with their proof, deliveries, and why they were sent or not."""
    with edge() as session:
        permissions.require(actor(session, as_), Verb.SEE_CONTACTS)
        contact = queries.by_address(session, address)
        consents = [
            {"topic": each.topic.value, "state": each.state.value, "since": each.since}
            for each in consent.states(session, contact).values()
        ]
        history = [
            {
                "at": each.at,
                "topic": each.topic.value,
                "state": each.state.value,
                "source": each.source,
                "words": each.words,
            }
            for each in queries.history(session, contact)
        ]
        suppressions = [
            {"scope": each.scope.value, "reason": each.reason.value, "at": each.at}
            for each in suppression.standing(session, contact.canonical_address or "")
        ]
        deliveries = [
            {
                "campaign": each.campaign,
                "status": each.status.value,
                "reason": each.reason.value,
                "at": each.at,
                "answer": each.answer,
            }
            for each in delivery.of_contact(session, contact)
        ]
        upcoming = []
        for campaign in planning.unfinished(session):
            rule = audience.why(session, campaign, contact, rules=RULES)
            upcoming.append(
                {
                    "campaign": campaign.name,
                    "status": campaign.status.value,
                    "would be": f"skipped: {rule.sentence}" if rule else "sent",
                }
            )
        record = {
            "address": contact.address,
            "first_name": contact.first_name,
            "language": contact.language,
            "region": contact.region,
            "paused_until": contact.paused_until,
            "last_clicked_at": contact.last_clicked_at,
        }
    if as_json:
        print_json(
            {
                **record,
                "consents": consents,
                "history": history,
                "suppressions": suppressions,
                "deliveries": deliveries,
                "campaigns": upcoming,
            }
        )
        return
    show_record(record, as_json=False)
    for title, rows, empty in (
        ("Consents", consents, "No consent to anything."),
        ("Proof", history, ""),
        ("Suppressions", suppressions, "Not suppressed."),
        ("Deliveries", deliveries, "Nothing was sent yet."),
        ("Campaigns to come (if they are in its segment)", upcoming, ""),
    ):
        if rows or empty:
            out.print()
            show(rows, as_json=False, title=title, empty=empty)
