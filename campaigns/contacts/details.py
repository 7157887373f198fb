"""What is kept about a person beside the address, each value checked before it is taken."""

import re
from collections.abc import Callable, Mapping

from campaigns import clock
from campaigns.contacts.models import Contact
from campaigns.errors import Invalid

NAMES = ("first_name", "last_name", "language", "zone", "region")
LONGEST = 100

_REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")


def checked(values: Mapping[str, str]) -> dict[str, str]:
    """The details among these values that are filled in, tidied; raises Invalid naming one."""
    return {name: check(name, values[name]) for name in NAMES if values.get(name)}


def check(name: str, value: str) -> str:
    """One detail as it is kept; raises Invalid. Empty stays empty."""
    if len(value) > LONGEST or any(ord(sign) < 32 for sign in value):
        raise Invalid(f"{name} is longer than {LONGEST} characters or has control characters")
    return _CHECKS.get(name, str)(value) if value else value


def apply(contact: Contact, details: Mapping[str, str]) -> list[str]:
    """Set what differs on this contact; names what did."""
    differs = [name for name, value in details.items() if getattr(contact, name) != value]
    for name in differs:
        setattr(contact, name, details[name])
    return differs


def _region(value: str) -> str:
    return _code(value.upper(), _REGION, "a region such as US-TX")


def _language(value: str) -> str:
    name, dash, country = value.partition("-")
    return _code(f"{name.lower()}{dash}{country.upper()}", _LANGUAGE, "a language such as en")


def _zone(value: str) -> str:
    clock.zone(value)
    return value


def _code(text: str, shape: re.Pattern[str], wanted: str) -> str:
    if not shape.fullmatch(text):
        raise Invalid(f"{text!r} is not {wanted}")
    return text


_CHECKS: Mapping[str, Callable[[str], str]] = {
    "region": _region,
    "language": _language,
    "zone": _zone,
}
