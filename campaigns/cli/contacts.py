"""`bedside contacts import | show`."""

from pathlib import Path
from typing import Annotated, Any

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
from campaigns.contacts.models import ConsentEvent, Contact, Topic
from campaigns.database import Session
from campaigns.delivery import queries as delivery
from campaigns.delivery.queries import Sent
from campaigns.planning import audience
from campaigns.planning import queries as planning
from campaigns.planning.models import Campaign
from campaigns.registry import RULES

app = typer.Typer(no_args_is_help=True)

_Row = dict[str, Any]


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
        record, lists = _person(contact), _lists(session, contact)
    if as_json:
        print_json(record | lists)
        return
    show_record(record, as_json=False)
    for name, (title, empty) in _TITLES.items():
        if lists[name] or empty:
            out.print()
            show(lists[name], as_json=False, title=title, empty=empty)


_TITLES = {
    "consents": ("Consents", "No consent to anything."),
    "history": ("Proof", ""),
    "suppressions": ("Suppressions", "Not suppressed."),
    "deliveries": ("Deliveries", "Nothing was sent yet."),
    "campaigns": ("Campaigns to come (if they are in its segment)", ""),
}
"""The lists of `contacts show`: what stands above each, and instead of it (nothing: left out)."""


def _person(contact: Contact) -> _Row:
    return {
        "address": contact.address,
        "first_name": contact.first_name,
        "language": contact.language,
        "region": contact.region,
        "paused_until": contact.paused_until,
        "last_clicked_at": contact.last_clicked_at,
    }


def _lists(session: Session, contact: Contact) -> dict[str, list[_Row]]:
    standing = suppression.standing(session, contact.canonical_address or "")
    return {
        "consents": [
            {"topic": each.topic, "state": each.state, "since": each.since}
            for each in consent.states(session, contact).values()
        ],
        "history": [_proof(each) for each in queries.history(session, contact)],
        "suppressions": [
            {"scope": each.scope, "reason": each.reason, "at": each.at} for each in standing
        ],
        "deliveries": [
            {name: getattr(each, name) for name in Sent.__slots__}
            for each in delivery.of_contact(session, contact)
        ],
        "campaigns": [
            _to_come(session, campaign, contact) for campaign in planning.unfinished(session)
        ],
    }


def _proof(event: ConsentEvent) -> _Row:
    return {
        "at": event.at,
        "topic": event.topic,
        "state": event.state,
        "source": event.source,
        "words": event.words,
    }


def _to_come(session: Session, campaign: Campaign, contact: Contact) -> _Row:
    rule = audience.why(session, campaign, contact, rules=RULES)
    return {
        "campaign": campaign.name,
        "status": campaign.status,
        "would be": f"skipped: {rule.sentence}" if rule else "sent",
    }
