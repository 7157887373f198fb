"""`bedside organisation import`, `bedside user add`, `user list`, `user password`."""

from pathlib import Path
from typing import Annotated

import typer

from campaigns.accounts import organisation, own_password, people, permissions
from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Role, User
from campaigns.accounts.permissions import Verb
from campaigns.cli.console import (
    AsOption,
    JsonOption,
    actor,
    edge,
    read_secret,
    read_text,
    say,
    show,
)
from campaigns.database import Session
from campaigns.rendering import branding

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
        branding.settle(session)
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


@users.command("list", epilog="Example: bedside user list")
def list_(as_json: JsonOption = False) -> None:
    """Everyone who works here or did, with what they are and whether they can sign in."""
    with edge() as session:
        rows = [
            {
                "address": user.address,
                "name": user.name,
                "roles": list(user.roles),
                "can_sign_in": _can_sign_in(user),
                "since": user.created_at,
            }
            for user in accounts.people(session)
        ]
    show(rows, as_json=as_json, empty="Nobody works here yet: `bedside user add`.")


@users.command(
    epilog="Example: bedside user password ada@example.com --as me@example.com < password.txt"
)
def password(address: str, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Set a person's password, typed or read from standard input; their sessions end."""
    with edge() as session:
        permissions.require(actor(session, as_), Verb.MANAGE_PEOPLE)
        accounts.user(session, address)
    typed = read_secret(f"New password for {address}: ")
    with edge() as session:
        user = accounts.user(session, address)
        own_password.set_by_operator(session, user, password=typed, actor=actor(session, as_))
        canonical = user.address
    say(
        f"The password of {canonical} is set. They are signed out everywhere; a letter says so.",
        as_json=as_json,
        address=canonical,
    )


def _can_sign_in(user: User) -> str:
    if user.disabled_at is not None:
        return "no: not let in any more"
    return "yes" if user.password_hash else "not yet: no password"
