"""The steps of the first run, each done when the facts say so: it can be left and resumed."""

from dataclasses import dataclass
from typing import Literal

from campaigns.accounts import queries as accounts
from campaigns.accounts.models import Organisation
from campaigns.database import Session
from campaigns.delivery import mail_servers
from campaigns.delivery.domains import checking
from campaigns.delivery.domains.findings import Standing
from campaigns.errors import NotFound
from campaigns.rendering import headers
from campaigns.vault import Unreadable

FIRST_NEWSLETTER = "first-newsletter"
HOME = "/desk/setup"
_GOOD = {Standing.FOUND, Standing.UNSURE}

State = Literal["done", "current", "todo", "problem"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the pages show it."""

    key: str
    label: str
    href: str
    state: State


_STEPS = (
    ("owner", "You", HOME),
    ("clinic", "Clinic", f"{HOME}/clinic"),
    ("brand", "Colours and logo", f"{HOME}/brand"),
    ("mail", "Mail server", f"{HOME}/mail"),
    ("domain", "Sender’s domain", f"{HOME}/domain"),
    ("newsletter", "First newsletter", f"{HOME}/newsletter"),
)


def steps(session: Session, *, current: str = "") -> list[Step]:
    """Every step with its state; `current` is the one on the page."""
    states = _states(session)
    return [
        Step(key, label, href, "current" if key == current else states[key])
        for key, label, href in _STEPS
        if key != "owner"
    ]


def needed(session: Session) -> list[Step]:
    """What still keeps the first real campaign from leaving well: the mail, and the domain."""
    return [
        each
        for each in steps(session)
        if each.key in {"mail", "domain"} and each.state in {"todo", "problem"}
    ]


def next_open(session: Session) -> str:
    """Where to go on: the first step that is not done; the desk when all are."""
    states = _states(session)
    return next((href for key, _, href in _STEPS if states[key] != "done"), "/desk")


def after(key: str) -> str:
    """The step that follows this one; the desk after the last."""
    keys = [each for each, _, _ in _STEPS]
    place = keys.index(key) + 1
    return _STEPS[place][2] if place < len(_STEPS) else "/desk"


def organisation(session: Session) -> Organisation | None:
    """The clinic, or None while it is not set up."""
    try:
        return accounts.organisation(session)
    except NotFound:
        return None


def _states(session: Session) -> dict[str, State]:
    clinic = organisation(session)
    sent = accounts.was_done(
        session, verb="send test message", subject=f"campaign {FIRST_NEWSLETTER}"
    )
    done = {
        "owner": accounts.has_users(session),
        "clinic": clinic is not None,
        "brand": clinic is not None and "primary" in clinic.brand,
        "mail": _is_proven(session),
        "newsletter": sent,
    }
    states: dict[str, State] = {key: "done" if is_so else "todo" for key, is_so in done.items()}
    states["domain"] = _domain(session, clinic)
    return states


def _is_proven(session: Session) -> bool:
    try:
        proof = mail_servers.proof(session)
    except Unreadable:
        return False
    return proof is not None and proof.proven_at is not None


def _domain(session: Session, clinic: Organisation | None) -> State:
    if clinic is None:
        return "todo"
    kept = checking.kept(session, headers.domain_of(clinic.sender_address))
    if kept is None:
        return "todo"
    is_good = all(each.standing in _GOOD for each in checking.found(kept))
    return "done" if is_good else "problem"
