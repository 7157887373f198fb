"""`bedside organisation import`, `bedside user add`."""

from pathlib import Path
from typing import Annotated

import typer

from campaigns.accounts import organisation, people
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Role, User
from campaigns.cli.console import AsOption, JsonOption, actor, edge, read_text, say
from campaigns.database import Session

app = typer.Typer(no_args_is_help=True)
users = typer.Typer(no_args_is_help=True)


def _first_or_actor(session: Session, as_: str) -> User | None:
    """Who acts; nobody while there is no user yet."""
    return actor(session, as_) if accounts.has_users(session) else None


@app.command(
    "import", epilog="Example: bedside organisation import clinic.yaml --as me@example.com"
)
def import_(file: Path, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Set up or change the clinic from a YAML file: name, sender, postal address, zone, brand."""
    with edge() as session:
        who = _first_or_actor(session, as_)
        clinic = organisation.import_yaml(session, read_text(file), actor=who)
        name = clinic.name
    say(f"{name} is set up.", as_json=as_json, name=name)


@app.callback()
def _group() -> None:
    """The clinic."""


@users.callback()
def _people() -> None:
    """The people who work here."""


@users.command(epilog="Example: bedside user add ada@example.com --name 'Ada Example' --role owner")
def add(
    address: str,
    name: Annotated[str, typer.Option(help="Their name, as others see it.")],
    role: Annotated[list[Role], typer.Option(help="What they are here; may be repeated.")],
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Add a person; the first one must be an owner and needs no --as."""
    with edge() as session:
        user = people.add(
            session,
            actor=_first_or_actor(session, as_),
            address=address,
            name=name,
            roles=[each.value for each in role],
        )
        saved = {"address": user.address, "roles": list(user.roles)}
    say(f"{saved['address']} works here now.", as_json=as_json, **saved)
