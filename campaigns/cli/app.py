"""`bedside`: every command, by noun and verb."""

import typer

from campaigns.cli import (
    bookings,
    campaigns,
    contacts,
    deliveries,
    operating,
    organisation,
    pictures,
    promotions,
    reports,
    segments,
    sending,
)

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Bedside: email campaigns and promotions for a clinic, from contact to booking.",
)

app.add_typer(contacts.app, name="contacts", help="Who may be written to.")
app.add_typer(segments.app, name="segments", help="Saved rules over contacts.")
app.add_typer(promotions.packages, name="packages", help="What is sold, and at what price.")
app.add_typer(promotions.app, name="promotions", help="What is on offer.")
campaigns.app.add_typer(sending.app)
app.add_typer(campaigns.app, name="campaigns", help="Write, check, approve and send.")
app.add_typer(pictures.app, name="pictures", help="Pictures that messages show.")
app.add_typer(deliveries.app, name="deliveries", help="What failed or is uncertain.")
app.add_typer(bookings.app, name="bookings", help="What came of it.")
app.add_typer(organisation.users, name="user", help="The people who work here.")
app.add_typer(organisation.app, name="organisation", help="The clinic.")
app.add_typer(operating.settings_app, name="settings", help="The knobs.")
app.command("report")(reports.report)
app.command("verify")(reports.verify)
app.command("status")(reports.status)
app.command("pause-all")(operating.pause_all)
app.command("resume-all")(operating.resume_all)
app.command("migrate")(operating.migrate)
app.command("demo")(operating.demo)
