"""What is kept about a person beside the address, each value checked before it is taken."""

import re
from collections.abc import Callable, Collection, Mapping

from campaigns import clock
from campaigns.contacts import regions
from campaigns.contacts.models import Contact
from campaigns.errors import Invalid

NAMES = ("first_name", "last_name", "language", "zone", "region")
LONGEST = 100

_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")


def checked(values: Mapping[str, str], *, homes: Collection[str]) -> dict[str, str]:
    """The details among these values that are filled in, tidied; raises Invalid naming one.

    `homes` are the clinic's own countries. A region that stands under `state` too is a state.
    """
    is_state = bool(values.get("state"))
    return {
        name: check(name, values[name], homes=homes, is_state=is_state)
        for name in NAMES
        if values.get(name)
    }


def check(name: str, value: str, *, homes: Collection[str], is_state: bool = False) -> str:
    """One detail as it is kept; raises Invalid. Empty stays empty."""
    if len(value) > LONGEST or any(ord(sign) < 32 for sign in value):
        raise Invalid(f"{name} is longer than {LONGEST} characters or has control characters")
    if name == "region" and value:
        return regions.read(value, homes=homes, is_state=is_state)
    return _CHECKS.get(name, str)(value) if value else value


def apply(contact: Contact, details: Mapping[str, str]) -> list[str]:
    """Set what differs on this contact; names what did."""
    differs = [name for name, value in details.items() if getattr(contact, name) != value]
    for name in differs:
        setattr(contact, name, details[name])
    return differs


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
    "language": _language,
    "zone": _zone,
}
