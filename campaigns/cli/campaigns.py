"""`bedside campaigns new | list | check | preview | test-send | show | duplicate`: write it."""

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
    out,
    print_json,
    read_text,
    say,
    show,
    show_record,
    write_text,
)
from campaigns.compliance import approval
from campaigns.compliance.findings import Finding
from campaigns.contacts import queries as contacts
from campaigns.database import Session
from campaigns.delivery import trial
from campaigns.errors import Invalid
from campaigns.planning import audience, content, drafting, queries
from campaigns.planning.models import Campaign
from campaigns.registry import FACTS, RULES
from campaigns.rendering import preview as previewing

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The campaign's name.")]


@app.command(epilog="Example: bedside campaigns new autumn.yaml --as coordinator@example.com")
def new(file: Path, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Begin a campaign from a YAML file, or take an edited file of a draft in again."""
    with edge() as session:
        read = content.read(read_text(file))
        campaign = drafting.save(session, read, actor=actor(session, as_))
        record = {"name": campaign.name, "revision": campaign.revision}
    say(
        f"Campaign {record['name']} is a draft (revision {record['revision']}). "
        f"Next: bedside campaigns check {record['name']}",
        as_json=as_json,
        **record,
    )


@app.command("list", epilog="Example: bedside campaigns list")
def list_(as_json: JsonOption = False) -> None:
    """All campaigns, newest first."""
    with edge() as session:
        rows = [
            {
                "name": each.name,
                "title": each.title,
                "topic": each.topic.value,
                "status": each.status.value,
                "reason": each.status_reason,
                "scheduled": each.scheduled_at,
            }
            for each in queries.listed(session)
        ]
    show(rows, as_json=as_json, empty="No campaigns yet: `bedside campaigns new FILE`.")


@app.command(epilog="Example: bedside campaigns check autumn-savings")
def check(name: Name, as_json: JsonOption = False) -> None:
    """Render and run every check without submitting; exit 1 if something blocks."""
    with edge() as session:
        campaign = queries.named(session, name)
        findings = approval.check(session, campaign, rules=RULES, facts=FACTS)
    _show_findings(findings, as_json=as_json)
    if any(each.severity.value == "block" for each in findings):
        raise typer.Exit(1)


def _show_findings(findings: list[Finding], *, as_json: bool) -> None:
    rows = [
        {
            "rule": each.rule,
            "severity": each.severity.value,
            "where": f"{each.place}, {each.field}" if each.field else each.place,
            "what": " ".join(each.message.split()),
            "sentence": each.sentence,
            "mend": each.mend,
            "source": each.source,
        }
        for each in findings
    ]
    if as_json or not rows:
        show(rows, as_json=as_json, empty="Nothing was found: this can go out.")
        return
    for row in rows:
        say(f"{row.pop('rule')}, {row.pop('severity')}: {row.pop('what')}")
        show_record(row, as_json=False)
        out.print()


@app.command(
    epilog="Example: bedside campaigns preview autumn-savings --contact ada@example.com "
    "--as coordinator@example.com"
)
def preview(
    name: Name,
    contact: Annotated[str, typer.Option(help="As this contact; else a sample person.")] = "",
    html: Annotated[Path | None, typer.Option(help="Write the HTML part into this file.")] = None,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """The message as one contact would get it; to see a contact's takes who may see contacts."""
    with edge() as session:
        campaign = queries.named(session, name)
        person = None
        if contact:
            permissions.require(actor(session, as_), Verb.SEE_CONTACTS)
            person = contacts.by_address(session, contact)
        version = queries.newest_version(session, campaign)
        message = previewing.preview(session, version, contact=person, facts=FACTS)
        if html is not None:
            write_text(html, message.html)
    record = {
        "subject": message.subject,
        "html_bytes": len(message.html.encode()),
        "text": message.text,
    }
    if as_json:
        print_json({**record, "html": message.html})
        return
    say(f"Subject: {message.subject}")
    say(f"HTML part: {record['html_bytes']:,} bytes" + (f", written to {html}" if html else ""))
    out.print()
    out.print(message.text, markup=False, highlight=False)


@app.command(
    "test-send",
    epilog="Example: bedside campaigns test-send autumn-savings --to me@example.com "
    "--as coordinator@example.com",
)
def send_test(
    name: Name,
    to: Annotated[list[str], typer.Option(help="Where the test goes; up to five times.")],
    as_contact: Annotated[
        str, typer.Option(help="Write it as this contact would get it, by address.")
    ] = "",
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Send a test message to each address; its links are for nobody and nothing is counted.

    With --json, one record a line.
    """
    with edge() as session:
        if len(to) > trial.MOST:
            raise Invalid(f"A test goes to {trial.MOST} addresses at most.")
        person = actor(session, as_)
        permissions.require(person, Verb.EDIT_CAMPAIGNS)
        campaign, reader = queries.named(session, name), None
        if as_contact:
            permissions.require(person, Verb.SEE_CONTACTS)
            reader = previewing.Reader.of(contacts.by_address(session, as_contact))
        for each in to:
            trial.require_writable(session, each)
        answers = [
            trial.send_by_hand(session, campaign, actor=person, to=each, reader=reader, facts=FACTS)
            for each in to
        ]
    for each, answer in zip(to, answers, strict=True):
        whom = f" for {each}" if len(to) > 1 else ""
        said = f"The mail server accepted the test{whom}: {answer}"
        say(said, as_json=as_json, to=each, answer=answer)


@app.command("show", epilog="Example: bedside campaigns show autumn-savings")
def show_(name: Name, as_json: JsonOption = False) -> None:
    """Where it stands: content, findings, signatures, and who would get it and who not."""
    with edge() as session:
        record = _record(session, queries.named(session, name))
    if as_json:
        print_json(record)
        return
    tables = {key: record.pop(key) for key in ("findings", "signatures", "waterfall")}
    show_record(record, as_json=False)
    for title, rows in tables.items():
        if rows:
            out.print()
            show(rows, as_json=False, title=title.capitalize())


def _record(session: Session, campaign: Campaign) -> dict[str, Any]:
    version = queries.newest_version(session, campaign)
    falls = audience.waterfall(session, campaign, rules=RULES, facts=FACTS)
    waterfall = [
        {"step": "audience", "contacts": falls.audience, "why": ""},
        {"step": "would be sent", "contacts": falls.to_send, "why": ""},
        *(
            {"step": f"skipped: {line.reason}", "contacts": line.count, "why": line.sentence}
            for line in falls.skipped
        ),
    ]
    return {
        "name": campaign.name,
        "title": campaign.title,
        "topic": campaign.topic.value,
        "status": campaign.status.value,
        "reason": campaign.status_reason,
        "subject": version.subject,
        "revision": campaign.revision,
        "content_hash": version.content_hash,
        "scheduled_at": campaign.scheduled_at,
        "still_to_sign": list(approval.still_to_sign(session, campaign)),
        "findings": [
            {"rule": each.rule, "severity": each.severity.value, "what": each.message}
            for each in approval.stored_findings(session, campaign)
        ],
        "signatures": [
            {"role": each.role, "at": each.at, "reason": each.reason}
            for each in queries.approvals(session, campaign, version.content_hash)
        ],
        "waterfall": waterfall,
    }


@app.command(
    epilog="Example: bedside campaigns duplicate autumn-savings winter-savings --as me@example.com"
)
def duplicate(
    name: Name,
    new_name: Annotated[str, typer.Argument(help="What the copy is called.")],
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """A new draft with the same content, segment and promotions."""
    with edge() as session:
        campaign = queries.named(session, name)
        drafting.duplicate(session, campaign, actor=actor(session, as_), name=new_name)
    say(f"Campaign {new_name} is a draft.", as_json=as_json, name=new_name)
