"""The public addresses of this installation: what links in messages and notices point to."""

from campaigns import settings


def _base() -> str:
    return settings.current().public_url


def is_ours(address: str) -> bool:
    """Whether an address lies on this installation."""
    return address.startswith(f"{_base()}/")


def click(token: str, index: int | str) -> str:
    """A tracked link; the destination is row `index` of the campaign's link table."""
    return f"{_base()}/c/{token}/{index}"


def opened(token: str) -> str:
    """The open pixel."""
    return f"{_base()}/o/{token}.gif"


def view(token: str) -> str:
    """The message in a browser."""
    return f"{_base()}/v/{token}"


def unsubscribe(token: str) -> str:
    """One-click unsubscribe (RFC 8058): GET shows a button, POST acts."""
    return f"{_base()}/u/{token}"


def preferences(token: str) -> str:
    """What this person wants to hear about."""
    return f"{_base()}/p/{token}"


def book(token: str) -> str:
    """The booking page, reached through a tracked offer link."""
    return f"{_base()}/b/{token}"


def confirm(token: str) -> str:
    """Confirms an address after a person signed up."""
    return f"{_base()}/confirm/{token}"


def manage(token: str) -> str:
    """Change or cancel a booking."""
    return f"{_base()}/m/{token}"


def calendar(token: str) -> str:
    """A booking as an iCalendar file (RFC 5545)."""
    return f"{_base()}/m/{token}.ics"


def event(token: str, block: str) -> str:
    """An event of a message as an iCalendar file (RFC 5545)."""
    return f"{_base()}/e/{token}/{block}.ics"


def asset(name: str) -> str:
    """A picture of ours, served from our own host."""
    return f"{_base()}/assets/{name}"


def invitation(token: str) -> str:
    """Where somebody who was asked to work here chooses a password."""
    return f"{_base()}/desk/invitation/{token}"


def reset(token: str) -> str:
    """Where a person who has forgotten their password sets a new one."""
    return f"{_base()}/desk/reset/{token}"


def forgotten() -> str:
    """Where the people who work here ask for a new password."""
    return f"{_base()}/desk/forgotten"


def mail_proof(code: str) -> str:
    """The page of the desk on which the code of a test message is typed, with it filled in."""
    return f"{_base()}/desk/settings/senders?code={code}"


def setup(token: str) -> str:
    """Where the first person comes in."""
    return f"{_base()}/desk/setup?token={token}"
